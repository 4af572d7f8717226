"""A flood slows its sender, and nobody else."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.roles import Role
from core.api.throttles import PerAddress, PerPerson
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import Company
from tests.support.unchanged import nothing_changes


def test_each_person_has_a_measure_of_his_own(site: APIClient, company: Company, monkeypatch: Any) -> None:
    monkeypatch.setattr(PerPerson, "THROTTLE_RATES", {"person": "3/min"})
    assert [site.get(TICKETS).status_code for _ in range(3)] == [200] * 3
    with nothing_changes():
        refused = site.post(TICKETS, {"client_name": "Anna", "description": "It squeaks"})
    assert problem(refused) == (429, "throttled", set())
    assert 0 < int(refused["Retry-After"]) <= 60
    assert caller(company.person(Role.INTEGRATOR)).get(TICKETS).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "203.0.113.9"}])
def test_each_address_has_one_before_signing_in(db: None, monkeypatch: Any, headers: dict[str, str]) -> None:
    monkeypatch.setattr(PerAddress, "THROTTLE_RATES", {"address": "2/min"})
    asked = {"refresh": "garbage"}
    statuses = [
        APIClient(REMOTE_ADDR="192.0.2.1").post("/api/auth/token/refresh/", asked, headers=headers).status_code
        for _ in range(3)
    ]
    assert statuses == [401, 401, 429]
    assert APIClient(REMOTE_ADDR="192.0.2.2").post("/api/auth/token/refresh/", asked).status_code == 401
