"""What the first page shows: counts of the warehouse, and five charts with their numbers.

Each sum comes with the number of reports in it. It leaves out reports that do not state the number, and those that add
up a whole area (``dim_report.scope`` is ``region``), whose agencies report themselves.

Belongs here: SELECTs over the whole warehouse, and their rows as figures. Drawing is ``charts``'s.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.site import corrections, words
from pipeline.site.figure import SUMMED, YEAR, Figure, FigureColumn, FigureNumber, FigureRow, every_year
from pipeline.site.words import Words
from pipeline.warehouse.provenance import LATEST_RUN


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of the warehouse; ``run`` is the start, code version and number of files of the run that published it.

    ``errors`` and ``warnings`` are discrepancies, ``flagged`` the reports with one, ``cells`` where they are marked.
    """

    reports: int
    agencies: int
    first_year: int | None
    last_year: int | None
    numbers: int
    region_reports: int
    flagged: int
    errors: int
    warnings: int
    cells: int
    rejected: int
    run: tuple[Any, ...] | None


#: Stands once above the charts.
SUMS = Words(
    "各图的合计只含载明该数的报告，份数写在表中数字之后；全区域汇总的报告不计入，以免所属机关重复计算。",
    "The sums of the charts hold the reports that state the number; the tables say behind each how many. Reports that "
    "add up a whole area are left out, or their bodies would count twice.",
)


def counts(con: duckdb.DuckDBPyConnection) -> Counts:
    """The numbers at the head of the page."""
    [(reports, agencies, first, last, numbers, of_regions, rejected)] = con.execute(
        f"""
        SELECT count(*) AS reports, count(DISTINCT agency_id) AS agencies, min(year) AS first_year,
            max(year) AS last_year,
            (SELECT coalesce(sum(digits_used), 0)::BIGINT FROM dim_report) AS numbers,
            count(*) FILTER (NOT ({SUMMED})) AS region_reports, (SELECT count(*) FROM rejected_report) AS rejected
        FROM site_year
        """
    ).fetchall()
    [(flagged, errors, warnings, cells)] = con.execute(
        """
        SELECT count(DISTINCT (agency_id, year)), count(DISTINCT discrepancy) FILTER (severity = 'error'),
            count(DISTINCT discrepancy) FILTER (severity = 'warning'), count(*)
        FROM site_issue WHERE severity IN ('error', 'warning') AND NOT waived
        """
    ).fetchall()
    run = con.execute(f"SELECT started_at, code_version, files_seen FROM {LATEST_RUN}").fetchone()
    return Counts(reports, agencies, first, last, numbers, of_regions, flagged, errors, warnings, cells, rejected, run)


def figures(con: duckdb.DuckDBPyConnection) -> list[Figure]:
    """The charts of the page, without empty ones."""
    drawn = [_received(con), _results(con), corrections.figure(con), _reasons(con), _coverage(con)]
    return [figure for figure in drawn if figure.rows]


def _by_year(con: duckdb.DuckDBPyConnection, names: list[str]) -> list[tuple[int, list[FigureNumber]]]:
    """Sums of columns of agency_year by year, each with the number of reports that state it."""
    sums = ", ".join(f"sum({name}) FILTER ({SUMMED}), count({name}) FILTER ({SUMMED})" for name in names)
    rows = con.execute(f"SELECT year, {sums} FROM site_year GROUP BY year ORDER BY year").fetchall()
    by_year = {
        row[0]: [_figure_number(value, stated) for value, stated in zip(row[1::2], row[2::2], strict=True)]
        for row in rows
    }
    return every_year(by_year, [FigureNumber(None)] * len(names))


def _figure_number(value: Any, reports: int) -> FigureNumber:
    return FigureNumber(None if value is None else int(value), reports)


