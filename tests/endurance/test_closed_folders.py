"""A folder under the source that cannot be read: what was loaded from it stays, or nothing is published."""

import pytest

from tests.conftest import Place
from tests.support.filesystems import without_rights
from tests.support.workspace import SeedText


def rejected(place: Place) -> dict[str, str]:
    return dict(place.query("SELECT source_file, reason FROM rejected_report"))


STEPS = """
import sys
from datetime import datetime
from pathlib import Path
from pipeline.staging import collect, steps
from pipeline.staging.folder import Staging
from pipeline.warehouse import target
from pipeline.warehouse.pending import pending
from pipeline.warehouse.provenance import PublishingRun
from tests.support.workspace import Place
place = Place(Path(sys.argv[1]))
settings = place.settings
try:
    collect.collect([place.raw], settings)
    steps.read_years(Staging(settings.staging).stale_years(), settings, again=False)
    now = datetime(2026, 11, 28)
    target.publish(settings, PublishingRun("test", now, now))
    found = pending(settings)
    print("pending:", *found.new, *found.changed, *found.removed)
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("rights", [0o000, 0o444])
def test_what_was_loaded_from_a_folder_that_cannot_be_read_now_stays(
    place: Place, seed_text: SeedText, rights: int
) -> None:
    place.put("a.txt", seed_text(0))
    place.put("closed/deep/b.txt", seed_text(1))
    place.put("closed/c.docx", b"PK\x03\x04")
    place.put("closed/manifest.csv", "file,year\ndeep/b.txt,2023\n")
    place.ingest()
    place.put("d.txt", seed_text(2))
    closed = place.raw / "closed"
    closed.chmod(rights)
    try:
        done = without_rights(STEPS, place.folder)
        assert done.stdout == "pending:\n", done.stdout + done.stderr
        # Once more, with nothing new: what stays is remembered, too.
        assert without_rights(STEPS, place.folder).stdout == "pending:\n"
        assert place.query("SELECT source_file, year FROM dim_report ORDER BY 1") == [
            ("a.txt", 2025),
            ("closed/deep/b.txt", 2023),
            ("d.txt", 2025),
        ]
        assert rejected(place) == {"closed": "unreadable_folder", "closed/c.docx": "damaged_document"}
        # Without what was staged it cannot stay, and nothing is published.
        for path in place.settings.staging.glob("*.parquet"):
            path.unlink()
        done = without_rights(STEPS, place.folder)
        assert done.stdout.startswith("PublishError")
        assert "2 files that are published lie in folders that cannot be read" in done.stdout
    finally:
        closed.chmod(0o755)
    assert place.query("SELECT count(*) FROM dim_report") == [(3,)]
    place.ingest()
    assert place.query("SELECT count(*) FROM dim_report") == [(3,)]
    assert rejected(place) == {"closed/c.docx": "damaged_document"}


def test_what_another_reader_read_does_not_stay_and_the_run_stops(place: Place, seed_text: SeedText) -> None:
    place.put("closed/b.txt", seed_text(1))
    place.ingest()
    closed = place.raw / "closed"
    closed.chmod(0)
    try:
        done = without_rights(f"import pipeline; pipeline.READER_VERSION = 'other'\n{STEPS}", place.folder)
    finally:
        closed.chmod(0o755)
    assert done.stdout.startswith("SourceError closed: the folder cannot be read, and the 1 files in it have to be")
