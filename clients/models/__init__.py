"""Everything that is asked of clients and known of them, in one namespace."""

from clients.models.card import Access, Card, Consent, DataCopy, Erasure, Letter, Purge
from clients.models.config import ConsentText, DocumentKind, Question, Questionnaire, RedoReason, RequestTemplate
from clients.models.fields import NUMBERS
from clients.models.people import Client
from clients.models.request import Answer, Request

__all__ = [
    "NUMBERS",
    "Access",
    "Answer",
    "Card",
    "Client",
    "Consent",
    "ConsentText",
    "DataCopy",
    "DocumentKind",
    "Erasure",
    "Letter",
    "Purge",
    "Question",
    "Questionnaire",
    "RedoReason",
    "Request",
    "RequestTemplate",
]
