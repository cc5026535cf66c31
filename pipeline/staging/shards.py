"""A year that several machines read: it is cut into pieces, each of which is read into a part of the tables of its own.

``plan`` says which report is in which piece, ``read`` reads one, wherever and however often, and ``finish`` makes the
year of them, once all are read. What each wrote down of it is in ``pieces/`` of the staging until ``forget``.

Belongs here: what a piece is, and how it is known that all were read, of the same reports and by the same program. How
reports are read is in ``ingest``.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import polars as pl

from pipeline.settings import Settings
from pipeline.staging import folder, parquet, steps
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import StagingError
from pipeline.staging.steps import TABLE_NAMES, YearRead

log = logging.getLogger(__name__)

#: A year is cut into no more pieces than this: each is a further part of its tables.
MOST_PIECES = 8
_PIECE = re.compile(r"(?P<year>\d{4})_(?P<number>\d+)_of_(?P<count>\d+)")
#: Under which name the metadata of a year's plan have the rest.
_PLAN = b"ogi.plan"
_PLAN_SCHEMA = {"source_file": pl.String, "piece": pl.Int32, "part": pl.String}
_AGAIN = "run the job again (`ogi ingest` does)"


@dataclass(frozen=True, slots=True)
class _YearPlan:
    """Which of a year's reports are read in which piece; without a piece are those whose rows stay as they are."""

    year: int
    #: ``source_file``, ``piece``, and the ``part`` of the tables in which its rows are, or will be.
    reports: pl.DataFrame
    pieces: int
    #: Of the run that made the plan.
    run: str
    #: What the year's tables will be made of (``Staging.fingerprint``).
    made_of: str
    #: Which writing anew the tables will be of.
    written: str | None
    #: Reports that are read together: the same on every machine, so that each writes the same bytes.
    batch: int

    @property
    def kept(self) -> pl.DataFrame:
        """The reports whose rows stay."""
        return self.reports.filter(pl.col("piece").is_null())

    def of(self, number: int) -> pl.DataFrame:
        """The reports of a piece."""
        return self.reports.filter(pl.col("piece") == number)

    def names(self) -> list[str]:
        """The names of the pieces."""
        return [f"{self.year}_{number}_of_{self.pieces}" for number in range(self.pieces)]

    def stage(self, place: Staging) -> None:
        """Write the plan to its place."""
        said = {"pieces": self.pieces, "run": self.run, "made_of": self.made_of}
        said |= {"written": self.written, "batch": self.batch}
        parquet.write(self.reports, place.plan(self.year), {_PLAN: json.dumps(said)})


def plan(years: Iterable[int], settings: Settings, *, again: bool = True, run: str | None = None) -> list[str]:
    """Plan to read some years' reports in pieces, each of which any machine may read; the names of the pieces.

    ``again`` is as with ``ingest.read_years``. Years are not up to date from now on, until ``finish``. A plan that the
    same ``run`` made before, of the same reports, stays as it is; those of other runs are forgotten.

    Raises:
        StagingError: the catalogue is missing or damaged.
    """
    place = Staging(settings.staging)
    catalogue = parquet.read(place.catalogue)
    run = run or uuid4().hex
    known = {year: _plan_of(place, year, run) for year in place.planned_years()}
    names: list[str] = []
    for year in years:
        rows = catalogue.filter(pl.col("year") == year)
        if (made_of := place.fingerprint(year)) is None:
            continue
        of_year = known.get(year)
        if of_year is None or of_year.made_of != made_of:
            place.forget_pieces(year)
            of_year = _year_plan(place, year, rows, settings, again=again, run=run, made_of=made_of)
            of_year.stage(place)
        place.withdraw(year)
        names += of_year.names()
        log.info("%d: %d reports in %d pieces", year, len(of_year.reports) - len(of_year.kept), of_year.pieces)
    return names


