"""The bot itself, its chats, commands and menu button; finding the chat a call is about."""

import json
import re

from simulator.botapi.call import Call, method
from simulator.errors import bad_request, forbidden
from simulator.model import Chat, JsonObject

CHAT_ACTIONS = frozenset(
    {
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)


def find_chat(call: Call) -> Chat:
    """The chat that `chat_id` names. Raises BotApiError when the bot has never met it."""
    chat_id = call.get("chat_id")
    if chat_id in (None, ""):
        raise bad_request("chat_id is empty")
    chat = call.world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def writable_chat(call: Call) -> Chat:
    """The chat, when the bot may write to it now. Raises BotApiError in Telegram's words otherwise."""
    chat = find_chat(call)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


@method("getMe")
async def get_me(call: Call) -> JsonObject:
    """The bot as a User."""
    return {
        **call.world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getChat")
async def get_chat(call: Call) -> JsonObject:
    """The ChatFullInfo of a private chat."""
    chat = find_chat(call)
    if not chat.started:
        raise bad_request("chat not found")
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        True,
    )
    return {
        **call.world.people[chat.id].as_chat(),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


@method("leaveChat")
async def leave_chat(call: Call) -> bool:
    """Only groups can be left, and there are only private chats here."""
    find_chat(call)
    raise bad_request("chat member status can't be changed in private chats")


@method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    """Show "typing…" to the person for a few seconds."""
    action = call.params["action"]
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(call)
    call.runtime.events.tell("action", lambda: {"chat_id": chat.id, "action": action})
    return True


def _commands_key(call: Call) -> str:
    scope = call.get("scope") or {"type": "default"}
    return json.dumps([scope, call.get("language_code", "")], sort_keys=True)


@method("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    """Set the commands of one scope and language."""
    commands = call.params["commands"]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    stripped = [{**command, "command": command["command"].removeprefix("/")} for command in commands]
    call.world.commands[_commands_key(call)] = stripped
    _menu_changed(call)
    return True


@method("getMyCommands")
async def get_my_commands(call: Call) -> list[JsonObject]:
    """The commands set for exactly this scope and language."""
    return call.world.commands.get(_commands_key(call), [])


@method("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    """Forget the commands of one scope and language."""
    call.world.commands.pop(_commands_key(call), None)
    _menu_changed(call)
    return True


@method("setChatMenuButton")
async def set_chat_menu_button(call: Call) -> bool:
    """Remember the menu button of one chat or of all."""
    if "chat_id" in call.params:
        find_chat(call)
    call.world.menu_buttons[str(call.get("chat_id", ""))] = call.get("menu_button", {"type": "default"})
    _menu_changed(call)
    return True


def _menu_changed(call: Call) -> None:
    call.runtime.storage.touch()
    call.runtime.events.tell("menu", dict)
