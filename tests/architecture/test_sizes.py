"""Sizes at which code stays readable: a compass. Whoever has a reason raises the limit for that place by name."""

import ast

from tests.architecture.source import label, modules, packages, tree

FILE_LINES = 400
FUNCTION_LINES = 50
USUAL_LINES = 35
LARGER_FOR_A_REASON: dict[str, str] = {
    "tests/architecture/test_bot_doors.py": "tickets, orders, requests and clients behind every door, in one house",
    "tests/architecture/test_urls.py": "one target for every address",
    "tests/ops/test_rotation.py": "every way in which a change of keys can be disturbed",
    "tests/botapp/test_requests_story.py:53 test_five_requests_of_three_clients_never_mix": "one story, told at a go",
}
"""Place to reason."""


def test_no_file_is_too_long() -> None:
    found = {label(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*packages())}
    assert over(found, FILE_LINES) == {}


def test_no_function_is_too_long() -> None:
    assert over(functions(), FUNCTION_LINES) == {}


def test_nearly_every_function_fits_on_a_screen() -> None:
    sizes = sorted(functions().values())
    assert sizes[len(sizes) * 95 // 100] <= USUAL_LINES


def over(sizes: dict[str, int], limit: int) -> dict[str, int]:
    return {place: lines for place, lines in sizes.items() if lines > limit and place not in LARGER_FOR_A_REASON}


def functions() -> dict[str, int]:
    """Every function with its number of lines."""
    return {
        f"{label(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules(*packages())
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
