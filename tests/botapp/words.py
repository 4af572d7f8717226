"""What the bot says, by its source text."""

from html import unescape

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext

from simulator.client import Message


def said(source: str, *, language: str = "ru", **params: object) -> str:
    """The text as the person sees it: translated, filled in, without its markup."""
    with translation.override(language):
        return unescape(strip_tags(gettext(source))).format(**params).strip()


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


ACCEPTED = "Your ticket <b>No. {number}</b> has been accepted: {subject}\nWe will write here as soon as it moves."
ADDED = "Added to ticket <b>No. {number}</b>."
WHAT_HAPPENED = "What happened? Write it in one message or send a photo with a caption. /cancel – not now."
CANCELLED = "Cancelled. Nothing was sent."
NOTHING_TO_CANCEL = "There is nothing to cancel."
UNKNOWN_COMMAND = "I do not know this command. /help shows what I can do."
UNREADABLE = "I can not read this kind of message. Please write a text or send a photo or a document."
NO_LONGER = "This is no longer possible."
NOT_FOUND = "Not found."
EMPTY = "The text is empty. Please write what it is about."
OUR_FAULT = "Something went wrong on our side. Your message is kept, and we are looking into it."
CLOSED_TO_YOU = "Your access has been closed."
