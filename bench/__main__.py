"""`make bench`, or `python -m bench [--small] [desk] [photo]`: one JSON line a figure on the standard output."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from bench import stores as store_faults
from bench import traffic
from bench.place import Place, open_place
from bench.start import starts


@dataclass(frozen=True)
class Size:
    """How much is measured: numbers of tickets, rounds, and how often both databases take turns."""

    tickets: tuple[int, int]
    rounds: int
    turns: int
    orders: tuple[int, int]
    requests: int
    rest: float
    storm: tuple[int, int, int]
    stores: tuple[int, int, int, float]
    intake: tuple[int, int]
    sending: tuple[tuple[int, int], ...]
    pipeline: tuple[int, int]
    weather: tuple[int, int]


WHOLE = Size(
    (10_000, 1_000_000), 15, 3, (1_000, 300_000), 400, 30.0,
    storm=(100, 100, 20), stores=(50, 6, 3, 60.0), intake=(200, 15),
    sending=((3_000, 3_000), (300, 30)), pipeline=(3_000, 3_000), weather=(10_000, 500),
)  # fmt: skip
SMALL = Size(
    (500, 2_000), 3, 1, (600, 1_200), 16, 1.0,
    storm=(10, 10, 5), stores=(10, 3, 1, 3.0), intake=(10, 10),
    sending=((40, 20),), pipeline=(100, 50), weather=(60, 20),
)  # fmt: skip
PAGE_GOAL, COMMON_GOAL_MS, ORDERS_GOAL = 1.3, 300.0, 1.5


def say(**figure: Any) -> None:
    """One line, at once: a run that is cut off has told what it knows."""
    print(json.dumps(figure, ensure_ascii=False), flush=True)  # noqa: T201 -- the result


def seeded(place: Place, size: Size) -> list[str]:
    """The databases with the small number of tickets and with the large one; made once a run."""
    names = [f"bench_{count}" for count in size.tickets]
    for name, count in zip(names, size.tickets, strict=True):
        if name not in place.seeded:
            place.create(name)
            place.seeded[name] = place.run(name, "bench.seed", str(count))
    return names


def desk(place: Place, size: Size) -> None:
    """The console's pages at the small number of tickets and at the large one."""
    names = seeded(place, size)
    for name in names:
        say(bench="desk", figure="seeded", **place.seeded[name])
    taken: list[list[dict[str, dict[str, list[float]]]]] = [[], []]
    for _ in range(size.turns):
        for samples, name in zip(taken, names, strict=True):
            samples.append(place.run(name, "bench.desk", str(size.rounds)))
    for page in taken[0][0]:
        few, many = ({kind: _all(samples, page, kind) for kind in ("page", "sql", "bare")} for samples in taken)
        ratio = median(many["page"]) / median(few["page"])
        p95 = _p95(many["page"])
        common = page == "search, common word"
        say(
            bench="desk", figure=page, tickets=size.tickets,
            page_ms=[round(median(few["page"]), 1), round(median(many["page"]), 1)], page_p95_ms=round(p95, 1),
            ratio=round(ratio, 2), goal=f"p95 <= {COMMON_GOAL_MS:g} ms" if common else f"ratio <= {PAGE_GOAL}",
            met=p95 <= COMMON_GOAL_MS if common else ratio <= PAGE_GOAL,
            sql_ms=round(median(many["sql"]), 2), bare_sql_ms=round(median(many["bare"]), 2),
            sql_to_bare=round(median(many["sql"]) / median(many["bare"]), 2),
        )  # fmt: skip


def api(place: Place, size: Size) -> None:
    """The API at the small number of tickets and at the large one, by one client and by eight."""
    few: dict[str, Any] = {}
    many: dict[str, Any] = {}
    for name, taken in zip(seeded(place, size), (few, many), strict=True):
        taken |= place.run(name, "bench.api", str(size.requests))
    for figure in few:
        clients = figure.rpartition(" ")[2]
        small, large = median(few[figure]["ms"]), median(many[figure]["ms"])
        say(
            bench="api", figure=figure, tickets=size.tickets, ms=[round(small, 1), round(large, 1)],
            p95_ms=round(_p95(many[figure]["ms"]), 1), per_second=round(many[figure]["per_second"]),
            ratio=round(large / small, 2), to_empty=round(large / median(many[f"empty, {clients}"]["ms"]), 1),
            goal=f"ratio <= {PAGE_GOAL}", met=large / small <= PAGE_GOAL,
        )  # fmt: skip


def orders(place: Place, size: Size) -> None:
    """The curator's pages at the small number of orders and at the large one."""
    taken: list[Any] = []
    for count in size.orders:
        place.create(f"bench_orders_{count}")
        say(bench="orders", figure="seeded", **place.run(f"bench_orders_{count}", "bench.orders", "seed", str(count)))
        taken.append(place.run(f"bench_orders_{count}", "bench.orders", "measure", str(size.rounds)))
    few, many = taken
    for page in few:
        ratio = median(many[page]["ms"]) / median(few[page]["ms"])
        say(
            bench="orders", figure=page, orders=size.orders,
            page_ms=[round(median(one[page]["ms"]), 1) for one in taken],
            queries=[round(median(one[page]["queries"])) for one in taken],
            ratio=round(ratio, 2), goal=f"ratio <= {ORDERS_GOAL}", met=ratio <= ORDERS_GOAL,
        )  # fmt: skip


def photo(place: Place, size: Size) -> None:
    """A photo of 5 MB."""
    place.create("bench_photo")
    place.run("bench_photo", "bench.seed", "20")
    for step, taken in place.run("bench_photo", "bench.photo", str(min(size.rounds, 5))).items():
        figure = {kind: round(median(values), 3) for kind, values in taken.items() if values}
        say(bench="photo", figure=step, **figure)


def storm(place: Place, size: Size) -> None:
    """Kills while updates come in."""
    say(bench="storm", figure="kill -9", **traffic.storm(place, *size.storm))


def stores(place: Place, size: Size) -> None:
    """PostgreSQL and Redis fail under load."""
    for figure in store_faults.stores(place, *size.stores):
        say(bench="stores", **figure)


def start(place: Place, size: Size) -> None:
    """`make run` and its memory."""
    say(bench="start", figure="make run", **starts(place, size.rest))


def intake(place: Place, size: Size) -> None:
    """Updates a second."""
    for figure in traffic.intake(place, *size.intake):
        say(bench="intake", **figure)


def sending(place: Place, size: Size) -> None:
    """Messages a second."""
    for messages, chats in size.sending:
        figure = traffic.sending(place, messages, chats)
        say(bench="sending", figure=f"{messages} to {chats}", **figure)
    say(bench="sending", figure="no limit", **traffic.pipeline(place, *size.pipeline))
    say(bench="sending", figure="weather", **traffic.pipeline(place, *size.weather, traffic.bad_weather))


def _all(samples: list[dict[str, dict[str, list[float]]]], page: str, kind: str) -> list[float]:
    return [value for turn in samples for value in turn[page][kind]]


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


BENCHES: dict[str, Callable[[Place, Size], None]] = {
    "desk": desk, "orders": orders, "api": api, "photo": photo, "storm": storm, "stores": stores, "intake": intake,
    "sending": sending, "start": start,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--small", action="store_true", help="a minute instead of many: shows that it runs")
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which (all)")
    given = parser.parse_args()
    with open_place() as place:
        for name in given.names or BENCHES:
            BENCHES[name](place, SMALL if given.small else WHOLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