def _received(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = _by_year(con, ["new_received", "natural_person_received", "processed"])
    return Figure(
        code="received",
        title=Words("各年新收申请", "Applications received by year"),
        note=None,
        summary=_series("新收政府信息公开申请", "Applications received", [(year, n[0]) for year, n in rows]),
        row_heading=YEAR,
        columns=[
            FigureColumn(Words("本年新收", "received")),
            FigureColumn(Words("其中自然人", "by natural persons"), drawn=False),
            FigureColumn(Words("本年办结", "processed"), drawn=False),
        ],
        rows=[FigureRow(Words(f"{year}", ""), numbers) for year, numbers in rows],
    )


def _series(zh: str, en: str, rows: list[tuple[int, FigureNumber]]) -> Words:
    """Every year's number in a sentence: the text alternative of the drawing."""
    some = [(year, n.value) for year, n in rows if n.value is not None]
    return Words(
        f"{zh}：" + "，".join(f"{year} 年 {value:,} 件" for year, value in some) + "。",
        f"{en}: " + ", ".join(f"{value:,} in {year}" for year, value in some) + ".",
    )


def _results(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = _by_year(con, list(words.OUTCOMES))
    summary = Words("", "")
    if rows:
        year, numbers = rows[-1]
        named = [(label, n.value) for label, n in zip(words.OUTCOMES.values(), numbers, strict=True) if n.value]
        summary = Words(
            f"{year} 年：" + "，".join(f"{label.zh} {value:,} 件" for label, value in named) + "。其他年度见表。",
            f"In {year}: "
            + ", ".join(f"{label.en} {value:,}" for label, value in named)
            + ". Other years in the table.",
        )
    return Figure(
        code="results",
        title=Words("各年办理结果", "Results by year"),
        note=None,
        summary=summary,
        row_heading=YEAR,
        columns=[FigureColumn(label) for label in words.OUTCOMES.values()],
        rows=[FigureRow(Words(f"{year}", ""), numbers) for year, numbers in rows],
    )


_REASONS = f"""
SELECT r.label_zh, r.label_en, r.outcome, sum(r.applications), count(r.applications)
FROM refusal_reason r JOIN dim_report d USING (agency_id, year) JOIN dim_application_item i USING (item)
WHERE d.{SUMMED} GROUP BY r.label_zh, r.label_en, r.outcome, i.sort_order
ORDER BY sum(r.applications) DESC NULLS LAST, i.sort_order
"""


def _reasons(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = con.execute(_REASONS).fetchall()
    lines = [
        FigureRow(
            Words(zh.partition(".")[2] or zh, en.partition(": ")[2] or en),
            [_figure_number(value, stated)],
            outcome,
        )
        for zh, en, outcome, value, stated in rows
    ]
    top = [(line.label, line.numbers[0].value) for line in lines[:3] if line.numbers[0].value]
    return Figure(
        code="reasons",
        title=Words("未公开的原因", "Why information was not given"),
        note=Words("各年相加。", "All years added up."),
        summary=Words(
            "最多的原因：" + "，".join(f"{label.zh} {value:,} 件" for label, value in top) + "。",
            "The most frequent: " + ", ".join(f"{label.en} {value:,}" for label, value in top) + ".",
        ),
        row_heading=Words("原因", "reason"),
        columns=[FigureColumn(Words("件数", "applications"))],
        rows=lines,
    )


_COVERAGE = """
SELECT province, sum(present), sum(missing), sum(rejected), sum(superseded)
FROM report_coverage_region LEFT JOIN (
    SELECT province, min(region_code) AS region_code FROM dim_agency GROUP BY province
) USING (province) GROUP BY province ORDER BY min(region_code) NULLS LAST, province
"""


def _coverage(con: duckdb.DuckDBPyConnection) -> Figure:
    rows = con.execute(_COVERAGE).fetchall()
    present, expected = sum(row[1] for row in rows), sum(sum(row[1:5]) for row in rows)
    return Figure(
        code="coverage",
        title=Words("各地区报告的覆盖", "Coverage by region"),
        note=Words(
            "应有的报告：每个机关从第一份到最后一份之间的各年，登记机关为登记的各年。",
            "Expected reports: of every agency between its first and last, and of agencies of a register in its years.",
        ),
        summary=Words(
            f"应有 {expected:,} 份报告，已入库 {present:,} 份，分布在 {len(rows)} 个省级地区（含未定）。",
            f"{present:,} of {expected:,} expected reports are there, in {len(rows)} provinces (one may be unknown).",
        ),
        row_heading=Words("地区", "region"),
        columns=[FigureColumn(label) for label in words.STATES.values()],
        rows=[
            FigureRow(Words(row[0], "") if row[0] else words.NOWHERE, [FigureNumber(int(value)) for value in row[1:5]])
            for row in rows
        ],
    )
