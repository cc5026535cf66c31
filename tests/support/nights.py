"""Nights in which files come, change and go, and what a warehouse holds after them.

Tests draw sequences of such nights by seed: two seeds of each in ``tests/nights``, all others in ``tests/endurance``.
"""

import random
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import schemas
from pipeline.staging import collect, fingerprints, parts, steps
from pipeline.staging.folder import Staging
from pipeline.warehouse import incremental, target
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult
from schemas import base
from tests.generator import series
from tests.support.accidents import accident
from tests.support.workspace import SEEDS, Place

#: What differs between two builds of the same files, by intent.
MOMENTS = {"loaded_at", "seen_at"}


def rows_of(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table of a warehouse in its stored order, moments and the run itself left out."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as con:
        for table in schemas.TABLES:
            name = base.name(table)
            if name != "ingest_run":
                columns = ", ".join(column for column in base.polars_schema(table) if column not in MOMENTS)
                found[name] = con.execute(f"SELECT {columns} FROM {name}").fetchall()
    return found


def content(place: Place) -> dict[str, list[tuple]]:
    """The rows of what a place has published."""
    return rows_of(place.settings.warehouse)


def without_file_changes(found: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    """The rows; earlier versions of files are history, which a build from nothing does not have."""
    return found | {"superseded_report": [row for row in found["superseded_report"] if "file_changed" not in row]}


def nightly(
    place: Place, allow_removal: bool = True, run: str = "test", now: datetime = datetime(2026, 11, 25)
) -> PublishResult:
    """What the assets do in a night: take in all files, read the years that changed, publish."""
    settings = place.settings
    collect.collect([place.raw], settings)
    steps.read_years(Staging(settings.staging).stale_years(), settings, again=False)
    return target.publish(settings, PublishingRun(run, now, now, allow_removal))


def files(rng: random.Random) -> list[tuple[str, bytes]]:
    """Reports to draw from: seeds, one agency over years, twins of both, and files that are no reports."""
    some = [(path.name, path.read_bytes()) for path in sorted(SEEDS.glob("*.txt"))]
    some += [(report.name, report.data) for report in series(rng.randrange(10**6), range(2021, 2024), "tabs")]
    some += [(f"twin/{name}", data) for name, data in some[:3]]
    return [*some, ("empty.txt", b""), ("notes.docx", b"PK\x03\x04"), ("other.txt", "通知".encode())]


def step(place: Place, rng: random.Random, stock: list[tuple[str, bytes]]) -> str:
    """One thing that happens in a day, and its name."""
    there = sorted(path for path in place.raw.rglob("*") if path.is_file() and not path.is_symlink())
    what = rng.choice(["add", "add", "change", "remove", "rename", "nothing"]) if there else "add"
    if what == "add":
        for name, data in rng.sample(stock, rng.randint(1, 4)):
            place.put(name, data)
    elif what == "change":
        path = rng.choice(there)
        path.write_bytes(path.read_bytes().replace(b"\t0\t", b"\t1\t", 1) + b"\n")
    elif what == "remove":
        rng.choice(there).unlink()
    elif what == "rename":
        path = rng.choice(there)
        path.rename(path.with_name(f"renamed_{rng.randrange(10**6)}{path.suffix}"))
    return what


def keep_much(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Few reports behave as many do."""
    # Files of this very moment would all be taken in again, and nothing would be kept.
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    # Of so few reports a change is a large share, and the year would be written anew; at times it is all the same.
    monkeypatch.setattr(parts, "LEAST_ALIVE", 0.8 if seed % 3 == 0 else 0)
    monkeypatch.setattr(parts, "MOST_PARTS", 2 if seed % 3 == 1 else 16)


def without_history(place: Place) -> dict[str, list[tuple]]:
    """All content but history."""
    return without_file_changes(content(place))


#: Seeds of the sequences, for each of the two assertions; the short ones are part of the fast tests.
SEEDS_OF_NIGHTS, SHORT_NIGHTS = range(30), (7, 15)
SEEDS_OF_BUILDS, SHORT_BUILDS = range(100, 130), (117, 126)


def assert_nights_end_as_a_build_from_nothing(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sequence of nights by its seed, and the same files in one build."""
    keep_much(monkeypatch, seed)
    rng, accidents = random.Random(seed), random.Random(f"accidents {seed}")
    stock = files(rng)
    told = []
    place.raw.mkdir(parents=True)
    for _ in range(rng.randint(2, 4)):
        told += [step(place, rng, stock) for _ in range(rng.randint(1, 3))]
        told += [accident(place, accidents) for _ in range(accidents.randint(0, 3))]
        nightly(place)
    fresh = Place(tmp_path / "fresh")
    fresh.raw.parent.mkdir(parents=True)
    fresh.raw.symlink_to(place.raw)
    nightly(fresh)
    assert without_history(place) == without_history(fresh), told


def assert_an_incremental_build_is_the_one_from_nothing(
    place: Place, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, with a warehouse that each night brings up to date, and with waivers that come and go."""
    keep_much(monkeypatch, seed)
    monkeypatch.setattr(incremental, "FEWEST_REPORTS", 0)
    monkeypatch.setattr(incremental, "MOST_CHANGED", 1000)
    # Of so few reports whole years are written again and again, with the same rows.
    monkeypatch.setattr(Staging, "generations", lambda _: {})
    calls = []
    real = incremental.build
    monkeypatch.setattr(incremental, "build", lambda *given: calls.append(given) or real(*given))
    rng, accidents = random.Random(seed), random.Random(f"accidents {seed}")
    stock = files(rng)
    told: list[str] = []
    place.raw.mkdir(parents=True)
    due = published = 0
    for _ in range(rng.randint(2, 4)):
        told += [step(place, rng, stock) for _ in range(rng.randint(1, 3))]
        told += [accident(place, accidents) for _ in range(accidents.randint(0, 3))]
        had = place.settings.warehouse.exists()
        if had and rng.random() < 0.5:
            told.append(waive(place, rng))
        result = nightly(place)
        due += had and place.query("SELECT count(*) FROM dim_report")[0][0] > 0
        published += had and result.unchanged_since is None and result.rows["dim_report"] > 0
    assert published <= len(calls) <= due
    monkeypatch.setattr(incremental, "FEWEST_REPORTS", 1000)
    fresh = Place(tmp_path / "fresh")
    fresh.raw.parent.mkdir(parents=True)
    fresh.raw.symlink_to(place.raw)
    nightly(fresh)
    ours, wanted = without_history(place), without_history(fresh)
    for name, rows in wanted.items():
        assert sorted(map(repr, ours[name])) == sorted(map(repr, rows)), (name, told)


def waive(place: Place, rng: random.Random) -> str:
    """Reviewers' lines come, change and go."""
    path = place.raw / "waivers.csv"
    rules = set(place.query("SELECT name, year, rule FROM quality_issue JOIN dim_agency USING (agency_id)"))
    if not rules or rng.random() < 0.3:
        path.unlink(missing_ok=True)
        return "no waivers"
    chosen = rng.sample(sorted(rules), min(2, len(rules)))
    lines = [f"{name},{year},{rule},known,reviewer,2026-01-31" for name, year, rule in chosen]
    path.write_text("\n".join(["agency,year,rule,reason,by,date", *lines]) + "\n")
    return "waivers"
