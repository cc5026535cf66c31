"""Every command that the README shows prints what it says, in English and Chinese. ``…`` stands for what differs."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.conftest import Place

README = (PROJECT / "README.md").read_text(encoding="utf-8")
CHINESE = (PROJECT / "README.zh-CN.md").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("readme", [README, CHINESE], ids=["English", "Chinese"])
OGI = PROJECT / ".venv" / "bin" / "ogi"


def commands(readme: str) -> list[tuple[str, str]]:
    """Command and output of each ``$`` line of the console blocks, in order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", readme, re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def settings_of(place: Place) -> dict[str, str]:
    """The environment of commands that read the project's ``data/raw`` into a warehouse of their own."""
    return {**os.environ, **place.environment, "OGI_SOURCE": str(PROJECT / "data" / "raw"), "COLUMNS": "200"}


def run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of the README; the lake that it names is beside the warehouse."""
    words = shlex.split(command)
    words = [str(OGI), *words[1:]] if words[0] == "ogi" else ["make", "--no-print-directory", *words[1:]]
    beside = f"sqlite:{Path(environment['OGI_WAREHOUSE']).parent}/"
    words = [word.replace("sqlite:data/warehouse/", beside) for word in words]
    return subprocess.run(words, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of commands that read what was ingested."""
    environment = settings_of(Place(tmp_path_factory.mktemp("readme")))
    for command, _ in commands(README):
        if "ingest" in command.split()[:2]:
            assert run(command, environment).returncode == 0
    return environment


@pytest.mark.parametrize(
    ("command", "output"), [c for c in commands(README) if c[0] != "make test"], ids=lambda text: text[:40]
)
def test_a_command_prints_what_the_readme_shows(
    place: Place, ingested: dict[str, str], command: str, output: str
) -> None:
    environment = settings_of(place) if "ingest" in command.split()[:2] else ingested
    done = run(command, environment)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.replace(environment["OGI_WAREHOUSE"], "data/warehouse/ogi.duckdb")
    pattern = re.escape(output.strip()).replace("…", ".*")
    assert re.fullmatch(pattern, printed.strip(), re.S), printed


def test_the_commands_are_the_same_in_both_languages() -> None:
    """So that what the test above says of the English ones is true of the Chinese ones too."""
    assert commands(CHINESE) == commands(README)


def test_both_languages_have_the_same_parts() -> None:
    def parts(readme: str) -> dict[str, list[object]]:
        blocks = re.findall(r"^```.*?^```", readme, re.S | re.M)
        prose = re.sub(r"^```.*?^```", "", readme, flags=re.S | re.M)
        links = re.findall(r"\]\(([^)]+)\)|<(https?://[^>]+)>", prose)
        tables = re.findall(r"(?:^\|.*\n)+", prose, re.M)
        return {
            "headings": re.findall(r"^(#+) ", prose, re.M),
            "blocks": blocks,
            "rows of tables": [table.count("\n") for table in tables],
            "first column": [
                re.findall(r"`[^`]+`", row.split(" | ")[0]) for table in tables for row in table.splitlines()
            ],
            "points": re.findall(r"^- ", prose, re.M),
            "links": [link for pair in links for link in pair if link and not link.startswith("README")],
        }

    english, chinese = parts(README), parts(CHINESE)
    for name, part in english.items():
        assert chinese[name] == part, name


def test_what_is_named_in_code_is_named_in_both_languages() -> None:
    def named(readme: str) -> set[str]:
        return set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", readme, flags=re.S | re.M)))

    assert named(CHINESE) == named(README)


def test_each_language_leads_to_the_other() -> None:
    assert "[简体中文](README.zh-CN.md)" in "\n".join(README.splitlines()[:5])
    assert "[English](README.md)" in "\n".join(CHINESE.splitlines()[:5])


@BOTH
def test_the_first_screen_has_the_two_commands_and_a_query(readme: str) -> None:
    first = "\n".join(readme.splitlines()[:50])
    assert "$ make ingest" in first
    assert "$ make test" in first
    assert "$ ogi sql" in first


@BOTH
def test_every_dependency_is_named_with_its_reason(readme: str) -> None:
    import tomllib

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    listed = [*project["dependencies"], *(each for some in project["optional-dependencies"].values() for each in some)]
    names = [re.match(r"[A-Za-z0-9-]+", dependency)[0] for dependency in listed]  # type: ignore[index]
    names = [name.removeprefix("duckdb-extension-") for name in names]  # said once for all of them
    assert [n for n in names if not re.search(rf"(?<![A-Za-z0-9]){n}(?![A-Za-z0-9])", readme)] == []


@BOTH
def test_every_setting_and_table_is_named(readme: str) -> None:
    import schemas
    from pipeline.settings import Settings
    from schemas import base

    assert [n for n in Settings.model_fields if f"OGI_{n.upper()}" not in readme] == []
    assert [base.name(t) for t in schemas.TABLES if f"`{base.name(t)}`" not in readme] == []


@BOTH
def test_links_lead_somewhere(readme: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert Path(PROJECT, target).exists(), target


def test_the_lock_file_names_no_address() -> None:
    text = (PROJECT / "requirements.lock").read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") > 100
