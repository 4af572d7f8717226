"""Sending, editing and deleting messages, and answering presses."""

import time

from simulator.botapi.call import Call, method
from simulator.botapi.chats import find_chat, writable_chat
from simulator.botapi.content import (
    apply_reply_keyboard,
    caption_content,
    check_markup,
    check_text_length,
    inline_markup,
    reply_content,
    text_content,
)
from simulator.errors import bad_request
from simulator.model import Chat, JsonObject, StoredMessage

DELETABLE_SECONDS = 48 * 3600
QUERY_SECONDS = 60
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def post(call: Call, contents: list[JsonObject]) -> list[JsonObject]:
    """Put the bot's messages into the chat, in one album when there are several; their payloads."""
    chat = writable_chat(call)
    markup = call.get("reply_markup")
    reply = reply_content(call, chat)
    for content in contents:
        check_text_length(content)
    check_markup(markup)
    if call.world.limits_enabled:
        call.runtime.limiter.spend(chat.id, len(contents))
    apply_reply_keyboard(chat, markup)
    payloads = []
    for content in contents:
        full = {**content, **reply, **inline_markup(markup)}
        message = call.world.add_message(chat, call.world.bot, full, from_bot=True)
        message.markup = None if "reply_markup" in full else markup
        call.runtime.changed(chat, message)
        payloads.append(message.payload)
    return payloads


@method("sendMessage")
async def send_message(call: Call) -> JsonObject:
    """Send a text."""
    return post(call, [text_content(call)])[0]


@method("editMessageText")
async def edit_message_text(call: Call) -> JsonObject:
    """Replace text and inline keyboard; a keyboard that is not given is removed."""
    content = text_content(call)
    chat, message = _editable(call)
    if "text" not in message.payload:
        raise bad_request("there is no text in the message to edit")
    return _replace(call, chat, message, ("text", "entities"), content)


@method("editMessageCaption")
async def edit_message_caption(call: Call) -> JsonObject:
    """Replace the caption and inline keyboard of a photo or file."""
    content = caption_content(call.params)
    chat, message = _editable(call)
    if "text" in message.payload:
        raise bad_request("there is no caption in the message to edit")
    return _replace(call, chat, message, ("caption", "caption_entities"), content)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> JsonObject:
    """Replace or remove the inline keyboard."""
    chat, message = _editable(call)
    return _replace(call, chat, message, (), {})


def _editable(call: Call) -> tuple[Chat, StoredMessage]:
    chat = find_chat(call)
    message = chat.messages.get(call.get("message_id"))
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _replace(
    call: Call, chat: Chat, message: StoredMessage, fields: tuple[str, ...], content: JsonObject
) -> JsonObject:
    """Put `content` in the place of `fields` and of the inline keyboard."""
    markup = call.get("reply_markup")
    check_text_length(content)
    check_markup(markup)
    replaced = (*fields, "reply_markup")
    new = {**content, **inline_markup(markup)}
    if new == {key: message.payload[key] for key in replaced if key in message.payload}:
        raise bad_request(NOT_MODIFIED)
    kept = {key: value for key, value in message.payload.items() if key not in replaced}
    message.payload = {**kept, "edit_date": int(time.time()), **new}
    message.edited = message.edited or bool(fields)
    call.runtime.changed(chat, message)
    return message.payload


@method("deleteMessage")
async def delete_message(call: Call) -> bool:
    """Delete a message for both sides, up to 48 hours after it was sent."""
    chat = find_chat(call)
    message = chat.messages.get(call.params["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    if time.time() - message.payload["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    call.runtime.changed(chat, message)
    return True


@method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    """End the waiting of a pressed button, with a notice where one is given."""
    query = call.world.queries.get(call.params["callback_query_id"])
    if query is None or time.time() - query.created > QUERY_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(call.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if query.answer is None:
        answer = query.answer = {"text": call.get("text", ""), "show_alert": call.get("show_alert", False)}
        event = {"chat_id": query.person_id, "message_id": query.message_id, "data": query.data, **answer}
        call.runtime.events.tell("answer", lambda: event)
        call.runtime.storage.touch()
    return True
