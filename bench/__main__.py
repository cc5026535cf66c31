"""The benchmark's command: ``python -m bench --sizes 1000 10000``."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from bench import documents, measure, queries
from bench.corpus import FILES, MIXES, write
from bench.measure import Measurement


def main() -> int:
    """Measure each size and print a table."""
    parser = argparse.ArgumentParser(prog="bench", description="Time the pipeline over generated reports.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000], help="numbers of reports")
    parser.add_argument("--seed", type=int, default=7, help="seed of the corpus")
    parser.add_argument("--mixes", nargs="+", choices=MIXES, default=list(MIXES), help="of layouts, a row each")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if not given")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="ogi_bench_"))
    print(f"{os.cpu_count()} cores, seed {given.seed}, {sys.version.split()[0]}\n")
    costs: dict[str, dict[int, float]] = {mix: {} for mix in given.mixes}
    try:
        for size in given.sizes:
            for mix in given.mixes:
                costs[mix][size] = _measure_size(size, given.seed, mix, folder / f"{mix}_{size}")
    finally:
        if not given.folder:
            shutil.rmtree(folder, ignore_errors=True)
    print("documents, one core")
    for name, count, seconds in documents.costs():
        print(f"  {f'{name}, {count} reports':<34}{seconds * 1e3:>9.1f} ms a report")
    for mix, of_sizes in costs.items():
        for size, cost in of_sizes.items():
            of_first = cost / of_sizes[given.sizes[0]]
            print(f"{size:>9,} {mix}: {cost * 1e3:.3f} ms a report, {of_first:.2f} of the first size's")
    return 0


def _measure_size(size: int, seed: int, mix: str, folder: Path) -> float:
    """Measure one size of a mix; seconds a report, end to end on two cores. Nights and queries only with the first."""
    raw = write(folder / "raw", size, seed, mix)
    megabytes = sum(path.stat().st_size for path in raw.rglob("*") if path.is_file()) / 1e6
    print(f"{size:,} reports, mix of {mix}, {megabytes:,.0f} MB")
    for cores in (1, 2):
        floor = measure.floor(raw, cores)
        print(f"  {f'floor, {cores} core(s)':<34}{floor:>9.2f} s {size / floor:>9,.0f}/s")
        for path in folder.glob("[!r.]*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        whole = measure.ingest(folder, raw, cores)
        _print_run(f"ogi ingest, empty, {cores} core(s)", whole, size)
        print(f"  {'':<34}{whole.seconds / floor:>9.1f} × floor")
    if mix == FILES:
        _measure_nights(folder, raw, size)
    print(flush=True)
    return whole.seconds / size


def _measure_nights(folder: Path, raw: Path, size: int) -> None:
    """Measure what follows upon the first run: nights, queries, and how large the file is."""
    _print_run("a night without change", measure.ingest(folder, raw))
    measure.change(raw, max(1, size // 1000))
    _print_run("a night with 0.1 % changed", measure.ingest(folder, raw))
    measure.forget(folder, 2023)
    _print_run("one year read again", measure.ingest(folder, raw))
    for name, (cold, warm) in queries.time(folder / "ogi.duckdb").items():
        print(f"  {name:<44}{cold * 1e3:>9.1f} ms cold {warm * 1e3:>8.1f} ms warm")
    for name, size_of in queries.sizes(folder / "ogi.duckdb").items():
        print(f"  {name:<44}{size_of / size:>9,.0f} bytes a report")


def _print_run(what: str, run: Measurement, size: int = 0) -> None:
    """A run in two lines: as a whole, and by step."""
    rate = f"{size / run.seconds:>9,.0f}/s" if size else f"{run.work:>9.2f} s of work"
    print(f"  {what:<34}{run.seconds:>9.2f} s {rate} {run.peak_mib:>7,.0f} MiB")
    print("    " + ", ".join(f"{step} {seconds:.2f} s" for step, seconds in run.steps.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
