"""Text from outside: what PostgreSQL can not store, what looks empty, what fits."""

import re
import unicodedata

NUL_MARK = "\u2400"
LOST_MARK = "\ufffd"
SURROGATES = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as PostgreSQL can hold it: NUL becomes ␀, a lone surrogate becomes �; nothing else is touched."""
    return SURROGATES.sub(LOST_MARK, text.replace("\x00", NUL_MARK))


def telegram_length(text: str) -> int:
    """The length as Telegram counts it: in UTF-16 code units, so that most emoji count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be seen: spaces, control and zero-width characters only."""
    return all(unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs"} for char in text)


def shorten(text: str, limit: int) -> str:
    """The first line of the text, cut at a word to `limit` characters with an ellipsis."""
    line = next((line.strip() for line in text.splitlines() if not is_blank(line)), "")
    if len(line) <= limit:
        return line
    head, _, _ = line[: limit - 1].rpartition(" ")
    return (head or line[: limit - 1]).rstrip(" .,;:") + "…"
