"""The only writers of requests, answers, cards, the correspondence and what is kept of looks and deletions."""

from clients.actions.answers import (
    answer_question,
    begin_questionnaire,
    check_content,
    drop_questionnaire,
    submit_document,
    submit_questionnaire,
    turn_to_question,
)
from clients.actions.consent import give_consent, publish_consent, withdraw_consent
from clients.actions.copies import ask_for_copy, make_copy, remove_copy
from clients.actions.letters import add_to_letter, edit_letter, make_ticket_of_letter, write_to_client, write_to_staff
from clients.actions.link import let_in, move_to_person, note_knock
from clients.actions.looks import note_file_look, read_data, reveal_answer, reveal_card
from clients.actions.privacy import (
    ask_for_erasure,
    erase_client,
    lift_hold,
    purge_request,
    refuse_erasure,
    set_hold,
    take_back_erasure,
)
from clients.actions.requests import (
    cancel_request,
    expire_request,
    extend_request,
    open_request,
    remind_of_request,
    withdraw_switched_off,
)
from clients.actions.review import accept_answer, ask_to_redo, reject_answer

__all__ = [
    "accept_answer",
    "add_to_letter",
    "answer_question",
    "ask_for_copy",
    "ask_for_erasure",
    "ask_to_redo",
    "begin_questionnaire",
    "cancel_request",
    "check_content",
    "drop_questionnaire",
    "edit_letter",
    "erase_client",
    "expire_request",
    "extend_request",
    "give_consent",
    "let_in",
    "lift_hold",
    "make_copy",
    "make_ticket_of_letter",
    "move_to_person",
    "note_file_look",
    "note_knock",
    "open_request",
    "publish_consent",
    "purge_request",
    "read_data",
    "refuse_erasure",
    "reject_answer",
    "remind_of_request",
    "remove_copy",
    "reveal_answer",
    "reveal_card",
    "set_hold",
    "submit_document",
    "submit_questionnaire",
    "take_back_erasure",
    "turn_to_question",
    "withdraw_consent",
    "withdraw_switched_off",
    "write_to_client",
    "write_to_staff",
]
