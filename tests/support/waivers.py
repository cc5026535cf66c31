"""A waivers.csv for a seed's report, and what it marks."""

from tests.conftest import Place

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
