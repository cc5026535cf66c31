"""Nights between which accidents happen: at every step the warehouse has what the rules say, and nothing is lost.

What a publication may drop is worked out here from two lists of reports, not by the program's own query.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse.errors import ForeignError, RemovalError
from pipeline.warehouse.history import find, history
from pipeline.warehouse.kept import PUBLISHED
from pipeline.warehouse.target import target_at
from tests.conftest import Place
from tests.support.endurance import times
from tests.support.nights import files, keep_much, nightly, step, without_history

#: Reports by key, with the hash of their file.
Reports = dict[tuple[str, int], str]


def reports(place: Place) -> Reports:
    return {(agency, year): sha for agency, year, sha in place.query(_REPORTS)}


_REPORTS = "SELECT agency_id, year, source_sha256 FROM dim_report"


def drops_too_much(before: Reports, after: Reports) -> bool:
    dropped = [key for key, sha in before.items() if key not in after and sha not in after.values()]
    if not dropped:
        return False
    had = [Counter(key[side] for key in before) for side in (0, 1)]
    lost = [Counter(key[side] for key in dropped) for side in (0, 1)]
    whole = any(had[side][name] == times for side in (0, 1) for name, times in lost[side].items())
    return len(dropped) > len(before) / 10 or whole


def nothing() -> None:
    """What needs no mending."""


class Accident:
    """Something that goes wrong between two nights, and how it is mended."""

    def __init__(self, place: Place, rng: random.Random, patch: pytest.MonkeyPatch) -> None:
        self.place, self.rng, self.patch = place, rng, patch
        self.away = place.folder / "away"

    def happen(self) -> tuple[str, Callable[[], None]]:
        kinds = [self.unmounted, self.moved, self.setting, self.staging_lost, self.damaged, self.deleted]
        return self.rng.choice(kinds)()

    def unmounted(self) -> tuple[str, Callable[[], None]]:
        self.place.raw.rename(self.away)
        self.place.raw.mkdir()

        def mend() -> None:
            shutil.rmtree(self.place.raw)
            self.away.rename(self.place.raw)

        return "the disk is not mounted", mend

    def moved(self) -> tuple[str, Callable[[], None]]:
        there = sorted(path for path in self.place.raw.rglob("*") if path.is_file())
        moved = [(path, self.away / f"{number}") for number, path in enumerate(self.rng.sample(there, len(there) // 2))]
        self.away.mkdir()
        for path, away in moved:
            path.rename(away)

        def mend() -> None:
            for path, away in moved:
                away.rename(path)
            self.away.rmdir()

        return "half of the files were moved", mend

    def setting(self) -> tuple[str, Callable[[], None]]:
        self.patch.setenv("OGI_LAST_YEAR", "2022")
        return "a setting rejects years", lambda: self.patch.delenv("OGI_LAST_YEAR")

    def staging_lost(self) -> tuple[str, Callable[[], None]]:
        shutil.rmtree(self.place.settings.staging)
        return "staging was lost", nothing

    def damaged(self) -> tuple[str, Callable[[], None]]:
        self.place.settings.warehouse.write_bytes(b"damage" * 1000)
        return "the published file is damaged", nothing

    def deleted(self) -> tuple[str, Callable[[], None]]:
        self.place.settings.warehouse.unlink()
        return "the published file was deleted", nothing


def build_from_nothing(place: Place, folder: Path) -> Place:
    fresh = Place(folder)
    folder.mkdir()
    fresh.raw.symlink_to(place.raw)
    nightly(fresh)
    return fresh


def assert_one_can_be_restored(place: Place, rng: random.Random) -> None:
    kept = [each for each in history(place.settings.warehouse).kept if each.name != PUBLISHED]
    chosen = rng.choice(kept)
    then = reports_of(Path(str(chosen.target.address)))
    target_at(place.settings.warehouse).restore(place.settings, find(place.settings.warehouse, chosen.run_id[:12]))
    assert reports(place) == then


def reports_of(path: Path) -> Reports:
    with duckdb.connect(str(path), read_only=True) as con:
        return {(agency, year): sha for agency, year, sha in con.execute(_REPORTS).fetchall()}


@pytest.mark.parametrize("seed", range(times(30, 6)))
def test_accidents_between_nights_lose_nothing(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_much(monkeypatch, seed)
    rng = random.Random(seed)
    stock, told = files(rng), []
    place.raw.mkdir(parents=True)
    for name, data in stock:
        place.put(name, data)
    night(place, allow_removal=False)
    published = reports(place)
    for number in range(4):
        mend = nothing
        if rng.random() < 0.5:
            told.append(step(place, rng, stock))
        else:
            what, mend = Accident(place, rng, monkeypatch).happen()
            told.append(what)
        has_warehouse = place.settings.warehouse.is_file() and "damaged" not in told[-1]
        before = place.settings.warehouse.read_bytes() if has_warehouse else b""
        fresh = build_from_nothing(place, tmp_path / f"fresh{number}")
        expected = drops_too_much(published, reports(fresh)) and has_warehouse
        try:
            night(place, allow_removal=False)
            assert not expected, told
        except RemovalError:
            assert expected, told
            assert place.settings.warehouse.read_bytes() == before
            if rng.random() < 0.5:
                mend()
                mend = nothing
                fresh = build_from_nothing(place, tmp_path / f"mended{number}")
            night(place, allow_removal=True)
        except ForeignError:
            # Staging and kept files are gone as well, or there are none: nobody can tell whose the damaged file was.
            assert "damaged" in told[-1], told
            place.settings.warehouse.unlink()
            night(place, allow_removal=True)
        assert without_history(place) == without_history(fresh), told
        if len(history(place.settings.warehouse).kept) > 1 and rng.random() < 0.4:
            assert_one_can_be_restored(place, rng)
            night(place, allow_removal=True)
            assert without_history(place) == without_history(fresh), told
        mend()
        published = reports(place)
        runs = place.query("SELECT finished_at FROM ingest_run")
        assert runs == sorted(set(runs)), told
        known = {each.run_id for each in history(place.settings.warehouse).publications}
        assert known == {run_id for (run_id,) in place.query("SELECT run_id FROM ingest_run")}, told


RUNS = iter(range(10**9))


def night(place: Place, allow_removal: bool) -> None:
    nightly(place, allow_removal, f"{next(RUNS):012d}-run", datetime.now(UTC).replace(tzinfo=None))
