"""Checks the parameters of Bot API calls against the committed schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from simulator.errors import SchemaViolationError
from simulator.model import JsonObject

SCHEMA_PATH = Path(__file__).with_name("bot_api_schema.json")


@cache
def load() -> JsonObject:
    """The schema file."""
    schema: JsonObject = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return schema


@cache
def canonical_names() -> dict[str, str]:
    """All method names of the Bot API by their lower-case form: Telegram does not mind the case."""
    return {name.lower(): name for name in load()["all_methods"]}


@cache
def _validator(method: str) -> Draft202012Validator:
    schema = load()
    return Draft202012Validator(
        {
            "type": "object",
            "additionalProperties": False,
            **schema["methods"][method],
            "definitions": schema["definitions"],
        }
    )


def check(method: str, raw: JsonObject) -> JsonObject:
    """`raw` with JSON in strings decoded as the schema of `method` says. Raises SchemaViolationError."""
    if method not in load()["methods"]:
        raise SchemaViolationError(f"method {method} is not served")
    properties = load()["methods"][method]["properties"]
    params = {name: _decode(properties.get(name, {}), value) for name, value in raw.items()}
    error = best_match(_validator(method).iter_errors(params))
    if error is not None:
        place = ".".join(str(step) for step in error.absolute_path) or "parameters"
        raise SchemaViolationError(f"{method}: {place}: {error.message}")
    return params


def _decode(schema: JsonObject, value: Any) -> Any:
    """A parameter as it is meant: forms carry numbers, booleans and objects as strings."""
    if not isinstance(value, str) or schema.get("type") == "string":
        return value
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    takes_text = any(option.get("type") == "string" for option in schema.get("anyOf", ()))
    return value if takes_text and not isinstance(decoded, int) else decoded
