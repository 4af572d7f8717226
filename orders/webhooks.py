"""What integrators hear of a row of this room: what names it and where it stands, nothing personal."""

from typing import Any

from orders.models import Order


def described(pk: int) -> dict[str, Any]:
    """The row as it is at this moment."""
    row = Order.objects.filter(pk=pk).values("number", "uid", "stage", "external_number").first()
    return {name: str(value) if name == "uid" else value for name, value in row.items()} if row else {}
