"""Where the nightly run keeps its pages: a file a run, below the Dagster home.

Belongs here: paths, light to import for whoever only names a page. What is on one is ``site.run_page``'s.
"""

from pathlib import Path

_FOLDER = "run_pages"


def page_of(home: Path, run_id: str) -> Path:
    """Where the nightly run keeps the page of a run, below the Dagster home."""
    return home / _FOLDER / f"{run_id}.html"


def latest_page(home: Path) -> Path | None:
    """The page that was written last below a Dagster home; None where there is none."""
    pages = (home / _FOLDER).glob("*.html")
    return max(pages, key=lambda page: page.stat().st_mtime_ns, default=None)


def remove_old(home: Path, before: float) -> int:
    """Remove pages below a Dagster home that were written before a moment (seconds since 1970); how many."""
    old = [page for page in (home / _FOLDER).glob("*.html") if page.stat().st_mtime < before]
    for page in old:
        page.unlink(missing_ok=True)
    return len(old)
