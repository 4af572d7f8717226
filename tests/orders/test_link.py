"""A caller's orders go with him when he turns out to be somebody in Telegram."""

from accounts.actions import set_contact
from accounts.roles import Role
from audit.models import Entry
from orders.actions import create_order
from tests.support.company import MACHINE, Company, as_actor
from tickets.actions import link_caller


def test_orders_follow_the_person(company: Company) -> None:
    curator, caller = company.person(Role.CURATOR), company.person(Role.CLIENT)
    person = company.person(Role.CLIENT, telegram=True)
    for client in (caller, person):
        set_contact(actor=MACHINE, user_id=client.pk, phone="+79991234567")
    order = create_order(actor=as_actor(curator), client_id=caller.pk, device="HP M404")
    link_caller(actor=as_actor(curator), caller_id=caller.pk, person_id=person.pk)
    order.refresh_from_db()
    assert (order.client, order.version) == (person, 2)
    assert Entry.objects.get(action="orders.link_caller").data == {"caller": caller.pk, "client": person.pk}
