"""Writes the made-up reports that docs/how-to/queries.md asks: `python -m tests.generator.example DIR`.

The places are real, the reports and every number in them invented. Eight districts of six provinces with nine agencies
each and four departments of cities, from 2020 to 2025, and five agencies with one report; some reports are missing,
some contradict themselves, one cannot be read, one is there twice, and beside them lie a register and waivers. The
same bytes every time.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from . import Report, generate, series
from .names import PLACES, Agency

YEARS = range(2020, 2026)
_DISTRICTS = ("洪泽区", "吴中区", "红旗区", "西工区", "海曙区", "岳麓区", "荣昌区", "渝北区")
_OF_DISTRICTS = ("教育局", "民政局", "财政局", "自然资源局", "住房和城乡建设局", "市场监督管理局")
_OF_CITIES = ("淮安市自然资源局", "苏州市教育局", "新乡市民政局", "宁波市财政局")
#: What every district's government says of its report.
_SUMMED = "本报告数据为全区各部门、各街道汇总。\n"
#: Agencies in whose series a rule across years is broken, by how their names end.
_BROKEN = {
    "洪泽区教育局": "carry_over",
    "吴中区财政局": "carry_over",
    "岳麓区自然资源局": "carry_over",
    "红旗区民政局": "document_stock",
    "渝北区教育局": "document_stock",
    "海曙区市场监督管理局": "jump",
}
#: Agencies with a single report, whose text or sums are wrong.
_SINGLE: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("西工区统计局", 2025, {"narrative_error": "received"}),
    ("海曙区商务局", 2025, {"narrative_error": "reconsideration"}),
    ("荣昌区审计局", 2024, {"error": "balance"}),
    ("岳麓区水利局", 2025, {"error": "review_total"}),
    ("红旗区统计局", 2024, {"error": "applicant_total"}),
)
_MISSING = (("洪泽区民政局", 2022), ("吴中区教育局", 2023), ("吴中区教育局", 2024), ("荣昌区财政局", 2021))
_WITHOUT_TABLES = ("渝北区财政局", 2025)
_TWICE = ("渝北区民政局", 2025)
#: Agencies whose cells are left blank as often as in real reports.
_BLANK = ("自然资源局", "街道办事处")

REGISTER = "name,region_code,first_year,last_year\n重庆市荣昌区医疗保障局,500153,2024,2025\n"
WAIVERS = """agency,year,rule,reason,by,date
洪泽区教育局,2023,carry_over,已向该局核实：2024年上年结转含重新受理的申请,复核组,2026-03-02
洪泽区教育局,2024,carry_over,已向该局核实：2024年上年结转含重新受理的申请,复核组,2026-03-02
西工区统计局,2024,narrative_received,该局来函更正,复核组,2026-03-05
"""


def agencies() -> Iterator[Agency]:
    """The agencies with a report every year: those of the districts, then those of the cities."""
    for _, _, district, printed in PLACES:
        if district in _DISTRICTS:
            for organ in _OF_DISTRICTS:
                yield Agency(printed + organ, "我局", printed, "区")
            yield Agency(f"{printed}新华街道办事处", "街道", printed, "区")
            yield Agency(f"{printed}太平镇人民政府", "我镇", printed, "区")
            yield Agency(f"{printed}人民政府", "我区", printed, "区")
    for name in _OF_CITIES:
        yield Agency(name, "我局", name[:3], "市")


def reports() -> Iterator[tuple[str, Report]]:
    """All reports with the folder that each lies in."""
    for number, agency in enumerate(agencies()):
        for report in _years(8_000 + number, agency):
            key = next((place for place in (*_MISSING, _WITHOUT_TABLES, _TWICE) if _is(report, *place)), None)
            if key == _WITHOUT_TABLES:
                yield "reports", _without_tables(report)
            elif key not in _MISSING:
                yield "reports", report
                if key == _TWICE:
                    yield "again", report
    for number, (name, year, wrong) in enumerate(_SINGLE):
        yield "reports", generate(9_000 + number, "tabs", size="small", agency=name, year=year, **wrong)  # type: ignore[arg-type]


def _years(seed: int, agency: Agency) -> list[Report]:
    """The reports of an agency from year to year."""
    if agency.self_name == "我区":
        return [_of_the_area(report) for report in series(seed, YEARS, "tabs", agency=agency, noise=0.0)]
    error = next((rule for name, rule in _BROKEN.items() if agency.name.endswith(name)), None)
    return series(seed, YEARS, agency=agency, error=error, blanks=None if agency.name.endswith(_BLANK) else 0.0)


def _is(report: Report, name: str, year: int) -> bool:
    return report.truth.agency.endswith(name) and report.truth.year == year


def _of_the_area(report: Report) -> Report:
    """The same report with a sentence that says that it adds up the area."""
    return replace(report, data=report.data.replace("一、总体情况".encode(), f"{_SUMMED}一、总体情况".encode(), 1))


def _without_tables(report: Report) -> Report:
    """A report whose tables were pictures."""
    text = f"{report.truth.agency}{report.truth.year}年政府信息公开工作年度报告\n一、总体情况\n有关数据见附件图片。\n"
    return replace(report, data=text.encode())


def main() -> None:
    """Parse the arguments and write the files."""
    parser = argparse.ArgumentParser(prog="python -m tests.generator.example", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    write(parser.parse_args().folder)


def write(folder: Path) -> None:
    """Write all files under a folder."""
    for name, report in reports():
        path = folder / name / report.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report.data)
    (folder / "agencies.csv").write_text(REGISTER, encoding="utf-8")
    (folder / "waivers.csv").write_text(WAIVERS, encoding="utf-8")


if __name__ == "__main__":
    main()
