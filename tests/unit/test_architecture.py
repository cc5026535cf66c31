"""What stands where, and how long it may be. (Which way imports point is said in pyproject's ``tool.importlinter``.)"""

import ast
import doctest
import importlib
import io
import pkgutil
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import assets
import pipeline
import schemas
from pipeline.settings import PROJECT

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
#: Longer ones, as ``file:function``, each with its reason.
LONG_FUNCTIONS: dict[str, str] = {}
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
FILES = [path for package in ("pipeline", "assets", "schemas") for path in sorted((PROJECT / package).rglob("*.py"))]


def lines_of_code(source: str) -> int:
    """How many lines hold code: neither blank nor only a comment or a docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            lines.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """The functions of a file and how many lines each has, signature and docstring included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield f"{path.relative_to(PROJECT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_lines_of_code_are_counted_without_what_is_said_about_them() -> None:
    assert (
        lines_of_code('"""A module."""\n\n# why\nx = """two\nlines"""\n\n\ndef f():\n    """One."""\n    return x\n')
        == 4
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_and_functions_are_short(path: Path) -> None:
    code = lines_of_code(path.read_text(encoding="utf-8"))
    assert code <= LONGEST_FILE
    long = {name: lines for name, lines in functions(path) if lines > LONGEST_FUNCTION}
    assert long.keys() <= LONG_FUNCTIONS.keys(), long


def test_a_long_function_with_a_reason_is_long() -> None:
    long = {name for path in FILES for name, lines in functions(path) if lines > LONGEST_FUNCTION}
    assert LONG_FUNCTIONS.keys() <= long


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

    others = {"__init__", "base", "labels", "records", "staged"}
    modules = {path.stem for path in (PROJECT / "schemas").glob("*.py")} - others
    assert modules == {base.name(table) for table in schemas.TABLES}
