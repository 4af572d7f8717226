"""Which function answers which update: the first route that fits. Filters are python-telegram-bot's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import CALL, GUIDE, REASONS, Step
from botapp.handlers import (
    asked,
    basics,
    caller,
    cards,
    clients,
    consent,
    contacts,
    curating,
    estimates,
    guided,
    incoming,
    invites,
    letters,
    new_order,
    order_words,
    orders,
    questions,
    rating,
    review,
    stages,
    work,
)
from botapp.handlers import tickets as own
from clients import buttons as client_buttons
from orders import buttons as order_buttons
from tickets import buttons

ID = "[0-9]{1,18}"
Function = Callable[[Context], Reply | None]
FILES = filters.PHOTO | filters.Document.ALL | filters.VOICE | filters.AUDIO | filters.VIDEO | filters.VIDEO_NOTE
CONTENT = (
    filters.TEXT
    | FILES
    | filters.ANIMATION
    | filters.Sticker.ALL
    | filters.LOCATION
    | filters.VENUE
    | filters.POLL
    | filters.Dice.ALL
)


async def _not_called(_update: object, _context: object) -> None:
    """python-telegram-bot's handlers want a coroutine; only their `check_update` is used here."""


@dataclass(frozen=True, slots=True)
class Route:
    """An update that the handler accepts, in this step of the dialog if one is named, goes to the function."""

    handler: BaseHandler[Any, Any, Any]
    function: Function
    step: Step | None = None

    def fits(self, update: Update, step: str) -> bool:
        if self.step is not None and self.step != step:
            return False
        return self.handler.check_update(update) not in (None, False)


def _command(name: str, function: Function, step: Step | None = None) -> Route:
    return Route(CommandHandler(name, _not_called, filters=filters.UpdateType.MESSAGE), function, step)


def _text_button(label: str, function: Function) -> Route:
    return _message(filters.Text(keyboards.in_all_languages(label)), function)


def _message(accepted: filters.BaseFilter, function: Function, step: Step | None = None) -> Route:
    return Route(MessageHandler(accepted & filters.UpdateType.MESSAGE, _not_called), function, step)


def _answer(function: Function, step: Step) -> Route:
    """What is written in an open step. A Telegram reply to a message about a ticket goes to that ticket all the same,
    and the step stays open (domain: §2, the first rule)."""

    def answer(context: Context) -> Reply | None:
        return incoming.message(context) if incoming.is_reply_elsewhere(context) else function(context)

    return _message(CONTENT, answer, step)


def _button(pattern: Any, function: Function) -> Route:
    return Route(CallbackQueryHandler(_not_called, pattern=pattern), function)


