"""What documents show: commands with their output, blocks, links; and how a command is run as a reader would."""

import os
import re
import shlex
import sys
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.settings import PROJECT
from tests.conftest import SEEDS, Place

DOCS = PROJECT / "docs"
OGI = Path(sys.executable).with_name("ogi")
BLOCK = re.compile(r"^```.*?^```", re.S | re.M)
#: Documents that a reader follows step by step.
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.name != "queries.md")


def commands(document: str) -> list[tuple[str, str]]:
    """Command and output of each ``$`` line of the console blocks, in order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", document, re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def prose(document: str) -> str:
    """A document without its blocks."""
    return BLOCK.sub("", document)


def named(document: str) -> set[str]:
    """What is named in code."""
    return set(re.findall(r"`([^`\n]+)`", prose(document)))


def links(document: str) -> list[str]:
    """Targets of links, in order."""
    found = re.findall(r"\]\(([^)\s]+)\)|<(https?://[^>]+)>", prose(document))
    return [link for pair in found for link in pair if link]


def run(command: str, place: Place) -> str:
    """What an ``ogi`` command prints that succeeds; ``make ingest`` is ``ogi ingest``. A lake lies in the place.

    As in a fresh clone ``ogi`` is not on the path.
    """
    words = shlex.split(command)
    words = ["ogi", "ingest"] if words == ["make", "ingest"] else words
    assert words[0] in ("ogi", ".venv/bin/ogi"), command
    beside = f"sqlite:{place.settings.warehouse.parent}/"
    words = [word.replace("sqlite:data/warehouse/", beside) for word in words]
    settings = {
        **place.environment,
        "OGI_SOURCE": str(SEEDS),
        "OGI_WORKERS": "1",
        "COLUMNS": "200",
        "PATH": "/usr/bin:/bin",
    }
    place.settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    done = CliRunner(env=settings).invoke(main, words[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    printed = done.stdout.replace(str(OGI), ".venv/bin/ogi")
    return printed.replace(str(place.settings.warehouse), "data/warehouse/ogi.duckdb").replace(beside, "sqlite:…")


def is_shown(printed: str, output: str) -> bool:
    """Whether a document shows what was printed; ``…`` in it stands for anything."""
    pattern = re.escape(output.strip()).replace("…", ".*")
    return re.fullmatch(pattern, printed.strip(), re.S) is not None


def path_of(link: str, document: Path) -> Path:
    """The file that a relative link of a document leads to."""
    return Path(os.path.normpath(document.parent / link.partition("#")[0]))
