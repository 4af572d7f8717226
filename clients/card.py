"""A request's page and the correspondence as staff read them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from audit.queries import history_of
from clients.models import Answer, Letter, RedoReason, Request
from clients.notices import redo_text
from clients.queries import answers_of, redo_reasons
from clients.words import told
from core.crypto import Unsealable
from files.models import StoredFile
from files.queries import files_of
from outbox.models import Message
from outbox.queries import deliveries_to
from tickets.card import Bubble, Event, who_did, worst
from tickets.notices import speaking_to

LETTERS_SHOWN = 50
_SENTENCES: dict[str, str | Promise] = {
    "clients.open_request": pgettext_lazy("history", "Request opened"),
    "clients.answer": pgettext_lazy("history", "Answer of the client"),
    "clients.add_page": pgettext_lazy("history", "A page was added"),
    "clients.void_answer": pgettext_lazy("history", "The file could not be used"),
    "clients.accept": pgettext_lazy("history", "Accepted"),
    "clients.redo": pgettext_lazy("history", "To be redone"),
    "clients.reject": pgettext_lazy("history", "Rejected"),
    "clients.cancel_request": pgettext_lazy("history", "Withdrawn"),
    "clients.extend_request": pgettext_lazy("history", "More time was given"),
    "clients.expire_request": pgettext_lazy("history", "The time is over"),
    "clients.reveal_answer": pgettext_lazy("history", "The answer was looked at"),
    "clients.link_caller": pgettext_lazy("history", "The caller was joined with the Telegram account"),
    "clients.purge": pgettext_lazy("history", "Deleted by age"),
    "clients.erase": pgettext_lazy("history", "The client’s data were erased"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """One answer. `facts` and `files` are empty where it is not open to who looks."""

    answer: Answer
    facts: list[tuple[str, str]] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    unreadable: bool = False


def given(request: Request, *, opened: bool) -> list[Given]:
    """Every answer, the newest first; what it holds only where it was opened with a reason."""
    answers = list(answers_of(request))
    if not opened:
        return [Given(answer) for answer in answers]
    files = files_of(answers)
    return [_read(answer, files[answer.pk]) for answer in answers]


def _read(answer: Answer, files: list[StoredFile]) -> Given:
    try:
        return Given(answer, told(answer), files)
    except Unsealable:
        return Given(answer, [], files, unreadable=True)


def previews(request: Request) -> list[tuple[RedoReason, str]]:
    """What the client will read for each ready reason, in his language."""
    with speaking_to(request.client):
        return [(reason, redo_text(request, Answer(request=request, redo_reason=reason))) for reason in redo_reasons()]


def history(request: Request) -> list[Event]:
    """What happened to it, the latest first."""
    entries = list(history_of(request))
    return [
        Event(entry.at, who_did(entry), str(_SENTENCES.get(entry.action, entry.action)), entry.get_via_display())
        for entry in reversed(entries)
    ]


def correspondence(letters: list[Letter], client_id: int) -> list[Bubble]:
    """These messages, oldest first, with their files and how far they have come."""
    letters = letters[::-1]
    files = files_of(letters)
    deliveries = deliveries_to(client_id, letters)
    sent = deliveries_to(client_id, [file for own in files.values() for file in own])
    return [_bubble(letter, files[letter.pk], deliveries, sent) for letter in letters]


def _bubble(
    letter: Letter, files: list[StoredFile], deliveries: dict[int, Message], sent: dict[int, Message]
) -> Bubble:  # fmt: skip
    from_client = letter.author_id == letter.client_id
    found = None if from_client else worst([deliveries.get(letter.pk), *(sent.get(file.pk) for file in files)])
    return Bubble(
        side="client" if from_client else "staff", author=letter.author, via=letter.get_via_display(),
        at=letter.created_at, text=letter.text, files=files, delivery=found, moved_to=letter.became,
        earlier=[Before(**before) for before in letter.earlier],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Before:
    """What stood in a message before it was edited."""

    text: str
    until: str

    @property
    def replaced_at(self) -> datetime | None:
        """When it was replaced."""
        return parse_datetime(self.until)
