"""The keyboards of the bot, in the language that is active now."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MY_TICKETS = gettext_noop("My tickets")
NEW_TICKET = gettext_noop("New ticket")
HELP = gettext_noop("Help")

LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
LANGUAGE_PREFIX = "language:"


def menu() -> dict[str, Any]:
    """The client's menu under the input field."""
    rows = [[{"text": _(NEW_TICKET)}, {"text": _(MY_TICKETS)}], [{"text": _(HELP)}]]
    return {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}


def languages() -> dict[str, Any]:
    """One button a language, each in its own words."""
    buttons = [
        [{"text": LANGUAGE_NAMES[code], "callback_data": LANGUAGE_PREFIX + code}] for code, _name in settings.LANGUAGES
    ]
    return {"inline_keyboard": buttons}


def in_all_languages(label: str) -> list[str]:
    """A menu button's text in every language: a keyboard may be older than the choice of language."""
    texts = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts.append(_(label))
    return texts
