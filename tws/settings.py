"""Django's settings, from `tws.config`. Importing this starts nothing and reaches nothing."""

import logging
import sys
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict
from pydantic import ValidationError

from tws.config import ROOT, Config, split_secrets
from tws.console import NAVIGATION
from tws.logs import logging_settings
from tws.sentry import start_sentry

try:
    CONFIG = Config()  # type: ignore[call-arg]  # the fields come from the environment
except ValidationError as exc:
    lines = [
        f"  {str(error['loc'][0]).upper()}: {error['msg'].removeprefix('Value error, ')}" for error in exc.errors()
    ]
    sys.exit("TWS can not start, these settings are wrong (see .env.example):\n" + "\n".join(lines))

# --- this installation
SECRET_KEY = CONFIG.secret_key.get_secret_value()
DATA_KEYS = CONFIG.data_keys.get_secret_value()
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.allowed_hosts
SITE_URL = CONFIG.site_url.rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TELEGRAM_BOT_TOKEN = CONFIG.telegram_bot_token.get_secret_value()
TELEGRAM_BOT_ID = int(TELEGRAM_BOT_TOKEN.partition(":")[0] or 0)
TELEGRAM_API_URL = CONFIG.telegram_api_url
TELEGRAM_PROXY = CONFIG.telegram_proxy
TELEGRAM_WEBHOOK_SECRETS = split_secrets(CONFIG.telegram_webhook_secrets)
SUPERUSER_TELEGRAM_IDS = frozenset(CONFIG.superuser_telegram_ids)
OPERATOR_TELEGRAM_IDS = frozenset(CONFIG.operator_telegram_ids)
DEFAULT_TENANT = CONFIG.default_tenant
CLIENT_ACCESS = CONFIG.client_access
ERASURE_DAYS = CONFIG.erasure_days
WEBHOOK_ALLOW_PRIVATE = CONFIG.webhook_allow_private
TICKET_AUTOCLOSE_DAYS = CONFIG.ticket_autoclose_days
TICKET_REOPEN_DAYS = CONFIG.ticket_reopen_days
ORDER_NORM_HOURS = CONFIG.order_norm_hours

# --- the house
INSTALLED_APPS = [
    "tws.apps.TwsConfig",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_structlog",
    "audit",
    "outbox",
    "files",
    "accounts",
    "tickets",
    "orders",
    "clients",
    "botapp",
    "ops",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "core.middleware.RefuseNul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.csp.HousePolicy",
    "core.middleware.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.middleware.TellUnreadable",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "tws.urls"
WSGI_APPLICATION = "tws.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- data
_database = conninfo_to_dict(CONFIG.database_url)
_PLACE = {"dbname", "user", "password", "host", "port"}
DATABASES: dict[str, Any] = {
    "default": {
        "ENGINE": "core.postgresql",
        "NAME": _database.get("dbname", "tws"),
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": str(_database.get("port", "")),
        "OPTIONS": {
            **{name: value for name, value in _database.items() if name not in _PLACE},
            "pool": {"min_size": 1, "max_size": CONFIG.database_pool_size, "timeout": 10},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
MEDIA_ROOT = CONFIG.media_dir
FILE_UPLOAD_PERMISSIONS = 0o600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CONFIG.redis_url}
        if CONFIG.redis_url
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- who may
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# After five wrong passwords for one login from one address that address waits; the owner elsewhere does not.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "tws.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "accounts.sign_in.address_of"
AXES_USERNAME_CALLABLE = "accounts.sign_in.hashed_username"  # somebody may have typed his password there
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CONSOLE_PATH = "/admin/"
API_PATH = "/api/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.secure
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG.secure else 0
BEHIND_PROXY = CONFIG.behind_proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.behind_proxy else None
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the proxy in front leads http to https; inside, health is asked over http
    "security.W005",  # other names of the company's domain are not ours to bind to https
    "security.W021",
]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_STRICT = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _STRICT}
CONSOLE_CSP = {
    **_STRICT,
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
"""The console's own policy: unfold's Alpine evaluates expressions and sets styles."""

DOCS_CSP = {
    **_STRICT,
    "style-src": ["'self'", "'unsafe-inline'"],
    "worker-src": ["'self'", "blob:"],
}
"""Of Swagger UI and ReDoc, which set styles and search in a worker."""
DOCS_PATHS = ("/docs/", "/redoc/")

# --- words and time
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "unfold"]
TIME_ZONE = CONFIG.time_zone
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.media_dir.parent / "static"
STATICFILES_DIRS = [ROOT / "static"]
WHITENOISE_USE_FINDERS = True

# --- API
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.Closed"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.input.PlainJson"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["core.api.input.StrictFilters"],
    "EXCEPTION_HANDLER": "core.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttles.PerPerson", "core.api.throttles.PerAddress"],
    "DEFAULT_THROTTLE_RATES": {
        "person": f"{CONFIG.api_calls_per_minute}/min",
        "address": f"{CONFIG.api_calls_before_sign_in}/min",
    },
    "NUM_PROXIES": int(CONFIG.behind_proxy),  # what others say of the address is anybody's word
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.HouseSchema",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TWS",
    "DESCRIPTION": "The service desk: tickets, people, invites. Times are ISO 8601 with an offset.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": True, "docExpansion": "list"},
    "ENUM_NAME_OVERRIDES": {
        "TicketStatus": "tickets.enums.Status",
        "Language": "django.conf.settings.LANGUAGES",
        "TicketPriority": "tickets.enums.Priority",
        "Category": "tickets.enums.Category",
        "OrderStage": "orders.enums.Stage",
        "RequestStatus": "clients.enums.Status",
        "RequestMove": "clients.enums.Move",
        "OptionalStage": "orders.enums.OPTIONAL_CHOICES",
        "CommentKind": "orders.enums.CommentKind",
        "JobStatus": "orders.enums.JobStatus",
        "PaymentMethod": "orders.enums.Method",
        "Verdict": "orders.enums.Verdict",
        "EstimateOutcome": "orders.enums.Outcome",
        "DeclineReason": "orders.enums.DeclineReason",
        "WaitsFor": "orders.enums.WaitsFor",
        "Visibility": "tickets.enums.Visibility",
        "InviteStatus": "accounts.enums.InviteStatus",
        "Role": "accounts.roles.Role",
        "Via": "core.actor.Via",
        "FileStatus": "files.enums.FileStatus",
    },
}
SIMPLE_JWT = {
    "SIGNING_KEY": CONFIG.jwt_signing_key.get_secret_value(),
    "USER_ID_CLAIM": "user_id",
    "UPDATE_LAST_LOGIN": False,
    "CHECK_REVOKE_TOKEN": True,  # a new password ends the tokens
}