STALE = _button(None, basics.stale_button)
ROUTES = [
    _message(filters.Regex(rf"^/start {invites.PAYLOAD}\S*$"), invites.join),
    _command("start", own.new_ticket, step=Step.NEW_TICKET),
    _command("start", own.write_again, step=Step.WRITE),
    _command("start", incoming.ask_again, step=Step.CHOOSE_TICKET),
    _command("start", rating.ask_why_again, step=Step.EXPLAIN_RATING),
    *[_command("start", work.ask_again, step=step) for step in (Step.NOTE, Step.ASK, Step.HOLD)],
    *[_command("start", caller.ask_again, step=step) for step in CALL],
    _command("start", stages.ask_again, step=Step.STAGE),
    _command("start", estimates.ask_again, step=Step.ASK_ORDER),
    _command("start", new_order.ask_again, step=Step.NEW_ORDER),
    *[_command("start", order_words.ask_again, step=step) for step in REASONS],
    _command("start", asked.ask_again, step=Step.REQUEST),
    _command("start", asked.offer_again, step=Step.OFFER),
    _command("start", consent.ask_again, step=Step.CONSENT),
    _command("start", questions.ask_again, step=Step.QUESTION),
    _command("cancel", questions.cancel, step=Step.QUESTION),
    _command("start", letters.ask_again, step=Step.LETTER),
    _command("start", clients.find, step=Step.FIND_CLIENT),
    _command("start", review.ask_again, step=Step.REVIEW),
    *[_command(name, guided.ask_to_go_on, step) for name in ("start", "new") for step in GUIDE],
    _command("start", basics.start),
    _command("help", basics.show_help),
    _command("cancel", basics.cancel),
    _command("language", basics.choose_language),
    _command("tickets", own.my_tickets),
    _command("new", own.new_ticket),
    _command("queue", work.queue),
    _command("caller", caller.begin),
    _command("orders", orders.own),
    _command("requests", review.own),
    _command("clients", clients.find),
    _command("consent", consent.show),
    _command("mydata", consent.my_data),
    _command("forget", consent.forget),
    _message(filters.VIA_BOT, basics.through_another_bot),
    _message(filters.COMMAND, basics.unknown_command),
    _text_button(keyboards.MY_TICKETS, own.my_tickets),
    _text_button(keyboards.NEW_TICKET, own.new_ticket),
    _text_button(keyboards.NEW_TICKETS, work.queue),
    _text_button(keyboards.FOR_CLIENT, caller.begin),
    _text_button(keyboards.ORDERS, orders.own),
    _text_button(keyboards.MY_REQUESTS, asked.own),
    _text_button(keyboards.REQUESTS, review.own),
    _text_button(keyboards.CLIENTS, clients.find),
    _text_button(keyboards.HELP, basics.show_help),
    *[_message(filters.CONTACT, caller.contact, step) for step in (Step.CALLER, Step.CALLER_PHONE)],
    _message(filters.CONTACT, contacts.contact),
    *[_answer(guided.message, step) for step in GUIDE],
    _answer(own.describe_ticket, Step.NEW_TICKET),
    _answer(own.written, Step.WRITE),
    *[_answer(work.answered, step) for step in (Step.NOTE, Step.ASK, Step.HOLD)],
    *[_answer(caller.answered, step) for step in CALL],
    _answer(rating.explained, Step.EXPLAIN_RATING),
    _answer(stages.answered, Step.STAGE),
    _answer(estimates.asked, Step.ASK_ORDER),
    _answer(new_order.written, Step.NEW_ORDER),
    *[_answer(order_words.answered, step) for step in REASONS],
    _answer(incoming.more_to_choose_for, Step.CHOOSE_TICKET),
    _answer(asked.given, Step.REQUEST),
    _answer(asked.more_to_offer, Step.OFFER),
    _answer(asked.more_to_offer, Step.CONSENT),
    _answer(questions.answered, Step.QUESTION),
    _answer(letters.written, Step.LETTER),
    _answer(clients.searched, Step.FIND_CLIENT),
    _answer(review.written, Step.REVIEW),
    _message(CONTENT, incoming.message),
    _message(filters.ALL & ~filters.StatusUpdate.ALL, basics.not_understood),
    Route(MessageHandler(filters.UpdateType.EDITED_MESSAGE & CONTENT, _not_called), incoming.edited),
    _button(rf"^{keyboards.LANGUAGE_PREFIX}", basics.language_chosen),
    _button(buttons.PATTERN, own.ticket_button),
    _button(buttons.SPLIT_PATTERN, incoming.split_off),
    _button(guided.PATTERN, guided.button),
    _button(buttons.RATE_PATTERN, rating.rate),
    _button(rf"^{buttons.EXPLAIN_PREFIX}{ID}$", rating.ask_why),
    _button(rf"^{keyboards.CHOOSE_PREFIX}({keyboards.CHOOSE_NEW}|{ID})$", incoming.ticket_chosen),
    _button(rf"^{keyboards.CARD_PREFIX}{ID}$", cards.show),
    _button(rf"^{keyboards.HISTORY_PREFIX}{ID}:[0-9]{{1,4}}$", cards.turn),
    _button(rf"^{keyboards.NOTE_PREFIX}{ID}$", work.begin_note),
    _button(rf"^{keyboards.HOLD_PREFIX}{ID}:({'|'.join(map(str, work.HOLD_DAYS))})$", work.day_chosen),
    _button(rf"^{keyboards.QUEUE_PREFIX}[0-9]{{1,4}}$", work.turn_queue),
    _button(rf"^{keyboards.CALLER_PREFIX}({caller.NEW}|{caller.SKIP}|{ID})$", caller.pressed),
    _button(rf"^{keyboards.WRITE_PREFIX}{ID}$", own.write_into),
    _button(rf"^{keyboards.PAGE_PREFIX}[0-9]{{1,4}}$", own.turn_page),
    _button(order_buttons.OPEN_PATTERN, orders.show),
    _button(order_buttons.VERIFY_PATTERN, order_words.verify),
    _button(order_buttons.JOB_PATTERN, order_words.job),
    _button(order_buttons.TALK_PATTERN, order_words.talk),
    _button(order_buttons.ESTIMATE_PATTERN, estimates.answer),
    _button(orders.WAIVE_PATTERN, order_words.waive),
    _button(orders.WAIT_PATTERN, orders.wait),
    _button(order_buttons.PHOTOS_PATTERN, orders.photos),
    _button(curating.PATTERN, curating.pressed),
    _button(new_order.BEGIN_PATTERN, new_order.begin),
    _button(new_order.CHOSEN_PATTERN, new_order.chosen),
    _button(rf"^{orders.EARNINGS}$", orders.earned),
    _button(rf"^{orders.CLOSED}$", orders.closed),
    _button(rf"^{orders.ACTIVE}$", orders.active_ones),
    _button(rf"^{orders.LATE}$", orders.late),
    _button(stages.BEGIN_PATTERN, stages.begin),
    _button(stages.ANSWER_PATTERN, stages.pressed),
    _button(stages.DO_PATTERN, stages.do),
    _button(client_buttons.ASKED_PATTERN, asked.pressed),
    _button(asked.OFFER_PATTERN, asked.chosen),
    _button(client_buttons.STEP_PATTERN, questions.pressed),
    _button(client_buttons.REVIEW_PATTERN, review.pressed),
    _button(client_buttons.LETTER_PATTERN, letters.pressed),
    _button(client_buttons.CONSENT_PATTERN, consent.pressed),
    _button(client_buttons.CLIENT_PATTERN, clients.pressed),
    _button(rf"^{clients.INVITE}$", clients.invite),
    _button(consent.PRIVACY_PATTERN, consent.decided),
    STALE,
]


def route_for(update: Update, step: str) -> Route | None:
    """The first route that fits, or None: such an update needs no answer."""
    if update.callback_query is not None and not update.callback_query.data:
        return STALE  # python-telegram-bot lets a press without data through every pattern
    return next((route for route in ROUTES if route.fits(update, step)), None)
