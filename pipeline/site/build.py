"""The whole site from a warehouse: which pages there are, in which order they are written.

Belongs here: the order of the work. What a page shows is said in the module that gathers it.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb

from pipeline.export import about
from pipeline.export.errors import ExportError
from pipeline.export.glossary import terms
from pipeline.export.relations import relations
from pipeline.site import agencies, charts, contradictions, dictionary, downloads, overview, provinces, scripts, words
from pipeline.site.folder import SiteError, replacing
from pipeline.site.pages import Pages
from pipeline.system.remedies import remedy
from pipeline.warehouse.connection import bounded

#: What is told of how far the work is: agencies written, of all.
Told = Callable[[int, int], None]

_FOLDERS = ("agencies", "places", "data", "static")
#: Vega, Vega-Lite and vega-embed in one file, with whom they are by.
_VEGA = "vega.js"
_LICENCE = "LICENSE-vega.txt"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    folder: Path
    pages: int
    agencies: int
    issues: int


def write(con: duckdb.DuckDBPyConnection, folder: Path, told: Told = lambda done, total: None) -> Written:
    """Write the site of a warehouse into a folder, in the place of the one that is there.

    Raises:
        SiteError: the folder holds something else, or cannot be written.
    """
    try:
        with replacing(folder) as building, bounded(con):
            return _write(con, building, folder, told)
    except ExportError as error:
        raise SiteError(f"{folder}: {error}") from error
    except (OSError, duckdb.IOException) as error:
        raise SiteError(f"{folder}: the site cannot be written: {error}{remedy(error, 'another DIR')}") from error


def _write(con: duckdb.DuckDBPyConnection, building: Path, folder: Path, told: Told) -> Written:
    for name in _FOLDERS:
        (building / name).mkdir()
    _static(building / "static")
    data, pages = building / "data", Pages(building)
    agencies.prepare(con)
    found = provinces.provinces(con)
    provinces.write_index(found, data)
    issues = contradictions.write_list(con, data)
    files = downloads.write(con, building / "downloads")
    counts, rules = overview.counts(con), contradictions.rules(con)
    pages.write("index.html", "index.html", counts=counts, figures=overview.figures(con), sums=overview.SUMS)
    pages.write("issues.html", "issues.html", rules=rules, provinces=found, years=_years(con), issues=issues)
    pages.write("places.html", "places.html", provinces=found, counts=counts)
    for province in found:
        pages.write("place.html", f"places/{province.code}.html", province=province)
    pages.write(
        "dictionary.html",
        "dictionary.html",
        relations=relations(con),
        indicators=dictionary.indicators(con),
        rules=rules,
        terms=terms(),
    )
    notes = [words.Words(*note) for note in [*about.GENERAL, *about.FORMATS["csv"]]]
    pages.write("downloads.html", "downloads.html", files=files, notes=notes)
    of_province = {province.name: province for province in found}
    total = sum(len(province.entries) for province in found)
    done = 0
    for batch in agencies.batches(con):
        for agency in batch:
            province = of_province[agency.places[0] if agency.places else None]
            pages.write("agency.html", f"agencies/{agency.agency_id}.html", agency=agency, province=province)
        done += len(batch)
        told(done, total)
    return Written(folder, pages.written, total, issues)


def _static(folder: Path) -> None:
    """Style sheet and scripts as they are, the drawing library and the charts."""
    for source in resources.files("pipeline.site").joinpath("static").iterdir():
        with source.open("rb") as read, (folder / source.name).open("wb") as write_to:
            shutil.copyfileobj(read, write_to)
    licence = (folder / _LICENCE).read_text(encoding="utf-8")
    (folder / _VEGA).write_text(f"/*\n{licence}*/\n{charts.library()}\n", encoding="utf-8")
    scripts.write(folder / "specs.js", "charts", charts.specs())


def _years(con: duckdb.DuckDBPyConnection) -> list[int]:
    return [row[0] for row in con.execute("SELECT DISTINCT year FROM site_year ORDER BY year DESC").fetchall()]
