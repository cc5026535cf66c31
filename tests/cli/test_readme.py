"""The README: short, in English and Chinese, and true. ``…`` stands for what differs."""

import re
import subprocess
import sys
import tomllib

import pytest

from pipeline.cli.main import main
from pipeline.settings import PROJECT
from schemas.rejected_report import REASONS
from tests.conftest import SEEDS, Place
from tests.support import shown

README = (PROJECT / "README.md").read_text(encoding="utf-8")
CHINESE = (PROJECT / "README.zh-CN.md").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("readme", [README, CHINESE], ids=["English", "Chinese"])
MOVED = pytest.mark.skipif(not (PROJECT / "pipeline" / "reader").is_dir(), reason="the packages have not moved yet")


@BOTH
def test_it_is_short(readme: str) -> None:
    assert len(readme.encode()) <= 8192


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What ``ogi ingest`` prints: a whole run of Dagster, some seconds."""
    return shown.run("make ingest", Place(tmp_path_factory.mktemp("readme")))


def test_the_first_command_prints_what_is_shown(ingested: str) -> None:
    [output] = [output for command, output in shown.commands(README) if command == "make ingest"]
    assert shown.is_shown(ingested, output), ingested
    assert re.search(
        r"^ingest:.*\n(?:\t@echo .* >&2\n)?\t@\$\(BIN\)/ogi ingest$", (PROJECT / "Makefile").read_text(), re.M
    )


def test_what_it_says_to_try_works_as_it_stands(ingested: str, seeds: Place) -> None:
    steps = re.search(r"^  try       (.+)\n {12}(.+)\n {12}(.+)\n\Z", ingested, re.M)
    assert steps, ingested
    for command in steps.groups():
        assert command.startswith(".venv/bin/ogi ")
        assert shown.run(command, seeds)
    assert steps.group(3) in [command for command, _ in shown.commands(README)]


@pytest.mark.parametrize(
    ("command", "output"), [each for each in shown.commands(README) if "/ogi " in each[0]], ids=["query"]
)
def test_a_command_prints_what_is_shown(seeds: Place, command: str, output: str) -> None:
    printed = shown.run(command, seeds)
    assert shown.is_shown(printed, output), printed


def test_the_installed_program_prints_what_is_shown(seeds: Place) -> None:
    """One command in a process of its own, as a reader has it."""
    (question,) = [each for each in shown.commands(README) if "/ogi sql" in each[0]]
    statement = question[0].split('"')[1]
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "sql", statement],
        cwd=PROJECT,
        env={**seeds.environment, "OGI_SOURCE": str(SEEDS), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.is_shown(done.stdout, question[1])


def test_the_commands_are_the_same_in_both_languages() -> None:
    """So that what the tests above say of the English ones is true of the Chinese ones too."""
    assert shown.commands(CHINESE) == shown.commands(README)


def test_both_languages_have_the_same_parts() -> None:
    def parts(readme: str) -> dict[str, list[object]]:
        prose = shown.prose(readme)
        tables = re.findall(r"(?:^\|.*\n)+", prose, re.M)
        return {
            "headings": re.findall(r"^(#+) ", prose, re.M),
            "blocks": shown.BLOCK.findall(readme),
            "rows of tables": [table.count("\n") for table in tables],
            "first column": [
                re.findall(r"`[^`]+`", row.split(" | ")[0]) for table in tables for row in table.splitlines()
            ],
            "points": re.findall(r"^- ", prose, re.M),
            "links": [
                link.replace("docs/zh/", "docs/").partition("#")[0]
                for link in shown.links(readme)
                if not link.startswith("README")
            ],
        }

    english, chinese = parts(README), parts(CHINESE)
    for name, part in english.items():
        assert chinese[name] == part, name


def test_what_is_named_in_code_is_named_in_both_languages() -> None:
    assert shown.named(CHINESE) == shown.named(README)


def test_each_language_leads_to_the_other() -> None:
    assert "[简体中文](README.zh-CN.md)" in "\n".join(README.splitlines()[:5])
    assert "[English](README.md)" in "\n".join(CHINESE.splitlines()[:5])


@BOTH
def test_the_first_screen_has_the_two_commands_and_a_query(readme: str) -> None:
    first = "\n".join(readme.splitlines()[:50])
    assert "$ make ingest" in first
    assert "$ make test" in first
    assert "$ .venv/bin/ogi sql" in first


@BOTH
def test_every_command_is_in_the_table(readme: str) -> None:
    assert re.findall(r"^\| `ogi (\w+)", readme, re.M) == sorted(
        main.commands, key=lambda name: readme.index(f"| `ogi {name}")
    )


@BOTH
def test_the_closed_list_of_reject_reasons_is_there(readme: str) -> None:
    assert [reason for reason in REASONS if f"`{reason}`" not in readme] == []


@BOTH
def test_every_dependency_is_named_with_its_reason(readme: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    apart = extras["ocr"]  # make does not install it; the README has what make does
    assert "ocr" not in extras["dev"][0]
    listed = [*project["dependencies"], *(each for some in extras.values() if some is not apart for each in some)]
    why = (PROJECT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8") + "ogi-warehouse"
    for text, dependencies in ((readme + "ogi-warehouse", listed), (why, [*listed, *apart])):
        names = [re.match(r"[A-Za-z0-9-]+", dependency)[0] for dependency in dependencies]  # type: ignore[index]
        names = [name.removeprefix("duckdb-extension-") for name in names]  # said once for all of them
        assert [n for n in names if not re.search(rf"(?<![A-Za-z0-9]){n}(?![A-Za-z0-9])", text)] == []


@BOTH
def test_links_lead_somewhere(readme: str) -> None:
    local = [link for link in shown.links(readme) if "://" not in link]
    assert [link for link in local if not shown.path_of(link, PROJECT / "README.md").exists()] == []


@MOVED
@BOTH
def test_what_is_to_be_added_has_its_place(readme: str) -> None:
    places = re.findall(r"^\| [^|]+ \| .*?`((?:pipeline|tests|schemas)/[^`]*)`", readme, re.M)
    assert len(places) == 7
    assert [place for place in places if not (PROJECT / place).exists()] == []


@MOVED
def test_contributing_has_a_line_for_each_package() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(pipeline/\w+)/`", text, re.M))
    packages = {path for path in (PROJECT / "pipeline").iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert named == {f"pipeline/{path.name}" for path in packages}


def test_the_lock_file_names_no_address() -> None:
    text = (PROJECT / "requirements.lock").read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") > 100
