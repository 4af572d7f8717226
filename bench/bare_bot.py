"""What a bot costs without a house: python-telegram-bot's own polling, and one row or one echo an update.

`python -m bench.bare_bot row|echo`; the row goes to the table `bare_update` of DATABASE_URL.
"""

import os
import sys
from typing import Any

import psycopg
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

Context = ContextTypes.DEFAULT_TYPE
TABLE = """
CREATE TABLE IF NOT EXISTS bare_update (id bigint PRIMARY KEY, body text, at timestamptz DEFAULT clock_timestamp())
"""


def main() -> None:
    """Until it is told to stop."""
    base = os.environ["TELEGRAM_API_URL"]
    application: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(f"{base}/bot").build()
    )
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TABLE)

        async def row(update: Update, _context: Context) -> None:
            values = (update.update_id, update.to_json())
            connection.execute("INSERT INTO bare_update (id, body) VALUES (%s, %s)", values)

        async def echo(update: Update, _context: Context) -> None:
            assert update.effective_message is not None
            await update.effective_message.reply_text(update.effective_message.text or "")

        application.add_handler(MessageHandler(filters.ALL, row if sys.argv[1] == "row" else echo))
        application.run_polling()


if __name__ == "__main__":
    main()
