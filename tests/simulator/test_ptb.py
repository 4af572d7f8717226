"""A real python-telegram-bot Bot can not tell the simulator from Telegram."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from simulator.client import Person, SimulatorClient
from simulator.server import TEST_TOKEN
from tests.simulator.pictures import jpeg


def with_bot(base_url: str, act: Callable[[Bot], Awaitable[None]], token: str = TEST_TOKEN) -> None:
    async def run() -> None:
        async with Bot(token, base_url=f"{base_url}/bot", base_file_url=f"{base_url}/file/bot") as bot:
            await act(bot)

    with ThreadPoolExecutor(1) as thread:  # playwright may have left a loop running in this one
        thread.submit(asyncio.run, run()).result()


def test_conversation(base_url: str, sim: SimulatorClient, anna: Person) -> None:
    sim.send_document(anna, b"text", file_name="а.txt", mime_type="text/plain")

    async def act(bot: Bot) -> None:
        (update,) = await bot.get_updates(timeout=1)
        assert update.message is not None
        assert update.message.document is not None
        file = await update.message.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"text"
        buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Взять", callback_data="take")]])
        sent = await bot.send_message(
            anna.id,
            "<b>Заявка</b> 1",
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            reply_parameters=ReplyParameters(update.message.message_id),
        )
        assert sent.reply_to_message == update.message
        assert sent.reply_markup == buttons
        assert sent.parse_entities() == {sent.entities[0]: "Заявка"}
        sim.press(anna, sent.message_id, "take")
        (pressed,) = await bot.get_updates(offset=update.update_id + 1)
        assert pressed.callback_query is not None
        await pressed.callback_query.answer("Готово")
        edited = await pressed.callback_query.edit_message_text("Взята")
        assert not isinstance(edited, bool)
        assert edited.reply_markup is None
        assert await bot.delete_message(anna.id, sent.message_id)

    with_bot(base_url, act)
    assert sim.violations() == []


def test_other_methods(base_url: str, sim: SimulatorClient, anna: Person) -> None:
    async def act(bot: Bot) -> None:
        assert bot.username == "tws_demo_bot"
        assert (await bot.get_chat(anna.id)).first_name == "Анна"
        assert await bot.set_my_commands([BotCommand("start", "Начать")])
        assert await bot.get_my_commands() == (BotCommand("start", "Начать"),)
        assert await bot.send_chat_action(anna.id, ChatAction.TYPING)
        album = await bot.send_media_group(anna.id, [InputMediaPhoto(jpeg(), caption="one"), InputMediaPhoto(jpeg())])
        assert len({message.media_group_id for message in album}) == 1
        files = [InputMediaDocument(b"1", filename="1.txt"), InputMediaDocument(b"2", filename="2.txt")]
        assert [item.document.file_name for item in await bot.send_media_group(anna.id, files) if item.document] == [
            "1.txt",
            "2.txt",
        ]
        await bot.send_photo(anna.id, jpeg(), reply_markup=ReplyKeyboardMarkup([["Да"]], is_persistent=True))
        await bot.edit_message_caption(anna.id, album[0].message_id, caption="two")
        await bot.set_webhook("https://example.org/hook", secret_token="x" * 32)
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        assert await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""

    with_bot(base_url, act)
    assert sim.reply_keyboard(anna) == [["Да"]]
    assert sim.violations() == []


def test_errors_become_the_library_s_own(base_url: str, sim: SimulatorClient, anna: Person) -> None:
    async def act(bot: Bot) -> None:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(1, "x")
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await bot.send_message(anna.id, "<b>x", parse_mode=ParseMode.HTML)
        sim.block(anna)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(anna.id, "x")
        sim.add_fault("error", code=429, description="Too Many Requests: retry after 3", parameters={"retry_after": 3})
        with pytest.raises(RetryAfter):
            await bot.send_message(anna.id, "x")

    with_bot(base_url, act)


def test_wrong_token(base_url: str) -> None:
    async def act(bot: Bot) -> None:
        await bot.get_me()

    with pytest.raises(InvalidToken):
        with_bot(base_url, act, token="1:wrong")
