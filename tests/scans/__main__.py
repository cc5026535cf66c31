"""What is read of scans: cells right, named, lost and wrong, and the seconds that a page takes.

    make ocr && .venv/bin/python -m tests.scans --count 3 --dots 150 200 300

Reports with known truth are printed by LibreOffice and Chromium in each template with rules, and scanned.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from pypdfium2 import PdfDocument

from tests.accuracy import figures, folder
from tests.converters import prints

from . import environment
from .pictures import Scanner, scanned

#: A better scan has more dots, less slant, less noise.
SCANNERS = {
    150: Scanner(150, aslant=2.0, noise=20, quality=50, blur=0.5),
    200: Scanner(200),
    300: Scanner(300, aslant=1.0, noise=10, quality=75, blur=0.8),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scans", description=__doc__)
    parser.add_argument("--count", type=int, default=3, help="reports; each is printed by two programs")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--dots", type=int, nargs="+", default=list(SCANNERS), choices=list(SCANNERS))
    parser.add_argument("--shown", type=int, default=0, help="show what is not right of so many reports")
    given = parser.parse_args()
    if command := environment.missing() or prints.missing():
        print(f"Something is missing. Install it: {command}", file=sys.stderr)
        return 2
    if Path(sys.prefix) != environment.ENVIRONMENT:
        command = [str(environment.PYTHON), "-m", "tests.scans", *sys.argv[1:], "--seed", str(given.seed)]
        os.execve(environment.PYTHON, command, environment.variables())
    print(f"seed {given.seed}")
    with tempfile.TemporaryDirectory() as scratch:
        printed = Path(scratch) / "printed"
        truths = prints.write(printed, given.seed, given.count)
        for dots in given.dots:
            _measure(printed, truths, SCANNERS[dots], Path(scratch) / str(dots), given.shown)
    return 0


def _measure(printed: Path, truths: dict[str, dict[str, object]], scanner: Scanner, out: Path, shown: int) -> None:
    pages = 0
    for file in truths:
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        (out / file).write_bytes(scan := scanned((printed / file).read_bytes(), scanner))
        with PdfDocument(scan) as document:
            pages += len(document)
    # That numbers are not loaded is said; so a report is clean in no other sense.
    own = {file: truth | {"clean": False} for file, truth in truths.items()}
    (out / "truth.json").write_text(json.dumps(own), encoding="utf-8")
    before = os.times()
    reads = folder.read_folder(out)
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"\n{scanner}: {pages} pages, {seconds / pages:.1f} s of computing a page")
    print(figures.table(folder.grouped(reads, "template")))
    print("\n".join(folder.shown(reads, shown)))


if __name__ == "__main__":
    sys.exit(main())
