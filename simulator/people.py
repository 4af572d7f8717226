"""What people do in Telegram: each act changes the chat and queues an update for the bot."""

import secrets
import time

from simulator.entities import find_entities
from simulator.errors import SimError
from simulator.model import CallbackQuery, Chat, JsonObject, StoredMessage
from simulator.runtime import Runtime

MAX_TEXT = 4096
MAX_CAPTION = 1024
KEPT_QUERIES = 500


def say(
    runtime: Runtime, person_id: int, contents: list[JsonObject], reply_to: int | None = None
) -> list[StoredMessage]:
    """Send messages (more than one is an album). Raises SimError when the person can not write now."""
    chat = _open_chat(runtime, person_id)
    sender = runtime.world.people[person_id].as_user()
    album = {"media_group_id": str(secrets.randbelow(10**17) + 10**16)} if len(contents) > 1 else {}
    reply = _reply(chat, reply_to)
    messages = []
    for content in contents:
        message = runtime.world.add_message(chat, sender, {**content, **album, **reply})
        runtime.world.updates.push("message", message.payload)
        messages.append(message)
        chat.started = True
        runtime.changed(chat, message)
    return messages


def text_content(text: str) -> JsonObject:
    """The content of a text message. Raises SimError for a text that no Telegram client would send."""
    if not text or len(text) > MAX_TEXT:
        raise SimError(422, f"A text has 1 to {MAX_TEXT} characters, this one has {len(text)}")
    return _with_entities("text", text)


def caption_content(caption: str) -> JsonObject:
    """The caption of a photo or file, nothing for an empty one. Raises SimError for one that is too long."""
    if len(caption) > MAX_CAPTION:
        raise SimError(422, f"A caption has up to {MAX_CAPTION} characters, this one has {len(caption)}")
    return _with_entities("caption", caption) if caption else {}


def _with_entities(field: str, text: str) -> JsonObject:
    entities = find_entities(text)
    names = {"text": "entities", "caption": "caption_entities"}
    return {field: text, names[field]: entities} if entities else {field: text}


def edit(runtime: Runtime, person_id: int, message_id: int, text: str) -> StoredMessage:
    """Change the text or caption of a person's own message. Raises SimError."""
    chat = _open_chat(runtime, person_id)
    message = _message(chat, message_id)
    if message.from_bot:
        raise SimError(422, "A person can edit only their own messages")
    if "text" in message.payload:
        content, stale = text_content(text), "entities"
    else:
        content, stale = caption_content(text), "caption_entities"
        message.payload.pop("caption", None)
    message.payload.pop(stale, None)
    message.payload |= {**content, "edit_date": int(time.time())}
    message.edited = True
    runtime.world.updates.push("edited_message", message.payload)
    runtime.changed(chat, message)
    return message


def press(runtime: Runtime, person_id: int, message_id: int, data: str, *, forged: bool = False) -> CallbackQuery:
    """Press an inline button. Raises SimError when there is no such button, unless `forged`."""
    chat = _open_chat(runtime, person_id)
    message = _message(chat, message_id)
    if not forged and data not in callback_data(message):
        raise SimError(422, f"Message {message_id} has no button with the data {data!r}")
    query = CallbackQuery(str(secrets.randbelow(2**62) + 2**61), person_id, message_id, data, time.time())
    runtime.world.queries[query.id] = query
    while len(runtime.world.queries) > KEPT_QUERIES:
        del runtime.world.queries[next(iter(runtime.world.queries))]
    content = {
        "id": query.id,
        "from": runtime.world.people[person_id].as_user(),
        "message": message.payload,
        "chat_instance": str(person_id * 7919),
        "data": data,
    }
    runtime.world.updates.push("callback_query", content)
    runtime.storage.touch()
    return query


def callback_data(message: StoredMessage) -> list[str]:
    """The data of all callback buttons under a message."""
    rows = message.payload.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def set_blocked(runtime: Runtime, person_id: int, *, blocked: bool) -> None:
    """Block or unblock the bot; blocking twice does nothing."""
    chat = runtime.chat(person_id)
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    states: list[JsonObject] = [{"status": "member"}, {"status": "kicked", "until_date": 0}]
    person = runtime.world.people[person_id]
    content = {
        "chat": person.as_chat(),
        "from": person.as_user(),
        "date": int(time.time()),
        "old_chat_member": {"user": runtime.world.bot, **states[not blocked]},
        "new_chat_member": {"user": runtime.world.bot, **states[blocked]},
    }
    runtime.world.updates.push("my_chat_member", content)
    runtime.changed(chat)


def deactivate(runtime: Runtime, person_id: int) -> None:
    """Delete the person's account: nothing can be sent to it any more. Telegram tells the bot nothing."""
    chat = runtime.chat(person_id)
    chat.deactivated = True
    runtime.changed(chat)


def _open_chat(runtime: Runtime, person_id: int) -> Chat:
    chat = runtime.chat(person_id)
    if chat.deactivated:
        raise SimError(409, "This account is deleted")
    if chat.blocked:
        raise SimError(409, "This person has blocked the bot: unblock it first")
    return chat


def _message(chat: Chat, message_id: int) -> StoredMessage:
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise SimError(404, f"There is no message {message_id} in this chat")
    return message


def _reply(chat: Chat, reply_to: int | None) -> JsonObject:
    if reply_to is None:
        return {}
    original = dict(_message(chat, reply_to).payload)
    original.pop("reply_to_message", None)
    return {"reply_to_message": original}
