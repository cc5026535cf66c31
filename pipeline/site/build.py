"""The whole site: which pages there are, and in which order they are written.

Belongs here: the order of the work. What a page shows is gathered by the module of its kind.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb

from pipeline.export import about, croissant
from pipeline.export.errors import ExportError
from pipeline.export.glossary import terms
from pipeline.export.relations import relations
from pipeline.export.run_record import run_record
from pipeline.site import (
    agencies,
    charts,
    contradictions,
    dictionary,
    downloads,
    overview,
    pictures,
    provinces,
    scripts,
    words,
)
from pipeline.site.folder import SiteError, replacing
from pipeline.site.pages import Pages
from pipeline.system.remedies import remedy
from pipeline.warehouse.connection import bounded

#: Called with the number of agencies written so far, and of all.
OnProgress = Callable[[int, int], None]

_FOLDERS = ("agencies", "places", "data", "static", "pictures")
#: Vega, Vega-Lite and vega-embed in one file, with their licence.
_VEGA = "vega.js"
_LICENCE = "LICENSE-vega.txt"


@dataclass(frozen=True, slots=True)
class SiteResult:
    """The folder of a site, and the number of its pages, agencies and issues."""

    folder: Path
    pages: int
    agencies: int
    issues: int


def write(
    con: duckdb.DuckDBPyConnection, folder: Path, on_progress: OnProgress = lambda done, total: None
) -> SiteResult:
    """Write the site of a warehouse into a folder; a site that is there is replaced.

    Raises:
        SiteError: the folder holds something else, or cannot be written.
    """
    try:
        with replacing(folder) as building, bounded(con):
            return _write(con, building, folder, on_progress)
    except ExportError as error:
        raise SiteError(f"{folder}: {error}") from error
    except (OSError, duckdb.IOException) as error:
        raise SiteError(f"{folder}: the site cannot be written: {error}{remedy(error, 'another DIR')}") from error


def _write(con: duckdb.DuckDBPyConnection, building: Path, folder: Path, on_progress: OnProgress) -> SiteResult:
    for name in _FOLDERS:
        (building / name).mkdir()
    _static(building / "static")
    data, pages = building / "data", Pages(building)
    agencies.prepare(con)
    of_site = provinces.provinces(con)
    provinces.write_index(of_site, data)
    issues = contradictions.write_list(con, data)
    files = downloads.write(con, building / "downloads")
    counts, rules, figures = overview.counts(con), contradictions.rules(con), overview.figures(con)
    pictures.write(building / "pictures", figures)
    contradictions.write_rules(rules, data)
    dataset = scripts.data({"@context": "https://schema.org/", **croissant.about_dataset(run_record(con))})
    pages.write("index.html", "index.html", counts=counts, figures=figures, sums=overview.SUMS, dataset=dataset)
    pages.write("issues.html", "issues.html", rules=rules, provinces=of_site, years=_years(con), issues=issues)
    pages.write("provinces.html", "places.html", provinces=of_site, counts=counts)
    for province in of_site:
        pages.write("province.html", f"places/{province.code}.html", province=province)
    pages.write(
        "dictionary.html",
        "dictionary.html",
        relations=relations(con),
        indicators=dictionary.indicators(con),
        rules=rules,
        terms=terms(),
        unit=dictionary.unit_words,
    )
    notes = [words.Words(*note) for note in [*about.GENERAL, *about.FORMATS["csv"]]]
    pages.write("downloads.html", "downloads.html", files=files, notes=notes)
    by_name = {province.name: province for province in of_site}
    total = sum(len(province.entries) for province in of_site)
    done = 0
    for batch in agencies.batches(con):
        for agency in batch:
            province = by_name[agency.divisions[0] if agency.divisions else None]
            pages.write("agency.html", f"agencies/{agency.agency_id}.html", agency=agency, province=province)
        done += len(batch)
        on_progress(done, total)
    return SiteResult(folder, pages.written, total, issues)


def _static(folder: Path) -> None:
    """Copy the style sheet and scripts; write the drawing library and the charts."""
    for source in resources.files("pipeline.site").joinpath("static").iterdir():
        with source.open("rb") as original, (folder / source.name).open("wb") as copy:
            shutil.copyfileobj(original, copy)
    licence = (folder / _LICENCE).read_text(encoding="utf-8")
    (folder / _VEGA).write_text(f"/*\n{licence}*/\n{charts.library()}\n", encoding="utf-8")
    scripts.write(folder / "specs.js", "charts", charts.specs())


def _years(con: duckdb.DuckDBPyConnection) -> list[int]:
    return [row[0] for row in con.execute("SELECT DISTINCT year FROM site_year ORDER BY year DESC").fetchall()]
