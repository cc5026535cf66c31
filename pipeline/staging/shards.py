"""A year that several machines read: its reports are cut into shards, each of which is read into a part of its own.

``plan`` decides which report is in which shard, ``read`` reads one, on any machine and however often, and ``finish``
makes the year of them once all are read. The plan and what was read in each shard are in ``shards/`` of the staging
until ``forget``.

Belongs here: what a shard is, and how it is known that all were read, of the same reports and by the same program. How
reports are read is in ``steps``.
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
from pipeline.staging import parquet, parts, steps, year_tables
from pipeline.staging.folder import Staging
from pipeline.staging.not_loaded import RejectedRow, SupersededRow
from pipeline.staging.parquet import StagingError
from pipeline.staging.steps import TABLE_NAMES, YearResult

log = logging.getLogger(__name__)

#: A year is cut into no more shards than this: each is a further part of its tables.
MOST_SHARDS = 8
_NAME = re.compile(r"(?P<year>\d{4})_(?P<number>\d+)_of_(?P<count>\d+)")
#: Metadata of a year's plan: all that is not in its rows.
_PLAN = b"ogi.plan"
_PLAN_SCHEMA = {"source_file": pl.String, "shard": pl.Int32, "part": pl.String}
_AGAIN = "run the job again (`ogi ingest` does)"


@dataclass(frozen=True, slots=True)
class _YearPlan:
    """Which of a year's reports are read in which shard; those whose rows stay as they are have no shard."""

    year: int
    #: ``source_file``, ``shard``, and the ``part`` of the tables in which its rows are, or will be.
    reports: pl.DataFrame
    #: The number of shards.
    count: int
    #: The run that made the plan.
    run: str
    #: What the year's tables will be read from (``Staging.fingerprint``).
    fingerprint: str
    #: The generation that the tables will be of.
    generation: str | None
    #: Reports that are read together: the same on every machine, so that each writes the same bytes.
    batch: int

    @property
    def kept(self) -> pl.DataFrame:
        """The reports whose rows stay."""
        return self.reports.filter(pl.col("shard").is_null())

    def shard(self, number: int) -> pl.DataFrame:
        """The reports of a shard."""
        return self.reports.filter(pl.col("shard") == number)

    def names(self) -> list[str]:
        """The names of the shards."""
        return [f"{self.year}_{number}_of_{self.count}" for number in range(self.count)]

    def write(self, staging: Staging) -> None:
        """Write the plan into the staging."""
        fields = {
            "count": self.count,
            "run": self.run,
            "fingerprint": self.fingerprint,
            "generation": self.generation,
            "batch": self.batch,
        }
        parquet.write(self.reports, staging.plan(self.year), {_PLAN: json.dumps(fields)})


# The plan


def plan(years: Iterable[int], settings: Settings, *, again: bool = True, run: str | None = None) -> list[str]:
    """Plan to read some years' reports in shards, each of which any machine may read; the names of the shards.

    ``again`` is as with ``steps.read_years``. Years are stale from now on, until ``finish``. A plan that the same
    ``run`` made before, of the same reports, stays as it is; those of other runs are removed.

    Raises:
        StagingError: the catalogue is missing or damaged.
    """
    staging = Staging(settings.staging)
    catalogue = parquet.read(staging.catalogue)
    run = run or uuid4().hex
    known = {year: _plan_of_run(staging, year, run) for year in staging.planned_years()}
    names: list[str] = []
    for year in years:
        rows = catalogue.filter(pl.col("year") == year)
        if (fingerprint := staging.fingerprint(year)) is None:
            continue
        of_year = known.get(year)
        if of_year is None or of_year.fingerprint != fingerprint:
            staging.remove_plan(year)
            of_year = _new_plan(staging, year, rows, settings, again=again, run=run, fingerprint=fingerprint)
            of_year.write(staging)
        year_tables.withdraw(staging, year)
        names += of_year.names()
        log.info("%d: %d reports in %d shards", year, len(of_year.reports) - len(of_year.kept), of_year.count)
    return names


