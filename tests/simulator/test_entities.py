"""HTML parse mode in Telegram's words, and entities that Telegram finds by itself."""

from typing import Any

import pytest

from simulator.client import Person, SimulatorClient
from simulator.entities import find_entities, format_text
from simulator.errors import BotApiError
from tests.simulator.conftest import Api, error


def entity(kind: str, offset: int, length: int, **extra: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b><i>b</i>", "ab", [entity("bold", 0, 1), entity("italic", 1, 1)]),
        ("<B>a</B >", "a", None),
        ("😀<u>x</u>", "😀x", [entity("underline", 2, 1)]),
        ("<b>a<s>b</s></b>", "ab", [entity("bold", 0, 2), entity("strikethrough", 1, 1)]),
        ("&lt;b&gt; &amp;&quot;&#33;&#x41; &nbsp;", '<b> &"!A &nbsp;', []),
        ("<a href='https://e.org'>x</a>", "x", [entity("text_link", 0, 1, url="https://e.org/")]),
        ('<a href="e.org/?a=1&amp;b=2">x</a>', "x", [entity("text_link", 0, 1, url="http://e.org/?a=1&b=2")]),
        ("<a>x</a>", "x", []),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ("<pre><code class='language-py'>x</code></pre>", "x", [entity("pre", 0, 1, language="py")]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [entity("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ("<blockquote>x</>", "x", [entity("blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        ("  <b> a </b>  ", "a", [entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<code>/start</code> /help", "/start /help", [entity("code", 0, 6), entity("bot_command", 7, 5)]),
    ],
)
def test_html(source: str, text: str, entities: list[dict[str, Any]] | None) -> None:
    if entities is None:
        with pytest.raises(BotApiError):
            format_text(source, "HTML", None)
    else:
        assert format_text(source, "HTML", None) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("я<div>x</div>", 'Unsupported start tag "div" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x_y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<a =x>z</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_unreadable_html(api: Api, anna: Person, source: str, reason: str) -> None:
    answer = api("sendMessage", chat_id=anna.id, text=source, parse_mode="HTML")
    assert answer == error(400, f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start abc", [("bot_command", "/start")]),
        ("see /help@tws_demo_bot", [("bot_command", "/help@tws_demo_bot")]),
        ("1/2 and a/b", []),
        ("https://e.org/a?b=1, ok", [("url", "https://e.org/a?b=1")]),
        ("@anna_s #заявка me@e.org", [("mention", "@anna_s"), ("hashtag", "#заявка"), ("email", "me@e.org")]),
        ("/старт", []),
    ],
)
def test_found_entities(text: str, kinds: list[tuple[str, str]]) -> None:
    found = [(item["type"], text[item["offset"] : item["offset"] + item["length"]]) for item in find_entities(text)]
    assert found == kinds


def test_markdown_is_a_violation(sim: SimulatorClient, api: Api, anna: Person) -> None:
    reason = "Bad Request: SIMULATOR: parse_mode MarkdownV2 is not served, use HTML"
    assert api("sendMessage", chat_id=anna.id, text="*x*", parse_mode="MarkdownV2") == error(400, reason)
    assert sim.violations() == [reason]
