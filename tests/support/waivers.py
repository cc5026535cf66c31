"""A waivers.csv for a seed's report, and what it marks."""

import pytest

from tests.conftest import Place
from tests.support.workspace import SeedText

HEAD = "agency,year,rule,reason,by,date\n"


OFFICE = "红旗区人民政府办公室"


KNOWN = f"{OFFICE},2025,balance,原文如此，已电话核实,王芳,2026-03-01\n"


WAIVER = "原文如此，已电话核实 (王芳, 2026-03-01)"


def marked(place: Place) -> list[tuple]:
    return place.query(
        "SELECT DISTINCT name, year, rule, waiver FROM quality_issue JOIN dim_agency USING (agency_id) WHERE waived"
    )


def used(place: Place) -> list[tuple]:
    return place.query("SELECT source_file, source_line, issues FROM quality_waiver")


@pytest.fixture
def two(place: Place, seed_text: SeedText) -> Place:
    """Two reports of two agencies and years, with issues of the same rules in both."""
    place.put("a.txt", seed_text(4).replace("(七) 总计\t1", "(七) 总计\t7"))
    place.put("b.txt", seed_text(2).replace("(七) 总计\t4", "(七) 总计\t5"))
    return place
