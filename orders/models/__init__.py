"""Repair orders (Заказы): their stages with every attempt, the workshop's jobs, estimates and penalties."""

from orders.models.beside import EngineerShare, Estimate, OrderComment, Penalty
from orders.models.fields import WORDS_LIMIT, NextNumber
from orders.models.order import Attempt, Correction, Line, Order, WorkshopJob

__all__ = [
    "WORDS_LIMIT",
    "Attempt",
    "Correction",
    "EngineerShare",
    "Estimate",
    "Line",
    "NextNumber",
    "Order",
    "OrderComment",
    "Penalty",
    "WorkshopJob",
]
