"""Telegram's text formatting: HTML with the server's own error texts, and entities found in plain text.

Offsets and lengths count UTF-16 code units, as in the Bot API.
"""

import re
from dataclasses import dataclass

from simulator.errors import SchemaViolationError, bad_request
from simulator.model import JsonObject

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
KNOWN_TAGS = {*SIMPLE_TAGS, "a", "tg-emoji", "pre", "code", "blockquote"}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACES = " \t\r\n\v\0"
END = "\0"

CHARACTER_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
FOUND_IN_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])(?P<mention>@[A-Za-z]\w{3,31})\b"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{3,31})?)(?![\w/])"
    r"|(?<!\w)(?P<hashtag>\#\w*[^\W\d]\w*)",
)


def utf16_length(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_error(reason: str) -> Exception:
    """Telegram's answer to markup that it can not read."""
    return bad_request(f"can't parse entities: {reason}")


@dataclass
class OpenTag:
    """A tag whose end has not come yet."""

    name: str
    argument: str
    offset: int  # UTF-16 units
    position: int  # characters of plain text before it


class HtmlParser:
    """One reading of one text. Accepts what the reference server accepts, refuses in the same words."""

    def __init__(self, source: str) -> None:
        self.source = source + END
        self.at = 0
        self.plain: list[str] = []
        self.offset = 0
        self.open_tags: list[OpenTag] = []
        self.entities: list[JsonObject] = []

    def parse(self) -> tuple[str, list[JsonObject]]:
        """The plain text and its entities. Raises BotApiError."""
        while self.at < len(self.source) - 1:
            if self.source[self.at] == "<":
                if self.source[self.at + 1] == "/":
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._append(self._character())
        if self.open_tags:
            name = self.open_tags[-1].name
            raise parse_error(f'Can\'t find end tag corresponding to start tag "{name}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.plain), self.entities

    def _append(self, character: str) -> None:
        self.plain.append(character)
        self.offset += utf16_length(character)

    def _character(self) -> str:
        """The next character, a reference such as `&lt;` decoded; moves past it."""
        match = CHARACTER_REFERENCE.match(self.source, self.at)
        if match:
            hexadecimal, decimal, name = match.groups()
            if name is not None:
                decoded = NAMED_CHARACTERS.get(name, "")
            else:
                code = int(hexadecimal, 16) if hexadecimal else int(decimal)
                decoded = chr(code) if 0 < code < 0x10FFFF else ""
            if decoded:
                self.at = match.end()
                return decoded
        self.at += 1
        return self.source[self.at - 1]

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _skip_spaces(self) -> None:
        while self.source[self.at] != END and self.source[self.at] in SPACES:
            self.at += 1

    def _take_until(self, stop: str) -> str:
        begin = self.at
        while self.source[self.at] not in stop:
            self.at += 1
        return self.source[begin : self.at]

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._take_until(SPACES + ">").lower()
        if self.source[self.at] == END:
            raise parse_error(f"Unclosed start tag at byte offset {self._byte_offset(begin)}")
        if name not in KNOWN_TAGS:
            offset = self._byte_offset(begin)
            raise parse_error(f'Unsupported start tag "{name}" at byte offset {offset}')
        argument = ""
        while True:
            self._skip_spaces()
            if self.source[self.at] == ">":
                break
            argument = self._attribute(name, begin) or argument
        self.at += 1
        if name == "span" and argument != "spoiler":
            offset = self._byte_offset(begin)
            raise parse_error(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self.open_tags.append(OpenTag(name, argument, self.offset, len(self.plain)))

    def _attribute(self, tag: str, begin: int) -> str:
        """Read one attribute; the argument it gives the tag, empty for attributes without meaning."""
        offset = self._byte_offset(begin)
        attribute = self._take_until(SPACES + "=>/\"'")
        if not attribute:
            raise parse_error(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
        self._skip_spaces()
        if self.source[self.at] == END:
            raise parse_error(f'Unclosed start tag "{tag}" at byte offset {offset}')
        if self.source[self.at] != "=":
            return "1" if (tag, attribute) == ("blockquote", "expandable") else ""
        self.at += 1
        self._skip_spaces()
        if self.source[self.at] == END:
            raise parse_error(f'Unclosed start tag "{tag}" at byte offset {offset}')
        value = self._attribute_value()
        if self.source[self.at] == END:
            raise parse_error(f"Unclosed start tag at byte offset {offset}")
        return self._argument(tag, attribute, value)

    def _attribute_value(self) -> str:
        quote = self.source[self.at]
        if quote not in "\"'":
            begin = self.at
            while re.match(r"[A-Za-z0-9.-]", self.source[self.at]):
                self.at += 1
            if self.source[self.at] not in SPACES + ">":
                raise parse_error(f"Unexpected end of name token at byte offset {self._byte_offset(begin)}")
            return self.source[begin : self.at].lower()
        self.at += 1
        value = ""
        while self.source[self.at] not in (quote, END):
            value += self._character()
        if self.source[self.at] == quote:
            self.at += 1
        return value

    @staticmethod
    def _argument(tag: str, attribute: str, value: str) -> str:
        match tag, attribute:
            case "a", "href":
                return value
            case "code", "class":
                return value.removeprefix("language-") if value.startswith("language-") else ""
            case "span", "class":
                return value.removeprefix("tg-") if value.startswith("tg-") else ""
            case "tg-emoji", "emoji-id":
                return value
            case "blockquote", "expandable":
                return "1"
        return ""

    def _end_tag(self) -> None:
        begin = self.at
        offset = self._byte_offset(begin)
        if not self.open_tags:
            raise parse_error(f"Unexpected end tag at byte offset {offset}")
        self.at += 2
        name = self._take_until(SPACES + ">")
        self._skip_spaces()
        if self.source[self.at] != ">":
            raise parse_error(f"Unclosed end tag at byte offset {offset}")
        self.at += 1
        tag = self.open_tags.pop()
        if name and name != tag.name:
            raise parse_error(f'Unmatched end tag at byte offset {offset}, expected "</{tag.name}>", found "</{name}>"')
        if self.offset > tag.offset:
            self._close(tag)

    def _close(self, tag: OpenTag) -> None:
        """Add the entity of `tag`, which ends here."""
        entity: JsonObject = {"type": "", "offset": tag.offset, "length": self.offset - tag.offset}
        inner = self.entities[-1] if self.entities else {}
        same_span = {key: inner.get(key) for key in ("offset", "length")} == {
            key: entity[key] for key in ("offset", "length")
        }
        if tag.name in SIMPLE_TAGS:
            entity["type"] = SIMPLE_TAGS[tag.name]
        elif tag.name == "blockquote":
            entity["type"] = "expandable_blockquote" if tag.argument else "blockquote"
        elif tag.name == "tg-emoji":
            entity |= {"type": "custom_emoji", "custom_emoji_id": tag.argument}
        elif tag.name == "code":
            entity["type"] = "code"
            if tag.argument and self.open_tags and self.open_tags[-1].name == "pre":
                entity["language"] = tag.argument
        elif tag.name == "pre":
            entity["type"] = "pre"
            if same_span and inner.get("type") == "code":
                self.entities.pop()
                if "language" in inner:
                    entity["language"] = inner["language"]
        elif not self._make_link(entity, tag):
            return
        self.entities.append(entity)

    def _make_link(self, entity: JsonObject, tag: OpenTag) -> bool:
        """Turn `entity` into a link; False when the address is none, and Telegram shows plain text."""
        url = tag.argument or "".join(self.plain[tag.position :])
        user = re.fullmatch(r"tg://user\?id=(\d+)", url)
        if user:
            entity |= {
                "type": "text_mention",
                "user": {"id": int(user[1]), "is_bot": False, "first_name": ""},
            }
            return True
        if not re.match(r"(?:https?|tg|ton|mailto|tel):", url, re.IGNORECASE):
            if not re.match(r"[\w-]+(\.[\w-]+)+([/?#:]|$)", url):
                return False
            url = f"http://{url}"
        host_only = re.fullmatch(r"https?://[^/?#]+", url, re.IGNORECASE)
        entity |= {"type": "text_link", "url": f"{url}/" if host_only else url}
        return True


def find_entities(text: str, taken: list[JsonObject] | None = None) -> list[JsonObject]:
    """What Telegram itself marks in a text: commands, links, mentions, hashtags, addresses.

    Those that touch an entity of `taken` are left out.
    """
    found: list[JsonObject] = []
    for match in FOUND_IN_TEXT.finditer(text):
        offset, length = utf16_length(text[: match.start()]), utf16_length(match[0])
        if not any(_overlap(entity, offset, length) for entity in taken or []):
            found.append({"type": str(match.lastgroup), "offset": offset, "length": length})
    return found


def _overlap(entity: JsonObject, offset: int, length: int) -> bool:
    blocking = ("code", "pre", "text_link", "text_mention", "custom_emoji")
    return (
        entity["type"] in blocking
        and entity["offset"] < offset + length
        and offset < entity["offset"] + entity["length"]
    )


def trim(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """`text` without white space at its ends, as Telegram shows what a bot sends; entities moved to fit."""
    trimmed = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(trimmed)
    moved = []
    for entity in entities:
        begin = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > begin:
            moved.append({**entity, "offset": begin, "length": stop - begin})
    return trimmed, moved


def format_text(text: str, parse_mode: str | None, entities: list[JsonObject] | None) -> tuple[str, list[JsonObject]]:
    """The plain text and all entities of what a bot sends. Raises BotApiError for unreadable markup."""
    given = list(entities or [])
    if parse_mode and parse_mode.lower() == "html":
        text, given = HtmlParser(text).parse()
    elif parse_mode and parse_mode.lower() in ("markdown", "markdownv2"):
        raise SchemaViolationError(f"parse_mode {parse_mode} is not served, use HTML")
    elif parse_mode:
        raise bad_request("unsupported parse_mode")
    text, given = trim(text, given)
    together = given + find_entities(text, given)
    together.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, together
