"""What every page of the console shares: closed by default, reads through `visible_to`, writes through actions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from core.actor import Actor
from core.errors import NotFound, Problem, told


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class CappedPaginator(Paginator):
    """Counts to `COUNTED_AT_MOST` rows and no further: a million take time to count, and nobody turns so many pages."""

    COUNTED_AT_MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        assert isinstance(rows, QuerySet)
        found = rows.order_by()[: self.COUNTED_AT_MOST + 1].count()
        self.more = found > self.COUNTED_AT_MOST
        return min(found, self.COUNTED_AT_MOST)


class CountedList(ChangeList):
    """The number of all rows is not asked for, so there is nothing to compare the number of those found with."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class ConsoleAdmin(ModelAdmin):
    """A table and its cards, read-only, for those who hold one of `seen_with`; nobody else knows that it exists.

    Rows are those of `rows(actor)`. Django's own ways to add, change and delete are closed: what changes, changes
    through an action behind a button.
    """

    seen_with: ClassVar[tuple[str, ...]] = ()
    actions: list[Any] | None = None

    class Media:
        js: ClassVar = [
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/vendor/select2/select2.full.js",
            "admin/js/vendor/select2/i18n/ru.js",
            "admin/js/jquery.init.js",
        ]

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_filter_submit = True
    list_fullwidth = True

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The rows that this actor may see."""
        raise NotImplementedError

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CountedList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows(actor_of(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).can(*self.seen_with)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The table, titled by what stands in it."""
        title = capfirst(self.opts.verbose_name_plural)
        response: HttpResponse = super().changelist_view(request, {"title": title, **(extra_context or {})})
        return response

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The card; a row that one may not see does not exist."""
        if self.has_view_permission(request) and self.get_object(request, object_id) is None:
            raise Http404
        response: HttpResponse = super().change_view(request, object_id, *args, **kwargs)
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's own history is not kept; the card shows ours."""
        raise Http404


def posted(view: Callable[..., HttpResponse], card: str) -> Callable[..., HttpResponse]:
    """A change is a POST; whoever opens such an address (it stands there after a refused form) gets the card.

    `card` is the name of its address.
    """

    def only_post(request: HttpRequest, pk: int, **rest: Any) -> HttpResponse:
        if request.method == "POST":
            return view(request, pk, **rest)
        return HttpResponseRedirect(reverse(card, args=[pk]))

    return only_post


@contextmanager
def hidden_if_missing() -> Iterator[None]:
    """Turn «no such row for you» into 404."""
    try:
        yield
    except NotFound:
        raise Http404 from None


def show_problem(request: HttpRequest, problem: Problem) -> None:
    """The one mapping of problems to the console: the sentence above the page, with the fields at fault."""
    messages.error(request, told(problem))
