"""Every command that the README shows prints what the README says. ``…`` stands for what differs each time."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.conftest import Place

README = (PROJECT / "README.md").read_text(encoding="utf-8")
OGI = PROJECT / ".venv" / "bin" / "ogi"


def commands() -> list[tuple[str, str]]:
    """Command and output of each ``$`` line of the console blocks, in order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README, re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A warehouse of its own for the commands, which read the project's ``data/raw``."""
    place = Place(tmp_path_factory.mktemp("readme"))
    return {**os.environ, **place.environment, "OGI_SOURCE": str(PROJECT / "data" / "raw"), "COLUMNS": "200"}


@pytest.mark.parametrize(
    ("command", "output"), [c for c in commands() if c[0] != "make test"], ids=lambda text: text[:40]
)
def test_a_command_prints_what_the_readme_shows(environment: dict[str, str], command: str, output: str) -> None:
    words = shlex.split(command)
    run = [str(OGI), *words[1:]] if words[0] == "ogi" else ["make", "--no-print-directory", *words[1:]]
    done = subprocess.run(run, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.replace(environment["OGI_WAREHOUSE"], "data/warehouse/ogi.duckdb")
    pattern = re.escape(output.strip()).replace("…", ".*")
    assert re.fullmatch(pattern, printed.strip()), printed


def test_the_first_screen_has_the_two_commands_and_a_query() -> None:
    first = "\n".join(README.splitlines()[:50])
    assert "$ make ingest" in first
    assert "$ make test" in first
    assert "$ ogi sql" in first


def test_every_dependency_is_named_with_its_reason() -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.match(r"[A-Za-z0-9-]+", dependency)[0] for dependency in listed]  # type: ignore[index]
    assert [name for name in names if not re.search(rf"\b{name}\b", README)] == []


def test_every_setting_and_table_is_named() -> None:
    import schemas
    from pipeline.settings import Settings
    from schemas import base

    assert [n for n in Settings.model_fields if f"OGI_{n.upper()}" not in README] == []
    assert [base.name(t) for t in schemas.TABLES if f"`{base.name(t)}`" not in README] == []


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert Path(PROJECT, target).exists(), target


def test_the_lock_file_names_no_address() -> None:
    text = (PROJECT / "requirements.lock").read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") > 100
