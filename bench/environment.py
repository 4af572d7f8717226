"""What every process of a test or a measurement is given; the database comes from whoever starts it."""

import base64

TOKEN = "123456789:local-simulator-token"  # noqa: S105 -- of the simulator
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "tws.settings",
    "SECRET_KEY": "a key for tests only, of enough bytes",
    "JWT_SIGNING_KEY": "another key for tests, of enough bytes",
    "DATA_KEYS": "t1:" + base64.b64encode(bytes(range(32))).decode(),
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "SITE_URL": "http://127.0.0.1:8000",
    "DATABASE_POOL_SIZE": "50",  # threads of tests that die with their connection keep its place
    "SECURE": "false",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "INFO",
    "PTB_TIMEDELTA": "1",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright's loop runs in the thread of the test
}
