"""Who may see a file: the rule of the row that owns it. A file whose owner has no rule is seen by nobody."""

from collections.abc import Callable
from typing import Any

from django.db import models

from core.actor import Actor

_rules: dict[str, tuple[type[models.Model], Callable[[Actor, Any], bool]]] = {}
_watermarked: set[str] = set()


def register_owner(
    model: type[models.Model], can_view: Callable[[Actor, Any], bool], *, watermarked: bool = False
) -> None:
    """Open the files of this model's rows to those whom the rule admits. Called in the app's `ready()`.

    `watermarked`: the pictures carry the name of who looks at them.
    """
    _rules[model._meta.label_lower] = (model, can_view)
    if watermarked:
        _watermarked.add(model._meta.label_lower)


def is_watermarked(owner_type: str) -> bool:
    """Whether pictures of these rows carry the name of who looks."""
    return owner_type in _watermarked


def may_view(actor: Actor, owner_type: str, owner_id: int) -> bool:
    """Whether the actor may see the files of this row."""
    if owner_type not in _rules:
        return False
    model, rule = _rules[owner_type]
    owner = model._default_manager.filter(pk=owner_id).first()
    return owner is not None and rule(actor, owner)