def _year_plan(
    place: Staging, year: int, catalogue: pl.DataFrame, settings: Settings, *, again: bool, run: str, made_of: str
) -> _YearPlan:
    kept = place.still_right(year, catalogue)
    first = folder.next_part(place.table("dim_report", year), 0 if again else len(kept))
    anew = first == place.table("dim_report", year)
    if anew:  # rows would have to be copied, which no piece can do for the others
        kept = kept.clear()
    shared = steps.contested_files(catalogue)
    single = set(catalogue["source_file"]) - set(kept["source_file"]) - shared
    size = len(single) + len(shared)
    count = min(-(-size // settings.shard_reports), MOST_PIECES, len(single) + bool(shared))
    piece = dict.fromkeys(shared, count - 1)
    in_order = sorted(single, key=lambda name: (zlib.crc32(name.encode()), name))
    piece |= {name: turn % count for turn, name in enumerate(in_order)}
    before = 0 if anew else folder.number(first)
    rows = [(name, number, folder.part_name(year, before + number)) for name, number in sorted(piece.items())]
    reports = pl.concat(
        [
            kept.select("source_file", pl.lit(None, pl.Int32).alias("piece"), "part"),
            pl.DataFrame(rows, schema=_PLAN_SCHEMA, orient="row"),
        ]
    )
    written = run if anew else place.written().get(str(year))
    batch = steps.batch_size(size, max(count, 1), settings)
    return _YearPlan(year, reports, count, run, made_of, written, batch)


def _plan_of(place: Staging, year: int, run: str) -> _YearPlan | None:
    """The plan that a run made of a year; that of another one, or a damaged one, is forgotten."""
    try:
        plan = _staged_plan(place, year)
    except StagingError as error:
        log.warning("%s", error)
    else:
        if plan.run == run:
            return plan
    place.forget_pieces(year)
    return None


def _staged_plan(place: Staging, year: int) -> _YearPlan:
    path = place.plan(year)
    reports = parquet.read(path)
    try:
        said = json.loads(parquet.metadata(path)[_PLAN])
        return _YearPlan(year, reports, **said)
    except (KeyError, TypeError, ValueError) as error:
        raise StagingError(f"{path} is of another program: {_AGAIN}") from error


def _valid_plan(place: Staging, year: int) -> _YearPlan:
    """The plan of a year, after making sure that it is still about the same reports."""
    if not place.plan(year).exists():
        raise StagingError(f"{place.plan(year)} is missing: the plan to read {year} in pieces is gone; {_AGAIN}")
    plan = _staged_plan(place, year)
    if plan.made_of != place.fingerprint(year):
        raise StagingError(
            f"{year}: the reports that there are, or the program, changed since it was planned to read them in pieces; "
            f"{_AGAIN}, and let no other run, or worker of another version, work in {place.folder} meanwhile"
        )
    return plan


def _parsed(name: str) -> tuple[int, int, int]:
    """Year, number and count of a piece by its name."""
    match = _PIECE.fullmatch(name)
    if match is None:
        raise StagingError(f"{name} is no piece of a year")
    return int(match["year"]), int(match["number"]), int(match["count"])


def _of_plan(place: Staging, name: str) -> tuple[_YearPlan, int, pl.DataFrame, str]:
    """A piece by its name: the plan it is of, its number, its reports, and the part that it writes."""
    year, number, count = _parsed(name)
    plan = _valid_plan(place, year)
    if plan.pieces != count or not number < count:
        raise StagingError(f"{name}: {year} was planned anew since, to be read in {plan.pieces} pieces; {_AGAIN}")
    reports = plan.of(number)
    return plan, number, reports, str(reports["part"][0])


def plan_file(name: str) -> str:
    """The file that ``files`` needs, relative to the staging."""
    return f"pieces/{_parsed(name)[0]}.parquet"


def files(name: str, settings: Settings) -> list[str]:
    """The files that ``read`` reads and writes, relative to the staging; ``*`` stands for some letters.

    Raises:
        StagingError: there is no such piece.
    """
    place = Staging(settings.staging)
    year, number, _ = _parsed(name)
    part = _staged_plan(place, year).of(number)["part"].head(1).to_list()
    return [
        "catalogue.parquet",
        f"raw/{year}*.parquet",
        f"pieces/{year}.parquet",
        f"pieces/{year}-{number}.json",
        *(f"tables/{table}/{each}.parquet" for each in part for table in TABLE_NAMES),
    ]


def read(name: str, settings: Settings) -> YearRead:
    """Read a piece of a year's reports into its own part of the tables; what was read, but for the counts.

    Whoever reads it, and however often: the same files come of it. A piece that was read is not read again.

    Raises:
        StagingError: the reports changed since they were planned to be read, or something staged is missing or damaged.
        ProcessPoolError: a process was ended from outside.
    """
    place = Staging(settings.staging)
    plan, number, reports, part = _of_plan(place, name)
    if (before := _done(place, plan, number)) is not None:
        log.info("%s was read before", name)
        return before
    year = plan.year
    catalogue = parquet.read(place.catalogue).filter(pl.col("year") == year)
    shared, mine = steps.contested_files(catalogue), set(reports["source_file"])
    found = [chosen for batch in place.batches(year) if (chosen := batch.only(mine)).files]
    if missing := mine - {file for batch in found for file in batch.files}:
        raise StagingError(
            f"{place.raw(year)} lacks {len(missing)} reports of the catalogue, {min(missing)} among them; {_AGAIN}"
        )
    batches = [batch.only(mine - shared) for batch in found]
    batches = [some for batch in batches if batch.files for some in batch.cut(plan.batch)]
    contested = [chosen for batch in found if (chosen := batch.only(shared)).files]
    result = YearRead(year)
    this = steps.Plan(
        year, catalogue.filter(pl.col("source_file").is_in(mine)), part, reports.clear(), {}, contested, batches
    )
    with steps.reading([this], settings) as results:
        steps.read_part(place, this, result, results)
    result.rejected.sort()
    result.superseded.sort()
    said = {
        "run": plan.run,
        "rejected": result.rejected,
        "superseded": result.superseded,
        "tables": place.hashes(steps.part_files(place, year, part)),
    }
    parquet.write_text(json.dumps(said, ensure_ascii=False), place.piece(year, number))
    log.info("%s: %d reports read, %d rejected", name, len(mine), len(result.rejected))
    return result


def _done(place: Staging, plan: _YearPlan, number: int) -> YearRead | None:
    """What was read in a piece; None if it was not, or if what it wrote is not there as it was written."""
    try:
        said = json.loads(place.piece(plan.year, number).read_text(encoding="utf-8"))
        (part,) = set(plan.of(number)["part"])
        tables = {name: tuple(looks) for name, looks in said["tables"].items()}
        # In which order parts are written is of no matter: each is compared with what its piece said of it.
        if said["run"] != plan.run or not tables or tables != place.hashes(steps.part_files(place, plan.year, part)):
            return None
        rejected, superseded = (list(map(tuple, said[which])) for which in ("rejected", "superseded"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return YearRead(plan.year, rejected=rejected, superseded=superseded)


def finish(years: Iterable[int], settings: Settings) -> dict[int, YearRead]:
    """Make one of the pieces of each of some years, now that all were read: the years are up to date.

    Years that are so already, as after a run that was killed at its very end, stay as they are. The plans are still
    there afterwards (``forget``), so that it can be done again if it was not known that it is done.

    Raises:
        StagingError: a piece is missing, or the reports changed since they were planned to be read.
    """
    place = Staging(settings.staging)
    done = {}
    for year in years:
        if not place.plan(year).exists() and not place.stale_years([year]):
            done[year] = steps.staged_year(year, settings)
            continue
        plan = _valid_plan(place, year)
        pieces = {name: _done(place, plan, number) for number, name in enumerate(plan.names())}
        if missing := [name for name, piece in pieces.items() if piece is None]:
            raise StagingError(f"{', '.join(missing)}: not read, or what was written is damaged; {_AGAIN}")
        done[year] = _finished(place, plan, [piece for piece in pieces.values() if piece is not None])
    return done


def _finished(place: Staging, plan: _YearPlan, pieces: Sequence[YearRead]) -> YearRead:
    """Make one of the pieces of a year."""
    year, kept = plan.year, plan.kept
    catalogue = parquet.read(place.catalogue).filter(pl.col("year") == year)
    where = plan.reports.select("source_file", "part")
    if set(where["source_file"]) != set(catalogue["source_file"]):
        raise StagingError(f"{place.plan(year)} is not about the reports of the catalogue; {_AGAIN}")
    result = YearRead(year)
    steps.keep_rejected(place, kept, result)
    for piece in pieces:
        result.rejected += piece.rejected
        result.superseded += piece.superseded
    steps.set_aside(place, result)
    if kept.is_empty():
        for name in TABLE_NAMES:
            folder.forget_parts(place.table(name, year), but=set(where["part"]))
    # As the catalogue has them, so that what is staged of them can be compared.
    stay = catalogue.join(kept.select("source_file", "part"), on="source_file", how="inner")
    place.finish(year, catalogue, stay, where, plan.written)
    steps.count(place, result)
    log.info("%d: %d reports in %d pieces, %d as they were", year, len(catalogue), plan.pieces, len(kept))
    return result


def forget(years: Iterable[int], settings: Settings) -> None:
    """Remove the plans of some years, and what was noted of their pieces."""
    place = Staging(settings.staging)
    for year in years:
        place.forget_pieces(year)
