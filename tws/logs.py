"""Logs: one JSON object a line, with the correlation id, without tokens, passwords or personal data."""

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_BOT_TOKEN = re.compile(r"(?<!\d)\d{6,20}:[A-Za-z0-9_-]{10,}")
_SECRET_KEYS = re.compile(r"token|password|secret|authorization|cookie|api_key", re.IGNORECASE)
HIDDEN = "[hidden]"

Event = MutableMapping[str, Any]


def hide_by_key(_logger: object, _method: str, event: Event) -> Event:
    """Hide values under telling keys."""
    for key, value in event.items():
        if _SECRET_KEYS.search(key) and value:
            event[key] = HIDDEN
    return event


def hide_bot_tokens(_logger: object, _method: str, line: str) -> str:
    """Hide bot tokens wherever they stand in the finished line, causes of errors included."""
    return _BOT_TOKEN.sub(HIDDEN, line)


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def logging_settings(style: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. httpx and httpcore write the bot token at INFO (it stands in the URL): warnings only."""
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if style == "json" else _console()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "tws": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    hide_by_key,
                    renderer,
                    hide_bot_tokens,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "tws"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{
                name: {"level": "WARNING"}
                for name in ("httpx", "httpcore", "telegram", "telethon", "celery", "kombu", "amqp")
            },
            "django.request": {"level": "ERROR"},  # a page that is not there is no news
            "kombu.connection": {"level": "ERROR"},  # the folder as a broker has no host, and it warns of that
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }


def _console() -> Any:
    return structlog.dev.ConsoleRenderer(colors=False)


def start_logging(settings: dict[str, Any]) -> None:
    """Set up logging in this process, for structlog's and the standard loggers alike."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
