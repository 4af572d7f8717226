"""Checks of what a bot wants to show: text, captions, keyboards."""

from simulator.botapi.call import Call
from simulator.entities import format_text, utf16_length
from simulator.errors import bad_request
from simulator.model import Chat, JsonObject

MAX_TEXT = 4096  # counted in UTF-16 units, the strictest reading of Telegram's "characters"
MAX_CAPTION = 1024
MAX_CALLBACK_DATA_BYTES = 64
INLINE_ACTIONS = frozenset(
    {
        "callback_data",
        "callback_game",
        "copy_text",
        "disabled",
        "login_url",
        "pay",
        "switch_inline_query",
        "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat",
        "url",
        "web_app",
    }
)


def text_content(call: Call) -> JsonObject:
    """`text` and `entities` of a Message. Raises BotApiError."""
    if not call.get("text"):
        raise bad_request("message text is empty")
    text, entities = format_text(call.params["text"], call.get("parse_mode"), call.get("entities"))
    if not text:
        raise bad_request("text must be non-empty")
    return {"text": text, "entities": entities} if entities else {"text": text}


def check_text_length(content: JsonObject) -> None:
    """Raises BotApiError for a text or caption over Telegram's limit."""
    if utf16_length(content.get("text", "")) > MAX_TEXT:
        raise bad_request("message is too long")
    if utf16_length(content.get("caption", "")) > MAX_CAPTION:
        raise bad_request("message caption is too long")


def caption_content(source: JsonObject) -> JsonObject:
    """`caption` and `caption_entities` of a Message; `source` are parameters or an InputMedia."""
    if not source.get("caption"):
        return {}
    caption, entities = format_text(source["caption"], source.get("parse_mode"), source.get("caption_entities"))
    content: JsonObject = {"caption": caption, "caption_entities": entities}
    return {key: value for key, value in content.items() if value}


def check_markup(markup: JsonObject | None) -> None:
    """Raises BotApiError for a keyboard that Telegram refuses."""
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            _check_inline_button(button)
    for row in (markup or {}).get("keyboard", []):
        for button in row:
            if not (button if isinstance(button, str) else button["text"]):
                raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')


def _check_inline_button(button: JsonObject) -> None:
    if not INLINE_ACTIONS & button.keys():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        size = len(button["callback_data"].encode("utf-8", "surrogatepass"))
        if not 1 <= size <= MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not button["url"].startswith(("http://", "https://", "tg://", "ton://")):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def inline_markup(markup: JsonObject | None) -> JsonObject:
    """The `reply_markup` of a Message, which only inline keyboards leave in it."""
    if markup and markup.get("inline_keyboard"):
        return {"reply_markup": {"inline_keyboard": markup["inline_keyboard"]}}
    return {}


def apply_reply_keyboard(chat: Chat, markup: JsonObject | None) -> None:
    """Show or remove the keyboard below the person's input field."""
    if markup and "keyboard" in markup:
        chat.reply_keyboard = markup
    elif markup and markup.get("remove_keyboard"):
        chat.reply_keyboard = None


def reply_content(call: Call, chat: Chat) -> JsonObject:
    """The `reply_to_message` of a Message. Raises BotApiError when the message is not there."""
    parameters = call.get("reply_parameters") or {}
    message_id = parameters.get("message_id", call.get("reply_to_message_id"))
    if message_id is None:
        return {}
    original = chat.messages.get(message_id)
    if original is None or original.deleted:
        if parameters.get("allow_sending_without_reply", call.get("allow_sending_without_reply")):
            return {}
        raise bad_request("message to be replied not found")
    quoted = {key: value for key, value in original.payload.items() if key != "reply_to_message"}
    return {"reply_to_message": quoted}
