"""The only writers of tickets and comments."""

from tickets.actions.comments import add_comment
from tickets.actions.create import create_ticket, open_ticket_for
from tickets.actions.link import link_caller
from tickets.actions.moves import assign_ticket, move_ticket, set_priority
from tickets.actions.split import split_comment

__all__ = [
    "add_comment",
    "assign_ticket",
    "create_ticket",
    "link_caller",
    "move_ticket",
    "open_ticket_for",
    "set_priority",
    "split_comment",
]