def _new_plan(
    staging: Staging,
    year: int,
    catalogue: pl.DataFrame,
    settings: Settings,
    *,
    again: bool,
    run: str,
    fingerprint: str,
) -> _YearPlan:
    kept = year_tables.unchanged_reports(staging, year, catalogue)
    first = parts.next_part(staging.table("dim_report", year), 0 if again else len(kept))
    is_new_generation = first == staging.table("dim_report", year)
    if is_new_generation:  # rows would have to be copied, which no shard can do for the others
        kept = kept.clear()
    duplicates = steps.duplicate_files(catalogue)
    single = set(catalogue["source_file"]) - set(kept["source_file"]) - duplicates
    size = len(single) + len(duplicates)
    count = min(-(-size // settings.shard_reports), MOST_SHARDS, len(single) + bool(duplicates))
    shard_of = dict.fromkeys(duplicates, count - 1)
    in_order = sorted(single, key=lambda name: (zlib.crc32(name.encode()), name))
    shard_of |= {name: turn % count for turn, name in enumerate(in_order)}
    before = 0 if is_new_generation else parts.part_number(first)
    rows = [(name, shard, parts.part_name(year, before + shard)) for name, shard in sorted(shard_of.items())]
    reports = pl.concat(
        [
            kept.select("source_file", pl.lit(None, pl.Int32).alias("shard"), "part"),
            pl.DataFrame(rows, schema=_PLAN_SCHEMA, orient="row"),
        ]
    )
    generation = run if is_new_generation else staging.generations().get(str(year))
    batch = steps.batch_size(size, max(count, 1), settings)
    return _YearPlan(year, reports, count, run, fingerprint, generation, batch)


def _plan_of_run(staging: Staging, year: int, run: str) -> _YearPlan | None:
    """The plan that a run made of a year; that of another one, or a damaged one, is removed."""
    try:
        plan = _read_plan(staging, year)
    except StagingError as error:
        log.warning("%s", error)
    else:
        if plan.run == run:
            return plan
    staging.remove_plan(year)
    return None


def _read_plan(staging: Staging, year: int) -> _YearPlan:
    path = staging.plan(year)
    reports = parquet.read(path)
    try:
        return _YearPlan(year, reports, **json.loads(parquet.metadata(path)[_PLAN]))
    except (KeyError, TypeError, ValueError) as error:
        raise StagingError(f"{path} is of another program: {_AGAIN}") from error


def _valid_plan(staging: Staging, year: int) -> _YearPlan:
    """The plan of a year, after making sure that it is still about the same reports."""
    if not staging.plan(year).exists():
        raise StagingError(f"{staging.plan(year)} is missing: the plan to read {year} in shards is gone; {_AGAIN}")
    plan = _read_plan(staging, year)
    if plan.fingerprint != staging.fingerprint(year):
        raise StagingError(
            f"{year}: the reports that there are, or the program, changed since it was planned to read them in shards; "
            f"{_AGAIN}, and let no other run, or worker of another version, work in {staging.folder} meanwhile"
        )
    return plan


# A shard


def _parse_name(name: str) -> tuple[int, int, int]:
    """Year, number and count of a shard by its name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise StagingError(f"{name} is no shard of a year")
    return int(match["year"]), int(match["number"]), int(match["count"])


@dataclass(frozen=True, slots=True)
class _Shard:
    """A shard of a plan: its reports (``source_file``), and the part that it writes."""

    plan: _YearPlan
    number: int
    files: set[str]
    part: str


def _shard(staging: Staging, name: str) -> _Shard:
    year, number, count = _parse_name(name)
    plan = _valid_plan(staging, year)
    if plan.count != count or not number < count:
        raise StagingError(f"{name}: {year} was planned anew since, to be read in {plan.count} shards; {_AGAIN}")
    reports = plan.shard(number)
    return _Shard(plan, number, set(reports["source_file"]), str(reports["part"][0]))


def plan_file(name: str) -> str:
    """The file that ``files`` needs, relative to the staging."""
    return f"shards/{_parse_name(name)[0]}.parquet"


def files(name: str, settings: Settings) -> list[str]:
    """The files that ``read`` reads and writes, relative to the staging; ``*`` stands for some letters.

    Raises:
        StagingError: there is no such shard.
    """
    staging = Staging(settings.staging)
    year, number, _ = _parse_name(name)
    part = _read_plan(staging, year).shard(number)["part"].head(1).to_list()
    return [
        "catalogue.parquet",
        f"raw/{year}*.parquet",
        f"shards/{year}.parquet",
        f"shards/{year}-{number}.json",
        *(f"tables/{table}/{each}.parquet" for each in part for table in TABLE_NAMES),
    ]


def read(name: str, settings: Settings) -> YearResult:
    """Read a shard of a year's reports into its own part of the tables; what was read, but for the counts.

    The same files come of it on any machine and however often. A shard that was read is not read again.

    Raises:
        StagingError: the reports changed since they were planned to be read, or something staged is missing or damaged.
        ProcessPoolError: a process was ended from outside.
    """
    staging = Staging(settings.staging)
    shard = _shard(staging, name)
    year = shard.plan.year
    if (before := _result(staging, shard.plan, shard.number)) is not None:
        log.info("%s was read before", name)
        return before
    part_plan = _part_plan(staging, shard)
    result = YearResult(year)
    with steps.batch_results([part_plan], settings) as results:
        steps.write_part(staging, part_plan, result, results)
    result.rejected.sort()
    result.superseded.sort()
    fields = {
        "run": shard.plan.run,
        "rejected": result.rejected,
        "superseded": result.superseded,
        "tables": staging.hashes(steps.part_files(staging, year, shard.part)),
    }
    parquet.write_text(json.dumps(fields, ensure_ascii=False), staging.shard(year, shard.number))
    log.info("%s: %d reports read, %d rejected", name, len(shard.files), len(result.rejected))
    return result


def _part_plan(staging: Staging, shard: _Shard) -> steps.PartPlan:
    """What is to be written into the part of a shard."""
    year = shard.plan.year
    catalogue = parquet.read(staging.catalogue).filter(pl.col("year") == year)
    duplicates = steps.duplicate_files(catalogue)
    found = [chosen for batch in staging.batches(year) if (chosen := batch.only(shard.files)).files]
    if missing := shard.files - {file for batch in found for file in batch.files}:
        raise StagingError(
            f"{staging.raw(year)} lacks {len(missing)} reports of the catalogue, {min(missing)} among them; {_AGAIN}"
        )
    single = [batch.only(shard.files - duplicates) for batch in found]
    mine = catalogue.filter(pl.col("source_file").is_in(shard.files))
    return steps.PartPlan(
        year,
        mine,
        shard.part,
        kept=mine.clear(),
        copied={},
        duplicates=[chosen for batch in found if (chosen := batch.only(duplicates)).files],
        batches=[small for batch in single if batch.files for small in batch.split(shard.plan.batch)],
    )


def _result(staging: Staging, plan: _YearPlan, number: int) -> YearResult | None:
    """What was read in a shard; None if it was not, or if what it wrote is not there as it was written."""
    try:
        fields = json.loads(staging.shard(plan.year, number).read_text(encoding="utf-8"))
        (part,) = set(plan.shard(number)["part"])
        tables = {name: tuple(hashes) for name, hashes in fields["tables"].items()}
        # Parts are written in any order: each is compared with what its own shard said of it.
        written = staging.hashes(steps.part_files(staging, plan.year, part))
        if fields["run"] != plan.run or not tables or tables != written:
            return None
        return YearResult(
            plan.year,
            rejected=[RejectedRow(*row) for row in fields["rejected"]],
            superseded=[SupersededRow(*row) for row in fields["superseded"]],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


# The year


def finish(years: Iterable[int], settings: Settings) -> dict[int, YearResult]:
    """Make each of some years of its shards, now that all were read: the years are up to date.

    Years that are so already, as after a run that was killed at its very end, stay as they are. The plans are still
    there afterwards (``forget``), so that it can be done again if it was not known that it is done.

    Raises:
        StagingError: a shard is missing, or the reports changed since they were planned to be read.
    """
    staging = Staging(settings.staging)
    done = {}
    for year in years:
        if not staging.plan(year).exists() and not staging.stale_years([year]):
            done[year] = steps.staged_year(year, settings)
            continue
        plan = _valid_plan(staging, year)
        results = {name: _result(staging, plan, number) for number, name in enumerate(plan.names())}
        if missing := [name for name, result in results.items() if result is None]:
            raise StagingError(f"{', '.join(missing)}: not read, or what was written is damaged; {_AGAIN}")
        done[year] = _finish_year(staging, plan, [result for result in results.values() if result is not None])
    return done


def _finish_year(staging: Staging, plan: _YearPlan, shards: Sequence[YearResult]) -> YearResult:
    """Make a year of the results of its shards."""
    year, kept = plan.year, plan.kept
    catalogue = parquet.read(staging.catalogue).filter(pl.col("year") == year)
    where = plan.reports.select("source_file", "part")
    if set(where["source_file"]) != set(catalogue["source_file"]):
        raise StagingError(f"{staging.plan(year)} is not about the reports of the catalogue; {_AGAIN}")
    result = YearResult(year)
    steps.carry_over_rejected(staging, kept, result)
    for shard in shards:
        result.rejected += shard.rejected
        result.superseded += shard.superseded
    steps.write_not_loaded(staging, result)
    if kept.is_empty():
        for name in TABLE_NAMES:
            parts.remove_later_parts(staging.table(name, year), but=set(where["part"]))
    # With the catalogue's columns, by which what is staged of them is compared.
    stay = catalogue.join(kept.select("source_file", "part"), on="source_file", how="inner")
    year_tables.finish(staging, year, catalogue, stay, where, plan.generation)
    steps.count_rows(staging, result)
    log.info("%d: %d reports in %d shards, %d unchanged", year, len(catalogue), plan.count, len(kept))
    return result


def forget(years: Iterable[int], settings: Settings) -> None:
    """Remove the plans of some years, and what was read in their shards."""
    staging = Staging(settings.staging)
    for year in years:
        staging.remove_plan(year)
