"""The only writers of tickets and comments."""

from tickets.actions.comments import add_comment
from tickets.actions.create import create_ticket, open_ticket_for
from tickets.actions.link import link_caller
from tickets.actions.moves import assign_ticket, move_ticket, set_priority
from tickets.actions.rating import explain_rating, rate_ticket
from tickets.actions.split import split_comment

__all__ = [
    "add_comment",
    "assign_ticket",
    "create_ticket",
    "explain_rating",
    "link_caller",
    "move_ticket",
    "open_ticket_for",
    "rate_ticket",
    "set_priority",
    "split_comment",
]
