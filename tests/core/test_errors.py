"""Problems: codes for machines, sentences for people."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Denied, Invalid, NotFound, Problem


class Taken(Conflict):
    code = "taken"
    text = _("Ticket No. %(number)s has already been taken by %(who)s.")


def test_the_sentence_is_filled_in_and_keeps_signs_of_its_params() -> None:
    with translation.override("en"):
        assert str(Taken(number=1001, who="100 % <b>Анна</b> %(who)s {x}")) == (
            "Ticket No. 1001 has already been taken by 100 % <b>Анна</b> %(who)s {x}."
        )


def test_a_sentence_without_params_may_hold_a_percent_sign() -> None:
    class Full(Problem):
        text = "100 % full"

    assert str(Full()) == "100 % full"


def test_the_language_is_that_of_the_moment_when_it_is_shown() -> None:
    problem = NotFound()
    with translation.override("en"):
        english = str(problem)
    with translation.override("ru"):
        expected = translation.gettext("Not found.")
        assert str(problem) == expected
    assert english == "Not found."


@pytest.mark.parametrize(
    ("problem", "code", "status"),
    [
        (Problem(), "problem", 400),
        (Invalid(), "invalid", 400),
        (Denied(), "denied", 403),
        (NotFound(), "not_found", 404),
        (Conflict(), "conflict", 409),
        (Taken(number=1, who="x"), "taken", 409),
    ],
)
def test_code_and_status(problem: Problem, code: str, status: int) -> None:
    assert (problem.code, problem.status) == (code, status)
    assert problem.fields == {}


def test_fields_name_the_inputs_at_fault() -> None:
    problem = Invalid(fields={"text": "empty"}, limit=5)
    assert (problem.fields, problem.params) == ({"text": "empty"}, {"limit": 5})
