"""Which function answers which update: the first route that fits. Filters are python-telegram-bot's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from botapp import contacts, handlers, keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from tickets import buttons

Function = Callable[[Context], Reply | None]
CONTENT = filters.TEXT | filters.PHOTO | filters.Document.ALL


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


def _command(name: str, function: Function) -> Route:
    return Route(CommandHandler(name, _not_called, filters=filters.UpdateType.MESSAGE), function)


def _text_button(label: str, function: Function) -> Route:
    return _message(filters.Text(keyboards.in_all_languages(label)), function)


def _message(accepted: filters.BaseFilter, function: Function, step: Step | None = None) -> Route:
    return Route(MessageHandler(accepted & filters.UpdateType.MESSAGE, _not_called), function, step)


def _button(pattern: Any, function: Function) -> Route:
    return Route(CallbackQueryHandler(_not_called, pattern=pattern), function)


STALE = _button(None, handlers.stale_button)
ROUTES = [
    _command("start", handlers.start),
    _command("help", handlers.show_help),
    _command("cancel", handlers.cancel),
    _command("language", handlers.choose_language),
    _command("tickets", handlers.my_tickets),
    _command("new", handlers.new_ticket),
    _message(filters.COMMAND, handlers.unknown_command),
    _text_button(keyboards.MY_TICKETS, handlers.my_tickets),
    _text_button(keyboards.NEW_TICKET, handlers.new_ticket),
    _text_button(keyboards.HELP, handlers.show_help),
    _message(filters.CONTACT, contacts.contact),
    _message(CONTENT, handlers.describe_ticket, step=Step.NEW_TICKET),
    _message(CONTENT, handlers.message),
    _message(filters.ALL & ~filters.StatusUpdate.ALL, handlers.not_understood),
    _button(rf"^{keyboards.LANGUAGE_PREFIX}", handlers.language_chosen),
    _button(buttons.PATTERN, handlers.ticket_button),
    STALE,
]


def route_for(update: Update, step: str) -> Route | None:
    """The first route that fits, or None: such an update needs no answer."""
    if update.callback_query is not None and not update.callback_query.data:
        return STALE  # python-telegram-bot lets a press without data through every pattern
    return next((route for route in ROUTES if route.fits(update, step)), None)
