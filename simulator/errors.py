"""The two kinds of refusal: one in Telegram's words for the bot, one for users of the JSON API."""

from simulator.model import JsonObject


class BotApiError(Exception):
    """An answer `{"ok": false, …}` of the Bot API."""

    def __init__(self, code: int, description: str, parameters: JsonObject | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> JsonObject:
        """The body of the answer."""
        answer: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> BotApiError:
    """A 400 with Telegram's usual prefix."""
    return BotApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> BotApiError:
    """A 403 with Telegram's usual prefix."""
    return BotApiError(403, f"Forbidden: {reason}")


class SchemaViolationError(BotApiError):
    """The bot did what the schema does not describe. Recorded, so that tests can fail on it."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, f"Bad Request: SIMULATOR: {reason}")


class SimError(Exception):
    """A refusal of the JSON API: HTTP `status` and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
