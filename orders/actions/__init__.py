"""The only writers of orders, attempts and the workshop's jobs."""

from orders.actions.corrections import correct_sum
from orders.actions.create import create_order
from orders.actions.edit import edit_order
from orders.actions.erase import erase_client
from orders.actions.estimates import answer_about_order, answer_estimate, ask_about_order, record_consent, send_estimate
from orders.actions.handover import change_curator, hand_over_everything
from orders.actions.link import move_orders
from orders.actions.manage import (
    assign_engineer,
    cancel_order,
    exclude_stage,
    extend_order,
    plan_stage,
    set_waiting,
    waive_stage,
)
from orders.actions.penalties import add_penalty, penalise_engineer, set_share
from orders.actions.reveal import reveal_address
from orders.actions.stages import submit_stage
from orders.actions.verdicts import approve_attempt, return_attempt
from orders.actions.workshop import hand_over, release_job, set_job_priority, take_job

__all__ = [
    "add_penalty",
    "answer_about_order",
    "answer_estimate",
    "approve_attempt",
    "ask_about_order",
    "assign_engineer",
    "cancel_order",
    "change_curator",
    "correct_sum",
    "create_order",
    "edit_order",
    "erase_client",
    "exclude_stage",
    "extend_order",
    "hand_over",
    "hand_over_everything",
    "move_orders",
    "penalise_engineer",
    "plan_stage",
    "record_consent",
    "release_job",
    "return_attempt",
    "reveal_address",
    "send_estimate",
    "set_job_priority",
    "set_share",
    "set_waiting",
    "submit_stage",
    "take_job",
    "waive_stage",
]
