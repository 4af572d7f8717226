"""What a handler gets and what it gives back."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.safestring import SafeString
from telegram import Message, Update

from accounts.models import User
from botapp.enums import SHORT, Step
from botapp.models import Dialog
from core.actor import Actor
from core.crypto import opened
from files.models import StoredFile

KEPT = "kept"
"""In the draft of a question in between: the draft of the stage."""


@dataclass(slots=True)
class Context:
    """One update of one known person in a private chat."""

    update: Update
    user: User
    actor: Actor
    dialog: Dialog
    resumed: bool = False
    """A stage that was being filled in goes on after a question in between."""

    @property
    def message(self) -> Message:
        """The message that came; only for handlers of messages."""
        message = self.update.message
        assert message is not None
        return message

    @property
    def data(self) -> str:
        """The data behind the pressed button; only for handlers of buttons."""
        query = self.update.callback_query
        assert query is not None
        return query.data or ""

    def enter(self, step: Step, **data: Any) -> None:
        """The next message belongs to this step. `Step.NONE` ends the dialog.

        A question in between (`SHORT`) keeps the stage that is being filled in; its end brings the stage back.
        """
        kept = self.dialog.data if self.dialog.step == Step.STAGE else self.dialog.data.get(KEPT)
        if step in SHORT and kept:
            data[KEPT] = kept
        elif step == Step.NONE and self.dialog.step in SHORT and kept:
            step, data, self.resumed = Step.STAGE, kept, True
        self._keep(step, data)

    def begin_anew(self) -> bool:
        """Where the draft can not be decrypted: nothing is begun any more. Whether something was."""
        if opened(self.dialog, "data") is not None:
            return False
        begun = self.dialog.step != Step.NONE
        self._keep(Step.NONE, {})
        return begun

    def _keep(self, step: Step, data: dict[str, Any]) -> None:
        self.dialog.step = step
        self.dialog.data = data
        self.dialog.save()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person is shown: a message with or without a keyboard, and a word over a pressed button."""

    text: SafeString | None = None
    keyboard: dict[str, Any] | None = None
    toast: str = ""
    remove_buttons: bool = False
    replace: bool = False
    """Show the text in place of the message whose button was pressed."""
    subject: Model | None = None
    """What a Telegram reply to this message goes to: a ticket, a request, a message of the correspondence."""
    files: tuple[StoredFile, ...] = ()
    """What follows the text, as what it is."""
    after: float = 0
    """Seconds to wait with it."""
    once: str | None = None
    """A key under which this reply is given at most once (a button tapped twice)."""
