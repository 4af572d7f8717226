"""Who acts, and what he may."""

import pytest

from core.actor import SYSTEM, Actor, ActorKind, Via
from core.errors import Denied

PERSON = Actor(kind=ActorKind.USER, via=Via.BOT, permissions=frozenset({"read", "write"}), user_id=5, tenant_id=7)


def test_any_one_of_the_permissions_is_enough() -> None:
    assert [PERSON.can(*names) for names in (["read"], ["own", "write"], ["own"], [])] == [True, True, False, False]
    PERSON.require("own", "write")
    with pytest.raises(Denied):
        PERSON.require("own")


def test_only_the_machine_is_the_system_and_it_is_nobody() -> None:
    machine = Actor.system("autoclose", frozenset({"write"}))
    assert machine == Actor(
        kind=ActorKind.SYSTEM, via=Via.SYSTEM, permissions=frozenset({SYSTEM, "write"}), name="autoclose"
    )
    assert not PERSON.can(SYSTEM)
    assert PERSON.person == 5
    with pytest.raises(Denied):
        _ = machine.person
