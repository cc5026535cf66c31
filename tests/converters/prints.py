"""PDF files that programs print of the documents, with their truth: by LibreOffice from Word, by Chromium from a page.

    python -m tests.converters.prints OUT --count 60 --seed 7

Each document is printed with one template of ``templates`` by each printer.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import programs
from .document import documents
from .templates import TEMPLATES
from .web import page
from .word import docx

BROWSER = "chromium"
PRINTERS = ("libreoffice", "chromium")


def missing() -> str | None:
    """The commands that install what is not there, or None."""
    packages = [package for program, package in programs.DEBIAN.items() if shutil.which(program) is None]
    packages += [BROWSER] if shutil.which(BROWSER) is None else []
    packages += [] if any(programs.FONTS.glob("NotoSerifCJK*")) else ["fonts-noto-cjk"]
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}" if packages else None


def write(out: Path, seed: int, count: int) -> dict[str, dict[str, Any]]:
    """Print the documents into ``out/PRINTER/NAME.pdf``; the answer is what ``truth.json`` has, by file."""
    made = documents(seed, count)
    truths: dict[str, dict[str, Any]] = {}
    source = out / "libreoffice"
    for printer in PRINTERS:
        (out / printer).mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(made):
        template = TEMPLATES[number % len(TEMPLATES)]
        (source / f"{document.name}.docx").write_bytes(docx(document, template))
        _browse(page(document, template), out / "chromium" / f"{document.name}.pdf")
        for printer in PRINTERS:
            group = "ruled" if printer == "libreoffice" and template.name == "areas" else template.group
            kind = {"document": document.name, "printer": printer, "template": template.name, "group": group}
            kind |= {"zeros": document.look.zeros, "labels": document.look.labels}
            truths[f"{printer}/{document.name}.pdf"] = kind | document.to_json()
    programs.office([source / f"{document.name}.docx" for document in made], "pdf", "pdf", source)
    lines = (f"{json.dumps(file)}: {json.dumps(truth, ensure_ascii=False)}" for file, truth in truths.items())
    (out / "truth.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return truths


def _browse(text: str, target: Path) -> None:
    """Print a page as a browser does, with a profile of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "page.html").write_text(text, encoding="utf-8")
        subprocess.run(
            [
                "nice", "-n", "10", BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                f"--user-data-dir={scratch}/profile", f"--print-to-pdf={target}", f"{scratch}/page.html",
            ],
            check=True,
            timeout=120,
            capture_output=True,
        )  # fmt: skip


def main() -> int:
    """Parse the arguments and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.converters.prints", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    if command := missing():
        print(f"Programs are missing. Install them: {command}", file=sys.stderr)
        return 2
    truths = write(given.out, given.seed, given.count)
    print(json.dumps({"documents": given.count, "files": len(truths), "folder": str(given.out)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
