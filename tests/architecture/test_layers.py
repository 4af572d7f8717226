"""Each room imports only what stands below it."""

import tomllib

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.source import ROOT, imports, label, modules, packages, rooms


def test_every_room_imports_only_what_stands_below_it() -> None:
    """The report of import-linter is in the captured output."""
    verdict = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert verdict == EXIT_STATUS_SUCCESS


def test_the_contract_knows_every_package() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in config["contracts"] if contract["type"] == "layers"]
    assert sorted(layers) == rooms()
    assert set(config["root_packages"]) == set(packages()) - {"tests"}


def test_the_simulator_stands_beside_the_house() -> None:
    house = set(rooms())
    inwards = [label(path) for path in modules("simulator") if imports(path) & (house | {"django"})]
    outwards = [label(path) for path in modules(*house) if "simulator" in imports(path)]
    assert (inwards, outwards) == ([], [])


def test_nothing_of_the_house_imports_tests_or_benchmarks() -> None:
    house = [*rooms(), "simulator"]
    assert [label(path) for path in modules(*house) if imports(path) & {"tests", "bench"}] == []
    assert [label(path) for path in modules("bench") if "tests" in imports(path)] == []
