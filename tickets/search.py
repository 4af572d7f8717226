"""Search in tickets: what was typed becomes words, and every word must stand somewhere in the ticket.

A word is found in its forms («принтера» finds «принтер»), as the beginning of a longer word, with е for ё, in either
case. Whatever is not a letter or a digit only separates words, so that nothing typed can be an error. `TN-2375` is
found as `TN2375` too, and the other way round. What is searched stands in `SearchRow`.
"""

import re
import unicodedata
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from core.text import storable
from tickets.models import SearchRow, Ticket

SEPARATORS = re.compile(
    r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f"
    r"\ufe00-\ufe4f\ufeff\uff00-\uff0f\U0001f000-\U0001faff]+"
)
"""All that is no part of a word. The function `tickets_words` of the database has the same."""
WORD_LIMIT = 100
WORDS_AT_MOST = 16
FEW = 5000

Query = SearchQuery | CombinedSearchQuery


class Beginning(SearchQuery):
    """Words that begin with this one. It consists of letters and digits only, so the quotes can not be broken."""

    def __init__(self, word: str) -> None:
        super().__init__(word, config="simple")
        self.word = word

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[str, ...]]:
        return "%s::tsquery", (f"'{self.word}':*",)


def matching(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    """Those of the tickets in which all these words stand; none of them if there is no word in the text.

    The search is made first and alone, up to `FEW`: joined, the planner takes a rare word for a common one and reads
    every ticket. Of a common word's many the first are found soonest by walking the tickets in their order.
    """
    chunks = chunks_of(text)
    if not chunks:
        return tickets.none()
    query = reduce(and_, (query for _chunk, query in chunks))
    rows = SearchRow.objects.filter(words=query)
    found = list(rows.values_list("ticket_id", flat=True)[: FEW + 1])
    if len(found) <= FEW:
        return tickets.filter(pk__in=found)
    return tickets.filter(Exists(rows.filter(ticket=OuterRef("pk"))))


def chunks_of(text: str) -> list[tuple[str, Query]]:
    """What stands between spaces in the text, and the question that finds each in a column of words."""
    chunks = unicodedata.normalize("NFC", storable(text)).split()
    taken_apart = ((chunk, [w for w in SEPARATORS.split(chunk.lower().replace("ё", "е")) if w]) for chunk in chunks)
    return [(chunk, _chunk(words)) for chunk, words in taken_apart if words][:WORDS_AT_MOST]


def _chunk(words: list[str]) -> Query:
    """What stands between two spaces: its parts, or all of it as one word, as serial numbers are written."""
    parts = reduce(and_, map(_word, words[:WORDS_AT_MOST]))
    return parts if len(words) == 1 else parts | Beginning("".join(words)[:WORD_LIMIT])


def _word(word: str) -> Query:
    word = word[:WORD_LIMIT]
    return SearchQuery(word, config="russian", search_type="plain") | Beginning(word)