# --- jobs
if CONFIG.redis_url:
    CELERY_BROKER_URL = CONFIG.redis_url
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(CONFIG.broker_dir / "queue"),
        "data_folder_out": str(CONFIG.broker_dir / "queue"),
        "processed_folder": str(CONFIG.broker_dir / "processed"),
        "control_folder": str(CONFIG.broker_dir / "control"),
        "polling_interval": 0.1,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sender": {"task": "outbox.drain_telegram", "schedule": 10.0, "options": {"expires": 10}},
    "orders": {"task": "orders.sweep", "schedule": 300.0, "options": {"expires": 300}},
    "clients": {"task": "clients.sweep", "schedule": 60.0, "options": {"expires": 60}},
    "purge": {"task": "clients.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "webhooks": {"task": "outbox.deliver_webhooks", "schedule": 10.0, "options": {"expires": 10}},
    "old webhooks": {"task": "outbox.purge_webhooks", "schedule": 3600.0, "options": {"expires": 3600}},
    "tickets": {"task": "tickets.sweep", "schedule": 60.0, "options": {"expires": 60}},
    "files": {"task": "files.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "watch": {"task": "ops.watch", "schedule": 60.0, "options": {"expires": 60}},
    "keys": {"task": "accounts.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
    "inbox": {"task": "botapp.purge_inbox", "schedule": 3600.0, "options": {"expires": 3600}},
}

# --- logs
METRICS_TOKEN = CONFIG.metrics_token.get_secret_value()
PROMETHEUS_EXPORT_MIGRATIONS = False
start_sentry(CONFIG.sentry_dsn.get_secret_value())
LOGGING_CONFIG = "tws.logs.start_logging"
LOGGING = logging_settings(CONFIG.log_format, CONFIG.log_level)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
# An alarm that came too late is no warning. (django-structlog 11 reads the level of all notices under this name.)
DJANGO_STRUCTLOG_CELERY_TASK_RETRY_LOG_LEVEL = logging.INFO

# --- console
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "TWS",
    "SITE_HEADER": "TWS",
    "SITE_URL": None,
    "SITE_SYMBOL": "support_agent",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/console/icon.svg"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": ["/static/console/console.css"],
    "SCRIPTS": ["/static/console/console.js", "/static/console/live.js", "/static/console/keys.js"],
    "DASHBOARD_CALLBACK": "tws.console.dashboard",
    "BORDER_RADIUS": "8px",
    "ACCOUNT": {"navigation": [{"title": _("Second factor"), "link": "/admin/second-factor/"}]},
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
}
