"""`manage.py env_example`: every setting with its meaning and default; its output is committed as `.env.example`."""

from typing import Any

from django.core.management.base import BaseCommand
from pydantic import SecretStr

from tws.config import STATE_DIR, Config


class Command(BaseCommand):
    help = "Prints .env.example: every setting, what it means, and its default."

    def handle(self, *args: object, **options: object) -> None:
        lines = [
            "# Settings of an installation. `make run` needs none of them.",
            "# A line without a value must be given where the installation is not started by `make run`.",
        ]
        for name, field in Config.model_fields.items():
            required = field.is_required()
            value = "" if required else _written(field.default)
            lines += ["", f"# {field.description}", f"{'' if required else '#'}{name.upper()}={value}"]
        self.stdout.write("\n".join(lines))


def _written(value: Any) -> str:
    """The default as it would stand in the file."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace(str(STATE_DIR), ".tws")
