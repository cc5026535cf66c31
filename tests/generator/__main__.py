"""Writes a corpus to a folder: `python -m tests.generator DIR --count 2000 --seed 7`.

The reports go into one sub-folder a layout (neither folder nor name tells the agency or year), beside them
`truth.jsonl` with one line a report: its file and its truth.
"""

import argparse
import json
from pathlib import Path

from . import LAYOUTS, SLIPS, corpus, generate, slipped


def main() -> None:
    """Parse the arguments and write the files."""
    parser = argparse.ArgumentParser(prog="python -m tests.generator", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--noise", type=float, default=1.0)
    parser.add_argument("--layout", choices=LAYOUTS, help="only this layout")
    parser.add_argument("--slip", choices=SLIPS, help="only this slip")
    parser.add_argument("--slips", type=float, default=0.0, help="the share of reports with a slip")
    parser.add_argument("--show", action="store_true", help="print one report of the seed instead")
    options = parser.parse_args()
    if options.show:
        report = generate(options.seed, options.layout, noise=options.noise, slip=options.slip)
        print(report.name, report.encoding, report.truth.agency, report.truth.year, report.truth.form)
        codec = "utf-16" if report.encoding.startswith("utf-16") else report.encoding
        print(report.data.decode(codec))
        return
    mix = {options.layout: 1.0} if options.layout else None
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "truth.jsonl").open("w", encoding="utf-8") as truths:
        reports = corpus(options.seed, options.count, mix, noise=options.noise, slips=options.slips)
        if options.slip:
            reports = slipped([options.slip], options.seed, options.count)
        for report in reports:
            file = Path(report.layout) / report.name
            (options.folder / file).parent.mkdir(exist_ok=True)
            (options.folder / file).write_bytes(report.data)
            line = {"file": file.as_posix(), "layout": report.layout, "encoding": report.encoding, "slip": report.slip}
            line |= report.truth.to_json() | {"error": report.error}
            truths.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
