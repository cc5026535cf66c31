"""``python -m tests.converters OUT --count 60 --seed 7``: documents, the texts that programs make of them, the truth.

``OUT/documents`` has the documents, ``OUT/CONVERTER`` the texts, ``OUT/truth.json`` for each text the truth and which
converter and group of layouts it is of. The same seed gives the same texts, as far as the programs do.
"""

import argparse
import json
import sys
from pathlib import Path

from . import programs
from .corpus import write


def main() -> int:
    """Parse the arguments and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.converters", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=1, help="processes for the Python converters")
    given = parser.parse_args()
    if command := programs.missing():
        print(f"Programs are missing. Install them: {command}", file=sys.stderr)
        return 2
    truths = write(given.out, given.seed, given.count, jobs=given.jobs)
    print(json.dumps({"documents": given.count, "texts": len(truths), "folder": str(given.out)}))
    return 0


sys.exit(main())
