"""Joining by an invite: `/start inv_<code>`."""

from django.core.cache import cache
from django.utils.translation import gettext as _
from telegram import Update

from accounts.actions import redeem_invite
from accounts.actors import actor_for
from accounts.errors import InviteAttempts, InviteUnknown
from accounts.queries import by_telegram_id
from accounts.roles import Role
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.basics import start
from core.actor import Via
from core.html import html

PAYLOAD = "inv_"
ATTEMPTS, ATTEMPTS_WITHIN = 5, 60 * 60
"""So many unknown codes may be tried by one person within so many seconds."""


def is_brought(update: Update) -> bool:
    """Whether this message brings an invite."""
    return update.message is not None and (update.message.text or "").startswith(f"/start {PAYLOAD}")


def join(context: Context) -> Reply:
    """The person gets the branch and the role that the invite names."""
    key = f"invite-attempts:{context.user.pk}"
    if cache.get(key, 0) >= ATTEMPTS:
        raise InviteAttempts
    try:
        invite = redeem_invite(actor=context.actor, code=(context.message.text or "").split()[1].removeprefix(PAYLOAD))
    except InviteUnknown as problem:
        cache.add(key, 0, ATTEMPTS_WITHIN)
        cache.incr(key)
        return Reply(html("{problem}", problem=problem))
    context.enter(Step.NONE)
    assert context.user.telegram_id is not None
    joined = by_telegram_id(context.user.telegram_id)
    assert joined is not None
    context.user = joined
    context.actor = actor_for(context.user, Via.BOT)
    if invite.role == Role.CLIENT:
        return start(context)
    text = html(
        _("Welcome, {name}! You have joined {branch} as: {role}. /help tells what can be done here."),
        name=context.user.full_name, branch=invite.tenant or "TWS", role=Role(invite.role).label,
    )  # fmt: skip
    return Reply(text, keyboards.menu(context.actor))
