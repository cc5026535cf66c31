"""Converts files with Python libraries: ``ENVIRONMENT/bin/python tests/converters/tools CONVERTER… < jobs``.

Runs in the environment of ``requirements.lock``, apart from the program's, and imports nothing of the project. Each
line of standard input is a job: converter, source file, target file, with tabs between. ``--list`` prints the names.
"""

import sys
from pathlib import Path

import from_docx
import from_html
import from_pdf
import to_docx

CONVERTERS = from_docx.CONVERTERS | from_html.CONVERTERS | from_pdf.CONVERTERS


def main() -> None:
    """Do the jobs in order."""
    if "--list" in sys.argv:
        print("\n".join([*CONVERTERS, *to_docx.WRITERS]))
        return
    for line in sys.stdin:
        name, source, target = line.rstrip("\n").split("\t")
        if name in to_docx.WRITERS:
            to_docx.WRITERS[name](Path(source), Path(target))
            continue
        text = CONVERTERS[name](Path(source))
        Path(target).write_text(text, encoding="utf-8", newline="")


main()
