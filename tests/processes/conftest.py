"""Houses of real processes, and what they wrote when a test fails."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _logs_of_a_failure(request: pytest.FixtureRequest) -> Iterator[None]:
    """pytest shows what is printed here on failure only."""
    yield
    house = next((value for value in request.node.funcargs.values() if hasattr(value, "logs")), None)
    if house is not None:
        print(house.logs()[-20_000:])  # noqa: T201
