"""Reports by period: local days, both included, of the orders that ended then; as a page, and as rows for a file."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.actor import Actor
from orders.enums import Method, Outcome, Stage
from orders.models import Attempt, Line, Order
from orders.queries import approved_attempts, approved_expenses, closed_between
from tickets.filters import EARLIEST, LATEST

DAYS_AT_MOST = 366
Cell = str | int | Decimal | date | None
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Period:
    """From one local day to another, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None) -> "Period":
        """What was asked for; this month where nothing was, a year at most."""
        today = localdate()
        last = min(max(last or today, EARLIEST), LATEST)
        first = min(max(first or min(last, today).replace(day=1), EARLIEST), LATEST)
        if first > last:
            first, last = last, first
        return cls(max(first, last - timedelta(days=DAYS_AT_MOST)), last)


def ended(actor: Actor, period: Period) -> QuerySet[Order]:
    """The orders of the report, as far as this actor sees them."""
    return closed_between(actor, period.first, period.last)


@dataclass(frozen=True, slots=True)
class Table:
    """What can be exported: its name, its columns, and its rows."""

    title: str | Promise
    columns: Callable[[], list[str]]
    rows: Callable[[QuerySet[Order]], Iterator[Row]]


def _order_columns() -> list[str]:
    return [
        _("Number"), _("External number"), _("Created"), _("Closed"), _("Stage"), _("Client"), _("Device"),
        _("Engineer"), _("Contract"), _("Prepayment"), _("Expenses"), _("Workshop"), _("Full sum"),
        _("Paid for diagnostics"), _("Net"),
    ]  # fmt: skip


def _order_rows(orders: QuerySet[Order]) -> Iterator[Row]:
    for order in orders.iterator(chunk_size=500):
        yield [
            order.number, order.external_number, _day(order.created_at), _day(order.closed_at),
            str(Stage(order.stage).label), str(order.client or ""), order.device, str(order.engineer or ""),
            order.contract_sum, order.prepaid, order.expenses_sum, order.workshop_sum, order.full_sum, order.fee,
            order.net,
        ]  # fmt: skip


def _payment_columns() -> list[str]:
    return [_("Number"), _("Verified"), _("Stage"), _("Sum"), _("Payment"), _("Engineer")]


def _payment_rows(orders: QuerySet[Order]) -> Iterator[Row]:
    for attempt in approved_attempts(orders):
        if paid := _paid(attempt):
            method = str(Method(attempt.method).label) if attempt.method else ""
            yield [
                attempt.order.number, _day(attempt.verdict_at), str(Stage(attempt.stage).label), paid, method,
                str(attempt.author),
            ]  # fmt: skip


def _paid(attempt: Attempt) -> Decimal:
    """What the client paid with this stage: the report's sum holds the prepayment."""
    paid: dict[str, Decimal] = {
        Stage.AGREEMENT: attempt.counts if attempt.outcome == Outcome.DECLINED else Decimal(0),
        Stage.PREPAYMENT: attempt.counts, Stage.REPORT: attempt.counts - attempt.order.prepaid,
    }  # fmt: skip
    return paid.get(attempt.stage, Decimal(0))


def _expense_columns() -> list[str]:
    return [_("Number"), _("Verified"), _("Expense"), _("Sum"), _("Payment"), _("Receipt"), _("Engineer")]


def _expense_rows(orders: QuerySet[Order]) -> Iterator[Row]:
    for line in approved_expenses(orders):
        yield _expense(line)


def _expense(line: Line) -> Row:
    attempt = line.attempt
    return [
        attempt.order.number, _day(attempt.verdict_at), line.name, line.counts, str(Method(line.method).label),
        line.no_receipt or _("yes"), str(attempt.author),
    ]  # fmt: skip


def _day(moment: Any) -> date | None:
    return localtime(moment).date() if moment else None


TABLES: dict[str, Table] = {
    "orders": Table(gettext_lazy("Orders"), _order_columns, _order_rows),
    "payments": Table(gettext_lazy("Payments"), _payment_columns, _payment_rows),
    "expenses": Table(gettext_lazy("Expenses"), _expense_columns, _expense_rows),
}


def as_csv(table: Table, orders: QuerySet[Order]) -> bytes:
    """With a byte order mark and semicolons, as spreadsheets in Russian read it; a decimal comma in sums."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.columns())
    for row in table.rows(orders):
        writer.writerow([_plain(cell) for cell in row])
    return "\ufeff".encode() + text.getvalue().encode()


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    return _harmless(str(cell)) if isinstance(cell, str) else "" if cell is None else str(cell)


def _harmless(text: str) -> str:
    """Words that a spreadsheet would take for a formula are marked as words."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")) else text


def as_xlsx(table: Table, orders: QuerySet[Order]) -> bytes:
    """One sheet, row by row; sums are numbers, words are never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(table.title))
    sheet.append(table.columns())
    for row in table.rows(orders):
        sheet.append([_typed(sheet, cell) for cell in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _typed(sheet: Any, cell: Cell) -> Any:
    """A cell of openpyxl; what begins like a formula stays the words that it is."""
    made = WriteOnlyCell(sheet, value=None)
    if isinstance(cell, str):
        made.value = "".join(char for char in cell if char >= " " or char in "\t\n\r")
        made.data_type = "s"
    else:
        made.value = cell
    if isinstance(cell, Decimal):
        made.number_format = "#,##0.00"
    return made


FILES: dict[str, tuple[Callable[[Table, QuerySet[Order]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""The forms of a file."""


def as_file(table: str, kind: str, period: Period, orders: QuerySet[Order]) -> HttpResponse:
    """The rows of one of `TABLES` as a download in one of `FILES`."""
    make, content_type = FILES[kind]
    headers = {"Content-Disposition": f'attachment; filename="{table}-{period.first}-{period.last}.{kind}"'}
    return HttpResponse(make(TABLES[table], orders), content_type=content_type, headers=headers)
