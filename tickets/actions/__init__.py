"""The only writers of tickets and comments."""

from tickets.actions.comments import add_comment
from tickets.actions.create import create_ticket, open_ticket_for, register_client
from tickets.actions.deliveries import repeat_delivery
from tickets.actions.edits import delete_comment, edit_comment, edit_description, edit_telegram_message
from tickets.actions.erase import erase_client
from tickets.actions.link import link_caller
from tickets.actions.moves import assign_ticket, move_ticket, set_priority
from tickets.actions.parts import append_part
from tickets.actions.rating import explain_rating, rate_ticket
from tickets.actions.split import split_comment

__all__ = [
    "add_comment",
    "append_part",
    "assign_ticket",
    "create_ticket",
    "delete_comment",
    "edit_comment",
    "edit_description",
    "edit_telegram_message",
    "erase_client",
    "explain_rating",
    "link_caller",
    "move_ticket",
    "open_ticket_for",
    "rate_ticket",
    "register_client",
    "repeat_delivery",
    "set_priority",
    "split_comment",
]
