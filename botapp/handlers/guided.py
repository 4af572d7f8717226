"""The guided way to a ticket: category → device → text → photos → confirm. Free text beside it is always enough.

What has been answered waits in the dialog, over restarts. Each button names the step it was shown in: pressed in
another one, it does nothing.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import TICKETS_CREATE_OWN
from botapp.context import Context, Reply
from botapp.enums import GUIDE, Step
from botapp.handlers.basics import for_staff, stale_button
from botapp.handlers.content import content, kept_file, told_of_size
from core.html import html
from core.text import is_blank, shorten
from tickets.actions import create_ticket
from tickets.actions.text import DESCRIPTION_LIMIT, checked
from tickets.enums import Category
from tickets.models import DEVICE_LIMIT

PREFIX = "guide:"
PATTERN = r"^guide:[a-z_]{1,20}:[a-z_]{1,20}$"
BEGIN = f"{PREFIX}begin:begin"
TEXT_SHOWN = 1500
STEPS = {"back": -1, "stay": 0, "next": 1}


def begin_button() -> dict[str, str]:
    """Leads here from «what happened?»."""
    return {"text": _("Step by step"), "callback_data": BEGIN}


def button(context: Context) -> Reply:
    """Any button of the guide."""
    _prefix, step, act = context.data.split(":")
    if context.data == BEGIN:
        return _begin(context)
    if context.dialog.step != step:
        return stale_button(context)
    if act == "anew":
        return _begin(context)
    if (step, act) == (Step.GUIDE_CONFIRM, "send"):
        return _send(context)
    draft = context.dialog.data
    if step == Step.GUIDE_CATEGORY and act in Category.values:
        context.enter(Step.GUIDE_DEVICE, **{**draft, "category": act})
    elif act in STEPS:
        context.enter(Step(_step(context, STEPS[act])), **draft)
    else:
        return stale_button(context)
    return _screen(context, replace=True)


def message(context: Context) -> Reply | None:
    """What is written or sent in a step; what belongs to another step is kept for it."""
    text, files = content(context.message)
    step, draft = context.dialog.step, dict(context.dialog.data)
    same_album = context.message.media_group_id is not None and draft["album"] == context.message.media_group_id
    draft["files"] = draft["files"] + [asdict(file) for file in files]
    draft["album"] = context.message.media_group_id
    if step == Step.GUIDE_DEVICE and not is_blank(text):
        draft["device"] = shorten(text, DEVICE_LIMIT)
        step = _step(context, 1)
    else:
        draft["text"] = _added(draft["text"], text, required=not draft["files"])
        draft["message"] = None if draft["text"] != text else context.message.message_id
        step = _step(context, 1) if step == Step.GUIDE_TEXT else step
    context.enter(Step(step), **draft)
    if too_big := told_of_size(files):
        return too_big
    return None if same_album else _screen(context)


def ask_to_go_on(context: Context) -> Reply:
    """/start or /new in the middle: the draft is there, and may be dropped."""
    step = context.dialog.step
    buttons = [(_("Continue"), "stay"), (_("Begin anew"), "anew")]
    rows = [[{"text": text, "callback_data": f"{PREFIX}{step}:{act}"}] for text, act in buttons]
    said = _("You have begun a ticket and not sent it yet. Go on, or begin anew?")
    return Reply(html(said), {"inline_keyboard": rows})


def _begin(context: Context) -> Reply:
    if not context.actor.can(TICKETS_CREATE_OWN):
        return for_staff(context)
    context.enter(Step.GUIDE_CATEGORY, category="", device="", text="", files=[], album=None, message=None)
    return _screen(context, replace=True)


def _send(context: Context) -> Reply:
    draft = context.dialog.data
    create_ticket(
        actor=context.actor, client_id=context.user.pk, text=draft["text"],
        category=draft["category"], device=draft["device"],
        files=[kept_file(file) for file in draft["files"]], telegram_message_id=draft["message"],
    )  # fmt: skip
    context.enter(Step.NONE)
    return Reply(remove_buttons=True)


def _step(context: Context, by: int) -> str:
    """The step before or after the open one."""
    place = GUIDE.index(Step(context.dialog.step)) + by
    return GUIDE[max(0, min(place, len(GUIDE) - 1))]


def _added(before: str, text: str, *, required: bool) -> str:
    """The description with one more message. Raises TextMissing, TextTooLong."""
    both = "\n".join(part for part in (before, text) if not is_blank(part))
    return checked(both, limit=DESCRIPTION_LIMIT, required=required)


def _screen(context: Context, *, replace: bool = False) -> Reply:
    """The open step: its question, its answers as buttons, and the way back."""
    step, draft = Step(context.dialog.step), context.dialog.data
    text, answers = SCREENS[step](draft)
    if step != Step.GUIDE_CATEGORY:
        answers = [*answers, (_("← Back"), "back")]
    rows = [[{"text": label, "callback_data": f"{PREFIX}{step}:{act}"}] for label, act in answers]
    return Reply(text, {"inline_keyboard": rows}, replace=replace)


Screen = tuple[SafeString, list[tuple[str, str]]]


def _category(_draft: dict[str, Any]) -> Screen:
    return html(_("Which equipment is it? /cancel – not now.")), [(str(c.label), c.value) for c in Category]


def _device(_draft: dict[str, Any]) -> Screen:
    return html(_("Which model? Write the brand, model or serial number, whatever you know.")), [(_("Skip"), "next")]


def _text(draft: dict[str, Any]) -> Screen:
    if draft["text"] or draft["files"]:
        return html(_("What else happened? You have already written:\n\n{text}"), text=_short(draft)), [
            (_("That is all"), "next")
        ]
    return html(_("What happened? Describe it in your own words.")), []


def _photos(draft: dict[str, Any]) -> Screen:
    count = len(draft["files"])
    if not count:
        return html(_("Are there photos? The device, its display, a spoilt print: send them here.")), [
            (_("Without photos"), "next")
        ]
    said = ngettext("{count} file is here. Send more, or go on.", "{count} files are here. Send more, or go on.", count)
    return html(said, count=count), [(_("Go on"), "next")]


def _confirm(draft: dict[str, Any]) -> Screen:
    category = str(Category(draft["category"]).label) if draft["category"] else "—"
    text = html(
        _("<b>Is everything right?</b>\n\nEquipment: {category}\nModel: {device}\nFiles: {files}\n\n{text}"),
        category=category, device=draft["device"] or "—", files=len(draft["files"]), text=_short(draft),
    )  # fmt: skip
    return text, [(_("Send the ticket"), "send")]


def _short(draft: dict[str, Any]) -> str:
    text: str = draft["text"]
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"


SCREENS: dict[Step, Callable[[dict[str, Any]], Screen]] = {
    Step.GUIDE_CATEGORY: _category,
    Step.GUIDE_DEVICE: _device,
    Step.GUIDE_TEXT: _text,
    Step.GUIDE_PHOTOS: _photos,
    Step.GUIDE_CONFIRM: _confirm,
}
