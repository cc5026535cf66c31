"""Writing the tables of a year, so that it is stale from before the first file changes until the last one is whole.

For each report, ``tables/read_from`` has the reader's version and the report's row of the catalogue: where both are the
same the next time, its rows stay (``unchanged_reports``).

Belongs here: the year's mark while its tables are written, and which rows may stay. What is written is ``steps``'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import polars as pl

from pipeline import READER_VERSION
from pipeline.staging.folder import Staging
from pipeline.staging.parquet import read, write
from pipeline.staging.parts import part_paths
from pipeline.staging.year_mark import YearMark


def unchanged_reports(staging: Staging, year: int, catalogue: pl.DataFrame) -> pl.DataFrame:
    """The reports of a year (rows of its ``catalogue``) that would give the same rows if they were read again.

    ``part`` is the part that their rows are in.
    """
    now = _read_from(catalogue)
    mark = staging.year_mark(year)
    if mark is None or not staging.is_whole(mark):
        return now.clear().with_columns(part=pl.lit(None, pl.String))
    return now.join(read(staging.read_from(year)), on=now.columns, how="inner", nulls_equal=True)


@contextmanager
def writing(staging: Staging, year: int, catalogue: pl.DataFrame, kept: pl.DataFrame, part: str) -> Iterator[None]:
    """While a year's tables are written it is stale, and no longer so when all of them are.

    ``catalogue`` has the year's reports. Of those, ``kept`` are the ones whose rows stay, with the ``part`` that they
    are in; those of all others are in ``part``.
    """
    before = withdraw(staging, year)
    yield
    where = catalogue.select("source_file").join(kept.select("source_file", "part"), on="source_file", how="left")
    generation = uuid4().hex if part == str(year) else before
    finish(staging, year, catalogue, kept, where.with_columns(pl.col("part").fill_null(part)), generation)


def withdraw(staging: Staging, year: int) -> str | None:
    """Remove the mark of a year, which makes it stale; the generation that its tables are of."""
    mark = staging.year_mark(year)
    staging.mark(year).unlink(missing_ok=True)
    return mark.generation if mark else None


def finish(
    staging: Staging,
    year: int,
    catalogue: pl.DataFrame,
    kept: pl.DataFrame,
    where: pl.DataFrame,
    generation: str | None,
) -> None:
    """Mark a year as read, now that its tables are written.

    ``where`` has the part that the rows of each report of the ``catalogue`` are in; ``kept`` are those that were there
    before.
    """
    write(_read_from(catalogue).join(where, on="source_file", how="left"), staging.read_from(year))
    new = set(where.join(kept, on="source_file", how="anti")["part"])
    dead = {}
    for path in part_paths(staging.table("dim_report", year)):
        if path.stem not in new:
            alive = kept.filter(pl.col("part") == path.stem).select("agency_id")
            staged = pl.read_parquet(path, columns=["agency_id"])
            dead[path.stem] = staged.join(alive, on="agency_id", how="anti")["agency_id"].sort().to_list()
    tables = staging.hashes(staging.folder.glob(f"tables/*/{year}*.parquet"))
    YearMark(staging.fingerprint(year), tables, dead, generation).write(staging.mark(year))


def keep_counts(staging: Staging, year: int, counted: Mapping[str, Any]) -> None:
    """Keep what was counted in a year's tables, for as long as they stay as they are."""
    if mark := staging.year_mark(year):
        replace(mark, counted=dict(counted)).write(staging.mark(year))


def kept_counts(staging: Staging, year: int) -> dict[str, Any]:
    """What was counted in a year's tables when they were written; empty where nothing was."""
    mark = staging.year_mark(year)
    return dict(mark.counted or {}) if mark else {}


def _read_from(catalogue: pl.DataFrame) -> pl.DataFrame:
    """Of each report, the reader's version and its row of the catalogue: what its rows depend on.

    Without reports of which an agency has several in the year: what becomes of one depends on the others.
    """
    return catalogue.filter(pl.len().over("agency_id") == 1).with_columns(reader=pl.lit(READER_VERSION))
