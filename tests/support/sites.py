"""Sites of the seeds, and of a larger warehouse with gaps in it; tests only read them."""

from pathlib import Path

import duckdb
import pytest

from pipeline.site.build import write
from tests.generator import series
from tests.support.workspace import SEEDS, Place

EAST = "红旗区东街街道办事处"
#: A copy of the report of 东街 in which some cells say nothing, each in another way.
GAPS = "红旗区西街街道办事处"
#: What a page of each kind is, with 红旗区东街 and 河南省.
KINDS = ("index", "agency", "issues", "places", "place", "dictionary", "downloads")


def written(place: Place, folder: Path) -> Path:
    with duckdb.connect(str(place.settings.warehouse), read_only=True) as con:
        return write(con, folder).folder


@pytest.fixture(scope="module")
def small(seeds: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the five reports that the project carries."""
    return written(seeds, tmp_path_factory.mktemp("small") / "site")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Those five, generated reports of ten agencies over seven years, and one with gaps."""
    place = Place(tmp_path_factory.mktemp("large"))
    for path in SEEDS.glob("*.txt"):
        place.put(path.name, path.read_bytes())
    for seed in range(10):
        for report in series(seed, error=(None, "carry_over", "document_stock", "jump")[seed % 4]):
            place.put(f"series/{seed}/{report.name}", report.data)
    text = next(SEEDS.glob("000_*.txt")).read_text(encoding="utf-8").replace("东街", "西街")
    for printed, instead in (
        ("规章\t0\t0\t0", "规章\t/\t\t0"),
        ("行政强制\t0\t\t\n", ""),
        ("一、本年新收政府信息公开申请数量\t\t2\t0\t0", "一、本年新收政府信息公开申请数量\t\t2\t无\t0"),
    ):
        assert printed in text
        text = text.replace(printed, instead)
    place.put("gaps.txt", text)
    place.ingest()
    return place


@pytest.fixture(scope="module")
def large(reports: Place) -> Path:
    return written(reports, reports.folder / "site")
