"""The source of the house as the checks read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BESIDE = {"bench", "simulator", "tests"}
"""Packages of the repository that are no rooms of the house."""


def packages() -> list[str]:
    """Every importable folder at the root."""
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


def rooms() -> list[str]:
    return [name for name in packages() if name not in BESIDE]


def modules(*names: str) -> Iterator[Path]:
    """The modules of these packages, without migrations, which are generated and frozen."""
    for name in names:
        yield from (path for path in sorted((ROOT / name).rglob("*.py")) if "migrations" not in path.parts)


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> set[str]:
    """The packages that a module imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def nodes(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a module with the class and function it stands in (`UserManager.create_superuser`)."""

    def walk(node: ast.AST, place: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            yield place, child
            named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            yield from walk(child, f"{place}.{child.name}".lstrip(".") if named else place)  # type: ignore[attr-defined]

    yield from walk(tree(path), "")
