"""Everything that is done with requests, correspondence and personal data, once."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from accounts.actions import erase_person, rename_person, set_contact
from accounts.actions.webhooks import (
    change_webhook_secret,
    ping_webhook,
    replay_webhook,
    save_webhook,
    switch_webhook,
)
from accounts.models import User
from accounts.roles import Role
from clients import actions
from clients.models import DocumentKind, Request
from core.actor import Actor, Via
from files.actions import TelegramFile, store_content
from files.enums import FileKind
from files.models import StoredFile
from orders.actions import cancel_order, create_order
from tests.support.clients import Care
from tests.support.company import MACHINE, Company, as_actor
from tickets.actions import link_caller, move_ticket

PHOTO = TelegramFile(FileKind.PHOTO, "photo", size=1)


def clients_live(company: Company, secret: str) -> None:
    """Every action of `clients`, and what it takes with it in the rooms below."""
    care, superuser = Care(company, telegram=True), as_actor(company.person(Role.SUPERUSER))
    operator, client = care.actor(care.operator), care.actor(care.client, Via.BOT)
    care.agree()
    rename_person(actor=operator, user_id=care.client.pk, full_name=f"{secret} {secret}")
    _requests(care, operator, client, secret)
    actions.reveal_card(actor=operator, client_id=care.client.pk, reason=secret)
    letter = actions.write_to_client(actor=operator, client_id=care.client.pk, text=secret)
    actions.edit_letter(actor=operator, letter_id=letter.pk, text=secret * 2)
    own = actions.write_to_staff(actor=client, text=secret)
    actions.make_ticket_of_letter(actor=client, letter_id=own.pk)
    User.objects.filter(pk=care.client.pk).update(admitted=False)
    actions.note_knock(actor=Actor.system("arrival"), client=care.client)
    actions.let_in(actor=operator, client_id=care.client.pk)
    _webhooks(superuser, company)
    _privacy(care, superuser, operator, client, secret)
    _joined(care, operator)


def _requests(care: Care, operator: Actor, client: Actor, secret: str) -> None:
    def give(request: Request, **more: object) -> int:
        return actions.submit_document(actor=client, request_id=request.pk, files=[PHOTO], **more).pk  # type: ignore[arg-type]

    request = care.request(note=secret)
    given = give(request)
    give(request, more=True)
    actions.reveal_answer(actor=operator, request_id=request.pk, reason=secret)
    actions.ask_to_redo(actor=operator, request_id=request.pk, answer_id=given, text=secret)
    actions.extend_request(actor=operator, request_id=request.pk, due_on=timezone.localdate() + timedelta(days=3))
    actions.accept_answer(actor=operator, request_id=request.pk, answer_id=give(request))
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        actions.purge_request(actor=Actor.system("purge"), request_id=request.pk)
    other = care.request()
    actions.reject_answer(actor=operator, request_id=other.pk, answer_id=give(other), text=secret)
    void = care.request()
    give(void)
    store_content(StoredFile.objects.latest("pk").pk, b"no picture")
    actions.cancel_request(actor=operator, request_id=void.pk, reason=secret)
    late = care.request()
    with time_machine.travel(late.due_at + timedelta(seconds=1)):
        actions.expire_request(actor=Actor.system("expire"), request_id=late.pk)
    switched = care.request("contract")
    DocumentKind.objects.filter(code="contract").update(enabled=False)
    actions.withdraw_switched_off(actor=Actor.system("off"), request_id=switched.pk)


def _webhooks(superuser: Actor, company: Company) -> None:
    hook = save_webhook(
        actor=superuser, tenant_id=company.tenant.pk, name="CRM", url="https://crm.example/", kinds=["orders"]
    )
    delivery = ping_webhook(actor=superuser, webhook_id=hook.pk)
    replay_webhook(actor=superuser, delivery_id=delivery.pk)
    change_webhook_secret(actor=superuser, webhook_id=hook.pk)
    switch_webhook(actor=superuser, webhook_id=hook.pk, on=False)


def _privacy(care: Care, superuser: Actor, operator: Actor, client: Actor, secret: str) -> None:
    curator = as_actor(care.company.person(Role.CURATOR))
    order = create_order(actor=curator, client_id=care.client.pk, device="HP")
    cancel_order(actor=curator, order_id=order.pk, reason="Нет")
    for ticket in care.client.tickets.all():
        move_ticket(actor=operator, ticket_id=ticket.pk, move="spam")
    copy = actions.ask_for_copy(actor=client)
    actions.make_copy(actor=Actor.system("copy"), copy_id=copy.pk)
    actions.withdraw_consent(actor=client)
    actions.publish_consent(actor=superuser, text_ru=secret)
    actions.set_hold(actor=superuser, client_id=care.client.pk, reason=secret)
    actions.lift_hold(actor=superuser, client_id=care.client.pk)
    actions.ask_for_erasure(actor=client)
    actions.take_back_erasure(actor=client)
    asked = actions.ask_for_erasure(actor=client)
    actions.refuse_erasure(actor=superuser, erasure_id=asked.pk, reason=secret)
    actions.ask_for_erasure(actor=client)
    actions.erase_client(actor=superuser, client_id=care.client.pk)
    erase_person(actor=superuser, user_id=care.company.person(Role.CLIENT).pk)


def _joined(care: Care, operator: Actor) -> None:
    caller, person = care.company.person(Role.CLIENT), care.company.person(Role.CLIENT, telegram=True)
    for somebody in (caller, person):
        set_contact(actor=MACHINE, user_id=somebody.pk, phone="+79995550177")
    care.request("basic", caller)
    link_caller(actor=operator, caller_id=caller.pk, person_id=person.pk)
