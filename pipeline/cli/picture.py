"""The picture of ``trace``: from a report's cells to a file that shows them on their pages.

Belongs here: what is told where there can be no picture, and which file may be replaced. Drawing is
``reader.page_picture``'s, finding the report's file ``sources.original``'s.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.cli.errors import fail
from pipeline.cli.options import load_settings
from pipeline.cli.printing import waiting
from pipeline.reader import page_picture
from pipeline.reader.document import Place
from pipeline.reader.page_picture import PictureError
from pipeline.sources import original
from pipeline.sources.original import ChangedError, MissingError
from pipeline.sources.store import StoreError
from pipeline.warehouse.query import Report

_WHERE = "give the folder that it was read from with --source, or the file itself; the setting OGI_SOURCE names it, too"
_AS_IT_WAS = (
    "its numbers may stand elsewhere now: run `ogi ingest` to read it anew, or give the file as it was with --source"
)


def write(path: Path, of: Report, cells: Iterable[dict[str, Any]], source: Path | None) -> None:
    """Write the picture of a report's cells.

    Raises:
        CommandError: there can be none, or it cannot be written; the message says why and what to do.
    """
    places = [Place(*(cell[name] for name in Place._fields)) for cell in cells if cell["page"] is not None]
    if of.format not in page_picture.FORMATS:
        fail(f"{of.source_file}: pictures are of PDF files alone, and this one is read as {of.format or 'text'}")
    if not places:
        fail(f"{of.source_file}: none of these cells is printed in the report; there is nothing to mark")
    settings = load_settings()
    try:
        with waiting("drawing"):
            _check_target(path)
            pdf = original.read(source or settings.source, of.source_file, of.source_sha256, settings)
            _replace(path, page_picture.draw(pdf, places))
    except MissingError as error:
        fail(f"{error}; {_WHERE}")
    except ChangedError as error:
        fail(f"{error}; {_AS_IT_WAS}")
    except (PictureError, StoreError) as error:
        fail(error)
    except OSError as error:
        fail(f"{path}: the picture cannot be written: {error.strerror or error}")


def _check_target(path: Path) -> None:
    """Leave alone what is no picture of this program."""
    if os.path.lexists(path) and not (path.is_file() and page_picture.is_ours(path)):
        fail(f"{path} is there already, and is no picture of this command; give another name, or remove it")


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_bytes(data)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
