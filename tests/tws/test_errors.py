"""What goes wrong is said as a page to people and as JSON to machines."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.test import Client

JSON = {"Accept-Language": "en"}


def test_an_unknown_address_of_the_api(client: Client, db: None) -> None:
    answer = client.get("/api/nothing/", headers=JSON)
    assert (answer.status_code, answer.json()) == (404, {"code": "not_found", "detail": "Not found.", "fields": {}})


def test_an_unknown_page(client: Client, db: None) -> None:
    answer = client.get("/nothing/", headers={"Accept-Language": "ru"})
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.content.decode()


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch, client: Client, db: None) -> None:
    """Everything that is asked here breaks."""

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("a secret cause")

    monkeypatch.setattr("ops.views.report", broken)
    monkeypatch.setattr(ModelBackend, "authenticate", broken)
    client.raise_request_exception = False


def test_a_fault_of_ours_on_a_page(client: Client, fault: None) -> None:
    answer = client.get("/health/", headers={"Accept-Language": "ru"})
    assert answer.status_code == 500
    assert "Что-то пошло не так на нашей стороне" in answer.content.decode()
    assert "a secret cause" not in answer.content.decode()


def test_a_fault_of_ours_in_the_api(client: Client, fault: None) -> None:
    login = {"username": "x", "password": "y"}
    answer = client.post("/api/auth/token/", login, content_type="application/json", headers=JSON)
    assert answer.status_code == 500
    assert answer.json() == {"code": "server_error", "detail": "Something went wrong on our side.", "fields": {}}


def test_nul_in_an_address_or_a_cookie(client: Client, db: None) -> None:
    assert client.get("/admin/?q=%00").status_code == 400
    assert client.get("/admin/", headers={"Cookie": 'sessionid="abcdefgh\\000ijkl"'}).status_code == 400
