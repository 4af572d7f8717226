"""Problems a person can be told of: a code for machines, a translated sentence for people.

Every refusal of an action is one of these. Each door has one mapping of its own: `core.api.problem_response`,
`core.admin.show_problem` and `botapp.dispatch` (the sentence becomes a message).
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Problem(Exception):
    """An action was refused and nothing has changed.

    `code` is stable and documented, `text` is a lazy translation with `%(name)s` places filled from `params`,
    `fields` names the inputs at fault (name to sentence), `status` is the HTTP status the API answers with.
    """

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    text: ClassVar[str | Promise] = _("This is not possible.")

    def __init__(self, *, fields: dict[str, str | Promise] | None = None, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params
        self.fields = fields or {}

    def __str__(self) -> str:
        """The sentence in the language that is active now."""
        return str(self.text) % self.params if self.params else str(self.text)


class Invalid(Problem):
    """The input has the wrong form; `fields` says where."""

    code = "invalid"
    text = _("Please check what you entered.")


class NotFound(Problem):
    """No such row, or none that this actor may see: the two must look alike."""

    code = "not_found"
    status = 404
    text = _("Not found.")


class Denied(Problem):
    """The actor sees the row but may not do this."""

    code = "denied"
    status = 403
    text = _("You are not allowed to do this.")


class Unavailable(Problem):
    """The database is away, stands still or has no room. Nothing has changed, and the next try may go well."""

    code = "unavailable"
    status = 503
    text = _("The service is not available at the moment. Nothing has been changed; please try again in a minute.")


class Conflict(Problem):
    """The row is not in a state, or not in the version, that allows this."""

    code = "conflict"
    status = 409
    text = _("Something has changed meanwhile.")


def told(problem: Problem) -> str:
    """The sentence, and what is said of the fields at fault."""
    details = " ".join(dict.fromkeys(str(text) for text in problem.fields.values()))
    text = str(problem)
    return f"{text} {details}" if details and details != text else text
