"""Who calls the API, and what its refusals look like."""

from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.actions import begin_tokens
from accounts.models import User

TICKETS = "/api/tickets/"


def caller(user: User, language: str = "en") -> APIClient:
    """A client of the API with this person's token."""
    return APIClient(
        headers={
            "Authorization": f"Bearer {begin_tokens(user=User.objects.get(pk=user.pk)).access}",
            "Accept-Language": language,
        }
    )


def problem(response: Response) -> tuple[int, str, set[str]]:
    """Status, code and the fields at fault of a refusal; every refusal has the same form."""
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"code", "detail", "fields"}
    assert isinstance(body["detail"], str)
    assert body["detail"]
    for texts in body["fields"].values():
        assert texts
        assert all(isinstance(text, str) and text for text in texts)
    return response.status_code, body["code"], set(body["fields"])
