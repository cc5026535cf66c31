"""The shape of the code: which way imports point, and what stands where. (Docstrings are ruff's affair.)"""

import ast
import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import assets
import pipeline
import schemas
from pipeline.settings import PROJECT

#: Modules of ``pipeline`` above the line: they may import ``assets``.
ABOVE = {"pipeline/definitions.py", "pipeline/cli/dagster_run.py"}
MAY_IMPORT = {"schemas": {"schemas"}, "pipeline": {"schemas", "pipeline"}, "assets": {"schemas", "pipeline", "assets"}}


def sources() -> Iterator[Path]:
    for package in MAY_IMPORT:
        yield from sorted((PROJECT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(PROJECT)))
def test_imports_point_one_way(path: Path) -> None:
    name = path.relative_to(PROJECT).as_posix()
    package = name.split("/")[0]
    ours = {module for module in imported(path) if module.split(".")[0] in MAY_IMPORT}
    if name in ABOVE:
        return
    wrong = {module for module in ours if module.split(".")[0] not in MAY_IMPORT[package]}
    if not name.startswith("pipeline/cli/"):
        wrong |= {m for m in ours if m.startswith(("pipeline.definitions", "pipeline.cli.dagster_run"))}
    assert not wrong
    if package != "assets":
        assert not {module for module in imported(path) if module.split(".")[0] == "dagster"}


def test_examples_in_docstrings_are_true() -> None:
    tried = 0
    for package in (pipeline, schemas, assets):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            failed, some = doctest.testmod(importlib.import_module(module.name))
            assert not failed, module.name
            tried += some
    assert tried >= 8


def test_the_shell_of_the_project_is_as_the_owner_fixed_it() -> None:
    for name in (
        "pyproject.toml",
        "pipeline",
        "assets",
        "schemas",
        "data/raw",
        "data/warehouse",
        "tests",
        "workspace.yaml",
    ):
        assert (PROJECT / name).exists()


def test_each_table_has_a_module_of_its_own() -> None:
    from schemas import base

    modules = {path.stem for path in (PROJECT / "schemas").glob("*.py")} - {"__init__", "base", "labels", "staged"}
    assert modules == {base.name(table) for table in schemas.TABLES}
