"""The parts of a year's files: ``YEAR.parquet``, then ``YEAR-1.parquet`` and so on, one for each run that added rows.

A run appends a part instead of writing the year again. Rows of reports that changed since stay in their old part, which
is never rewritten; the agencies whose rows there are superseded are listed in the year's mark (``year_mark``). When
there are many parts, or too few of their rows are live, everything goes into a new first part: a new generation.

Belongs here: how parts are called, when a new generation is due, and the live rows of one part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.staging.parquet import opened, row_count

#: Rows of a part that are held in memory at a time.
_ROWS = 2**16
#: With this many parts, or with a smaller share of live rows than this, a year starts a new generation.
MOST_PARTS, LEAST_ALIVE = 16, 0.8


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a table, and the agencies whose rows in it are superseded."""

    path: Path
    dead: list[str]

    def count(self) -> int:
        """The number of live rows."""
        return row_count(self.path) if not self.dead else int(self.lazy().select(pl.len()).collect().item())

    def lazy(self) -> pl.LazyFrame:
        """The live rows."""
        rows = pl.scan_parquet(self.path)
        return rows.filter(~pl.col("agency_id").is_in(self.dead)) if self.dead else rows

    def frames(self, reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The rows of those ``reports`` that have theirs in this part, some at a time."""
        here = reports.filter(pl.col("part") == self.path.stem).select("agency_id")
        with opened(self.path) as file:
            for rows in file.iter_batches(batch_size=_ROWS):
                frame = pl.from_arrow(rows)
                assert isinstance(frame, pl.DataFrame)
                yield frame.join(here, on="agency_id", how="semi")


def part_paths(first: Path) -> list[Path]:
    """The parts that exist of a year's file, oldest first; ``first`` is the path of the first one."""
    later = first.parent.glob(f"{first.stem}-*.parquet")
    return [path for path in (first, *sorted(later, key=part_number)) if path.exists()]


def part_number(path: Path) -> int:
    """The number of a part; the first one has none in its name, and is 0."""
    return int(path.stem.partition("-")[2] or 0)


def part_name(year: int, number: int) -> str:
    """The name of a part, without the ending; the same in each table."""
    return f"{year}-{number}" if number else str(year)


def next_part(first: Path, kept: int) -> Path:
    """The part that further rows of a year go to; the first one if a new generation is due.

    A new generation is due where no report is ``kept``, where there are many parts, or few of their rows are live.
    """
    if not kept:
        return first
    existing = part_paths(first)
    rows = sum(row_count(path) for path in existing)
    if len(existing) >= MOST_PARTS or kept < LEAST_ALIVE * rows:
        return first
    return first.with_name(f"{first.stem}-{part_number(existing[-1]) + 1}.parquet")


def remove_later_parts(first: Path, but: Collection[str] = ()) -> None:
    """Remove the parts of the last generation: all but the first, and but those named, which are of the new one."""
    for path in part_paths(first):
        if path != first and path.stem not in but:
            path.unlink()
