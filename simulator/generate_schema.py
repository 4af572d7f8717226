"""Write `bot_api_schema.json` from aiogram's method models: `python -m simulator.generate_schema [--check]`.

The file describes the parameters of every served method, and names all methods of the Bot API, so that a
method which exists but is not served can be told from one that does not exist.
"""

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import aiogram
import aiogram.methods
from aiogram.client.default import Default
from aiogram.types import InputFile
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, PydanticJsonSchemaWarning
from pydantic_core import core_schema

SCHEMA_PATH = Path(__file__).with_name("bot_api_schema.json")

SERVED_METHODS = (
    "answerCallbackQuery",
    "deleteMessage",
    "deleteMyCommands",
    "deleteWebhook",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageText",
    "getChat",
    "getFile",
    "getMe",
    "getMyCommands",
    "getUpdates",
    "getWebhookInfo",
    "leaveChat",
    "sendChatAction",
    "sendDocument",
    "sendMediaGroup",
    "sendMessage",
    "sendPhoto",
    "setChatMenuButton",
    "setMyCommands",
    "setWebhook",
)

# Parameters that would pull in a large family of types and that the simulator could not show.
UNSERVED_PARAMETERS = frozenset({"rich_message"})

# Words about the schema that do not decide whether a value is valid.
ANNOTATIONS = frozenset({"title", "description", "default", "deprecated", "discriminator"})

PYTHON_ONLY: JsonSchemaValue = {"not": {}}


class BotApiJsonSchema(GenerateJsonSchema):
    """JSON schema of what goes over the wire: files are strings, aiogram's defaults do not exist."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        """A file is a string (file id, URL, `attach://name`); aiogram's `Default` never leaves Python."""
        if schema["cls"] is Default:
            return dict(PYTHON_ONLY)
        if issubclass(schema["cls"], InputFile):
            return {"type": "string"}
        return super().is_instance_schema(schema)


def simplify(node: Any) -> Any:
    """`node` without annotations, `null` and Python-only alternatives, and closed to unknown properties."""
    if isinstance(node, list):
        return [simplify(item) for item in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            result[key] = {name: simplify(schema) for name, schema in value.items()}
        elif key not in ANNOTATIONS:
            result[key] = simplify(value)
    if "properties" in result:
        result["additionalProperties"] = False
    for union in ("anyOf", "oneOf"):
        if union in result:
            _simplify_union(result, union)
    return result


def _simplify_union(schema: dict[str, Any], key: str) -> None:
    """Drop alternatives that can not come over the wire; one that is left alone replaces the union."""
    options = [option for option in schema.pop(key) if option not in ({"type": "null"}, PYTHON_ONLY)]
    unique = [option for index, option in enumerate(options) if option not in options[:index]]
    if len(unique) == 1:
        schema.update(unique[0])
    else:
        schema["anyOf"] = unique


def method_models() -> dict[str, Any]:
    """All of aiogram's method models by the name of their Bot API method."""
    exported = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {
        model.__api_method__: model for model in exported if isinstance(getattr(model, "__api_method__", None), str)
    }


def build_schema() -> dict[str, Any]:
    """The whole content of the schema file."""
    models = method_models()
    methods: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    for name in SERVED_METHODS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PydanticJsonSchemaWarning)
            raw = models[name].model_json_schema(
                schema_generator=BotApiJsonSchema, ref_template="#/definitions/{model}"
            )
        for parameter in UNSERVED_PARAMETERS:
            raw["properties"].pop(parameter, None)
        definitions |= {key: simplify(value) for key, value in raw.pop("$defs", {}).items()}
        method = simplify(raw)
        methods[name] = {"properties": method.get("properties", {}), "required": method.get("required", [])}
    return {
        "bot_api": aiogram.__api_version__,
        "all_methods": sorted(models),
        "definitions": _reachable(methods, definitions),
        "methods": methods,
    }


def _reachable(methods: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that the methods refer to, directly or through one another."""
    found: dict[str, Any] = {}
    queue: list[Any] = [methods]
    while queue:
        node = queue.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found[name] = definitions[name]
                queue.append(definitions[name])
            queue.extend(node.values())
        elif isinstance(node, list):
            queue.extend(node)
    return found


def render(schema: dict[str, Any]) -> str:
    """The text of the schema file: sorted and indented, so that a difference reads well."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file, or with `--check` say whether it is stale (exit code 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare, exit 1 when the file is stale")
    text = render(build_schema())
    if parser.parse_args().check:
        return 0 if SCHEMA_PATH.read_text(encoding="utf-8") == text else 1
    SCHEMA_PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
