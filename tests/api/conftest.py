"""The people of the API's tests."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # loaded before Django is set up
    from rest_framework.test import APIClient

    from accounts.models import User
    from tests.support.company import Company
    from tickets.models import Ticket


@pytest.fixture
def client_person(company: "Company") -> "User":
    from accounts.roles import Role

    return company.person(Role.CLIENT, name="Anna")


@pytest.fixture
def integrator(company: "Company") -> "User":
    from accounts.roles import Role

    return company.person(Role.INTEGRATOR, name="Website")


@pytest.fixture
def site(integrator: "User") -> "APIClient":
    """The integrator's client."""
    from tests.api.callers import caller

    return caller(integrator)


@pytest.fixture
def ticket(company: "Company", client_person: "User") -> "Ticket":
    return company.ticket(client_person)
