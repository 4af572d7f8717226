"""Every setting that an installation has, read from the environment, `.env` and the files of a local run.

All errors are reported at once. `manage.py env_example` prints `.env.example` from this class.
"""

import os
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.crypto import parse_keys

ROOT = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("TWS_STATE_DIR", ROOT / ".tws"))


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _stages(value: dict[str, int]) -> dict[str, int]:
    known = {"agreement", "prepayment", "repair", "workshop", "expenses", "report"}
    if unknown := value.keys() - known:
        raise ValueError(f"no such stage: {', '.join(sorted(unknown))}")
    return value


def _split_pairs(value: Any) -> Any:
    """`a=1,b=2`."""
    if not isinstance(value, str):
        return value
    return dict(pair.strip().partition("=")[::2] for pair in value.split(",") if pair.strip())


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < 32:
        raise ValueError("must have at least 32 bytes")
    return value


def _key_ring(value: SecretStr) -> SecretStr:
    parse_keys(value.get_secret_value())
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    token = value.get_secret_value()
    if token and not re.fullmatch(r"\d{1,19}:[\w-]+", token):
        raise ValueError("must look like 123456789:AA… as @BotFather gives it")
    return value


def split_secrets(value: SecretStr) -> list[str]:
    """The secrets between commas."""
    return [secret.strip() for secret in value.get_secret_value().split(",") if secret.strip()]


def _webhook_secrets(value: SecretStr) -> SecretStr:
    for secret in split_secrets(value):
        if not re.fullmatch(r"[A-Za-z0-9_-]{22,256}", secret):
            raise ValueError("each must have 22 to 256 of A-Z, a-z, 0-9, _ and -")
    return value


def _address(value: str) -> str:
    if urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("must begin with http:// or https://")
    return value


def _time_zone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise ValueError("there is no such time zone; write it like Europe/Moscow")
    return value


def _postgres(value: str) -> str:
    try:
        conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        raise ValueError("must look like postgresql://user:password@host:5432/tws") from None
    return value


BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
Address = Annotated[str, AfterValidator(_address)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Postgres = Annotated[str, AfterValidator(_postgres)]
LongSecret = Annotated[SecretStr, AfterValidator(_long_enough)]
Names = Annotated[list[str], NoDecode, BeforeValidator(_split)]
Ids = Annotated[list[int], NoDecode, BeforeValidator(_split)]
Hours = Annotated[int, Field(ge=1, le=8760)]
Norms = Annotated[dict[str, Hours], NoDecode, BeforeValidator(_split_pairs), AfterValidator(_stages)]


class Config(BaseSettings):
    """One field is one environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=(STATE_DIR / "run.env", STATE_DIR / "secrets.env", ROOT / ".env"),  # the last one wins
        extra="ignore",
        hide_input_in_errors=True,
    )

    secret_key: LongSecret = Field(description="Signs sessions and forms. At least 32 bytes.")
    jwt_signing_key: LongSecret = Field(description="Signs the API's tokens. At least 32 bytes.")
    data_keys: Annotated[SecretStr, AfterValidator(_key_ring)] = Field(
        description="Encrypts personal data: k2:<base64 of 32 bytes>,k1:… The first one seals, all of them open."
    )
    database_url: Postgres = Field(
        default="postgresql://postgres@127.0.0.1:5432/tws",
        description="postgresql://user:password@host:5432/tws",
    )
    redis_url: str = Field(default="", description="Broker and cache; empty: a folder and the database serve.")
    database_pool_size: int = Field(default=10, ge=1, description="Connections that one process may keep.")

    site_url: Address = Field(default="http://127.0.0.1:8000", description="Where people reach this installation.")
    allowed_hosts: Names = Field(default=["127.0.0.1", "localhost"], description="Host names, by comma.")
    debug: bool = Field(default=False, description="Development only.")
    secure: bool = Field(default=True, description="Served over HTTPS: secure cookies, HSTS.")
    behind_proxy: bool = Field(
        default=False, description="A proxy of yours ends HTTPS and sets X-Forwarded-Proto and -For; nothing else may."
    )
    media_dir: Path = Field(default=STATE_DIR / "media", description="Folder of uploaded files.")
    broker_dir: Path = Field(default=STATE_DIR / "broker", description="Celery's folder when there is no Redis.")

    api_calls_per_minute: int = Field(default=600, ge=1, description="Of one person, beyond which there is a 429.")
    api_calls_before_sign_in: int = Field(default=60, ge=1, description="The same of one address without a token.")

    telegram_bot_token: BotToken = Field(default=SecretStr(""), description="From @BotFather.")
    telegram_api_url: Address = Field(default="https://api.telegram.org", description="An own Bot API server.")
    telegram_proxy: str = Field(default="", description="http://… or socks5://… to reach Telegram.")
    telegram_webhook_secrets: Annotated[SecretStr, AfterValidator(_webhook_secrets)] = Field(
        default=SecretStr(""),
        description="Empty: runbot polls. Else updates come by webhook: new,old – both are taken meanwhile.",
    )
    superuser_telegram_ids: Ids = Field(default=[], description="Who is a superuser on the first /start.")
    operator_telegram_ids: Ids = Field(default=[], description="Who is an operator on the first /start.")

    default_tenant: str = Field(default="", description="Short name of the branch of clients without a link.")
    client_access: Literal["open", "invited"] = Field(
        default="open",
        description="Who may write to the bot as a client: anyone (open), or only whom staff have asked (invited).",
    )
    erasure_days: int = Field(
        default=14, ge=1, description="Days from a client's /forget to the erasure, if nobody does it sooner."
    )
    webhook_allow_private: bool = Field(
        default=False, description="Let webhooks go to http and to addresses inside the own network."
    )
    ticket_autoclose_days: int = Field(default=3, ge=1, description="Resolved to closed without an answer.")
    ticket_reopen_days: int = Field(default=14, ge=0, description="How long a closed ticket may come back.")
    order_norm_hours: Norms = Field(
        default={},
        description="Hours that a stage may take, as agreement=24,repair=72; the others keep theirs (see the guide).",
    )
    time_zone: TimeZone = Field(default="Europe/Moscow", description="Of people without a branch.")

    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token that opens /metrics/; empty: the page is not there."
    )
    sentry_dsn: SecretStr = Field(default=SecretStr(""), description="Where errors are told to, without their texts.")

    log_format: Literal["json", "console"] = Field(default="json", description="json or console.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least severity.")
