"""The benchmark's command: ``python -m bench --sizes 1000 10000``."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench import measure, queries
from bench.corpus import write
from bench.measure import Taken


def main() -> int:
    """Measure each size and print a table."""
    parser = argparse.ArgumentParser(prog="bench", description="Time the pipeline over generated reports.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000], help="numbers of reports")
    parser.add_argument("--seed", type=int, default=7, help="of the corpus")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if not given")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="ogi_bench_"))
    print(f"{os.cpu_count()} cores, seed {given.seed}, {sys.version.split()[0]}\n")
    costs = {}
    try:
        for size in given.sizes:
            costs[size] = _one(size, given.seed, folder / str(size))
    finally:
        if not given.folder:
            shutil.rmtree(folder, ignore_errors=True)
    for size, cost in costs.items():
        print(
            f"{size:>9,} reports: {cost * 1e3:.3f} ms a report, {cost / costs[given.sizes[0]]:.2f} of the first size's"
        )
    return 0


def _one(size: int, seed: int, folder: Path) -> float:
    """Measure one size; seconds a report, end to end."""
    raw = write(folder / "raw", size, seed)
    megabytes = sum(path.stat().st_size for path in raw.rglob("*") if path.is_file()) / 1e6
    print(f"{size:,} reports, {megabytes:,.0f} MB")
    floor = {cores: measure.floor(raw, cores) for cores in (1, 2)}
    for cores, seconds in floor.items():
        _line(f"floor, {cores} core{'s' * (cores > 1)}", Taken(seconds), size)
    whole = measure.ingest(folder, raw)
    _line("ogi ingest, empty warehouse", whole, size, floor[2])
    for stage, seconds in measure.stages(folder / "stages", raw).items():
        _line(f"  {stage}", Taken(seconds), size)
    _line("a night without change", measure.ingest(folder, raw), size)
    measure.change(raw, max(1, size // 1000))
    _line("a night with 0.1 % changed", measure.ingest(folder, raw), size)
    measure.forget(folder, 2023)
    _line("one year read again", measure.ingest(folder, raw), size)
    for name, (cold, warm) in queries.time(folder / "ogi.duckdb").items():
        print(f"  {name:<44}{cold * 1e3:>9.1f} ms cold {warm * 1e3:>8.1f} ms warm")
    for name, size_of in queries.sizes(folder / "ogi.duckdb").items():
        print(f"  {name:<44}{size_of / size:>9,.0f} bytes a report")
    print()
    return whole.seconds / size


def _line(what: str, taken: Taken, size: int, floor: float | None = None) -> None:
    ratio = f"{taken.seconds / floor:>6.1f} × floor" if floor else ""
    memory = f"{taken.peak_mib:>7,.0f} MiB" if taken.peak_mib else ""
    print(f"  {what:<32}{taken.seconds:>9.2f} s {size / taken.seconds:>9,.0f}/s {memory} {ratio}")


if __name__ == "__main__":
    sys.exit(main())
