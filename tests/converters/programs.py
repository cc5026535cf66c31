"""The programs that convert documents: which there are, what they read, and how to install what is missing.

``soffice`` and ``pdftotext`` come from Debian. The Python libraries are called as jobs of one process in their own
environment (``tools/``). A new converter is a line in ``CONVERTERS`` and, if it is a library, a function in ``tools/``.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / "build" / "converters"
TOOLS = Path(__file__).parent / "tools"
DEBIAN = {"soffice": "libreoffice-writer", "pdftotext": "poppler-utils"}
FONTS = Path("/usr/share/fonts/opentype/noto")
#: What else runs on the machine goes first.
_NICE = ("nice", "-n", "10")
_OFFICE_FILTERS = {"pdf": "pdf", "html": "html", "txt": "txt:Text (encoded):UTF8"}


@dataclass(frozen=True)
class Converter:
    """One way from a document to a text.

    ``kind`` says what is left of the table: "cells" (each cell has its place), "aligned" (blanks keep the columns),
    "flat" (a row's numbers in order, no places), "plain" (pdftotext's reading order, labels and numbers apart).
    """

    name: str
    source: str
    kind: str
    suffix: str = ".txt"


CONVERTERS = (
    Converter("soffice_html", "html", "cells", ".html"),
    Converter("soffice_txt", "txt", "cells"),
    Converter("pdftotext_plain", "pdf", "plain"),
    Converter("pdftotext_raw", "pdf", "flat"),
    Converter("pdftotext_layout", "pdf", "aligned"),
    Converter("docx_tabs", "docx", "cells"),
    Converter("docx_tabs_repeated", "docx", "cells"),
    Converter("docx_pipes", "docx", "cells", ".md"),
    Converter("docx_pandas_markdown", "docx", "cells", ".md"),
    Converter("docx_pandas_markdown_head", "docx", "cells", ".md"),
    Converter("docx_pandas_csv", "docx", "cells"),
    Converter("docx_pandas_string", "docx", "aligned"),
    Converter("bs4_newline", "html", "cells"),
    Converter("bs4_stripped", "html", "flat"),
    Converter("bs4_tab", "html", "cells"),
    Converter("bs4_empty", "html", "cells"),
    Converter("read_html_tabs", "html", "cells"),
    Converter("read_html_markdown", "html", "cells", ".md"),
    Converter("read_html_string", "html", "cells"),
    Converter("pdfplumber_text", "pdf", "flat"),
    Converter("pdfplumber_layout", "pdf", "aligned"),
    Converter("pdfplumber_tabs", "pdf", "cells"),
    Converter("pdfplumber_pipes", "pdf", "cells", ".md"),
    Converter("pdfplumber_pandas", "pdf", "aligned"),
    Converter("pypdf_plain", "pdf", "flat"),
    Converter("pypdf_layout", "pdf", "aligned"),
    Converter("pymupdf_text", "pdf", "flat"),
    Converter("pymupdf_sorted", "pdf", "flat"),
    Converter("pymupdf_blocks", "pdf", "flat"),
    Converter("pymupdf_tables", "pdf", "cells", ".md"),
)
GROUPS = ("together", "aligned_blank", "plain", "unplaced")


def group(converter: Converter, zeros: str) -> str:
    """Which bar holds for a text: ``zeros`` is "printed", "mark" or "blank".

    Where zeros are blank and the text keeps no places, nobody can tell which cell a number is of: "unplaced".
    """
    if converter.kind == "cells":
        return "together"
    if zeros != "blank":
        return "plain" if converter.kind == "plain" else "together"
    return "aligned_blank" if converter.kind == "aligned" else "unplaced"


def missing() -> str | None:
    """The commands that install what is not there, or None."""
    packages = [package for program, package in DEBIAN.items() if shutil.which(program) is None]
    if not any(FONTS.glob("NotoSerifCJK*")):
        packages.append("fonts-noto-cjk")
    commands = [f"apt-get install -y --no-install-recommends {' '.join(packages)}"] if packages else []
    if not (ENVIRONMENT / "ready").exists():
        commands.append("make converters")
    return " && ".join(commands) or None


def convert(folder: Path, names: Iterable[str], out: Path, *, jobs: int = 1) -> list[tuple[str, Converter, Path]]:
    """Convert ``folder/NAME.docx`` by every converter into ``out/CONVERTER/NAME.SUFFIX``; which files there are now."""
    names = list(names)
    for kind in _OFFICE_FILTERS:
        _office(folder, names, kind)
    made = []
    work = []
    for converter in CONVERTERS:
        (out / converter.name).mkdir(parents=True, exist_ok=True)
        for name in names:
            source = folder / f"{name}.{converter.source}"
            target = out / converter.name / f"{name}{converter.suffix}"
            made.append((name, converter, target))
            if converter.name.startswith("soffice_"):
                shutil.copyfile(source, target)
            elif converter.name.startswith("pdftotext_"):
                mode = converter.name.removeprefix("pdftotext_")
                options = [] if mode == "plain" else [f"-{mode}"]
                subprocess.run([*_NICE, "pdftotext", *options, str(source), str(target)], check=True, timeout=60)
            else:
                work.append(f"{converter.name}\t{source}\t{target}\n")
    _tools(work, jobs)
    return made


def _office(folder: Path, names: list[str], kind: str) -> None:
    office([folder / f"{name}.docx" for name in names], kind, _OFFICE_FILTERS[kind], folder)


def office(sources: Sequence[Path], kind: str, into: str, out: Path, read_as: str | None = None) -> list[Path]:
    """What LibreOffice writes of documents into a folder: ``kind`` is the suffix, ``into`` its filter.

    All in one call, with a profile of its own, so that no other LibreOffice is asked or disturbed.
    """
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                *_NICE, "soffice", f"-env:UserInstallation=file://{profile}", "--headless",
                *([f"--infilter={read_as}"] if read_as else []), "--convert-to", into, "--outdir", str(out),
                *map(str, sources),
            ],
            check=True,
            timeout=900,
            capture_output=True,
        )  # fmt: skip
    made = [out / f"{source.stem}.{kind}" for source in sources]
    lost = [file.name for file in made if not file.exists()]
    if lost:
        raise RuntimeError(f"LibreOffice made no {', '.join(lost)}")
    return made


def tools(jobs: Iterable[tuple[str, Path, Path]]) -> None:
    """Do jobs in the converters' environment: the name of a converter or writer, its source, its target."""
    _tools([f"{name}\t{source}\t{target}\n" for name, source, target in jobs], 1)


def _tools(work: list[str], jobs: int) -> None:
    """The Python converters: ``jobs`` processes, each with its share of the work."""
    python = ENVIRONMENT / "bin" / "python"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    started = []
    for number in range(jobs):
        process = subprocess.Popen(
            [*_NICE, str(python), str(TOOLS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        started.append((process, "".join(work[number::jobs])))
    for process, lines in started:
        assert process.stdin is not None
        process.stdin.write(lines)
        process.stdin.close()
    codes = [process.wait() for process, _ in started]
    if any(codes):
        raise RuntimeError("a Python converter failed; its traceback is above")
