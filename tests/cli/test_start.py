"""Commands that only read start quickly: they import nothing that they do not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.options import configured_warehouse
from pipeline.settings import PROJECT, load
from tests.conftest import Place

_SLOW = {"pydantic", "polars", "dagster", "rapidfuzz", "pandera", "pyarrow", "jinja2", "asyncio"}
_IMPORTED = """
import sys
from pipeline.cli.main import main
main(sys.argv[1:], standalone_mode=False)
print("imported:", *sys.modules)
"""


@pytest.mark.parametrize(
    ("words", "slow"),
    [
        (["issues", "--format", "csv"], {*_SLOW, "rich"}),
        (["sql", "FROM dim_report", "--format", "csv"], {*_SLOW, "rich"}),
        (["show", "东街街道", "2025"], {*_SLOW, "rich.progress"}),
        (["trace", "东街街道", "2025"], {*_SLOW, "rich.progress"}),
        (["agencies"], {*_SLOW, "rich.progress"}),
        (["history"], {*_SLOW, "rich.progress"}),
    ],
    ids=lambda words: words[0] if isinstance(words, list) else "",
)
def test_what_a_reading_command_does_not_import(seeds: Place, words: list[str], slow: set[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("OGI_")}
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *words],
        cwd=PROJECT,
        env={**environment, "OGI_WAREHOUSE": str(seeds.settings.warehouse)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert slow & set(done.stdout.partition("imported:")[2].split()) == set()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OGI_WAREHOUSE": ""},
        {"OGI_WAREHOUSE": "some.duckdb"},
        {"ogi_warehouse": "some.duckdb"},
        {"OGI_WAREHOUSE": "ducklake:sqlite:some.sqlite"},
        {"OGI_WAREHOUSE": "some.duckdb", "OGI_MEMORY_MB": "900"},
    ],
)
def test_the_warehouse_is_the_one_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str]
) -> None:
    for name in [name for name in os.environ if name.upper().startswith("OGI_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert configured_warehouse() == load().warehouse


def test_a_wrong_address_is_told_in_the_words_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.cli.errors import CommandError

    for name in [name for name in os.environ if name.upper().startswith("OGI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OGI_WAREHOUSE", "ducklake:nothing")
    with pytest.raises(CommandError, match="a DuckLake is given as"):
        configured_warehouse()
