"""Reads folders into warehouses of their own: ``python ingest_folders.py FOLDER…``, each with its reports in ``raw``.

A script, run with the checkout on PYTHONPATH whose pipeline shall read; the tests' own three steps, without Dagster.
"""

import sys
from pathlib import Path

try:
    from tests.support.workspace import Place
except ImportError:  # checkouts of before issue 17
    from tests.conftest import Place  # type: ignore[attr-defined,no-redef]

if __name__ == "__main__":
    sys.path.pop(0)  # this script's folder, whose modules must not be taken for others
    for name in sys.argv[1:]:
        Place(Path(name)).ingest()
