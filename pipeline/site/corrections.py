"""The chart of what was corrected in reconsideration and litigation: shares of the cases decided, and their counts.

The shares are the indicators' (``pipeline/indicators``), summed over reports that state both numbers.

Belongs here: this figure. The other ones are ``overview``'s.
"""

import duckdb

from pipeline.site.figure import SUMMED, YEAR, Figure, FigureColumn, FigureNumber, FigureRow, every_year
from pipeline.site.words import Words

_CODES = ("reconsideration_corrected_share", "litigation_corrected_share")
_PARTS = f"""
SELECT year, code, sum(numerator)::BIGINT, sum(denominator)::BIGINT, count(*)
FROM site_indicator JOIN site_year USING (agency_id, year)
WHERE {SUMMED} AND code IN {_CODES} AND numerator IS NOT NULL AND denominator IS NOT NULL
    AND reason IS DISTINCT FROM 'impossible'
GROUP BY year, code ORDER BY year
"""
_NOTHING = FigureNumber(None)


def figure(con: duckdb.DuckDBPyConnection) -> Figure:
    """The shares corrected by year, drawn, and the numbers that they are made of."""
    [(first, last)] = con.execute("SELECT min(year), max(year) FROM site_year").fetchall()
    shares: dict[int, dict[str, FigureNumber]] = {} if first is None else {first: {}, last: {}}
    decided: dict[int, dict[str, FigureNumber]] = {}
    for year, code, corrected, cases, reports in con.execute(_PARTS).fetchall():
        share = FigureNumber(corrected / cases, reports, (corrected, cases)) if cases else _NOTHING
        shares.setdefault(year, {})[code] = share
        decided.setdefault(year, {})[code] = FigureNumber(cases, reports)
    rows = every_year(shares, {})
    return Figure(
        code="corrections",
        title=Words("复议、诉讼的纠错率", "Corrected in reconsideration and litigation, of the cases decided"),
        note=Words(
            "纠错率 = 结果纠正 ÷（总计 − 尚未审结），点上为件数；只含两数都载明的报告。件数少时一件就使比率大变。",
            "Corrected, of all that are not pending; at the points the numbers of cases. Of reports that state both. "
            "Where cases are few, one of them moves the share a lot.",
        ),
        summary=_summary(rows),
        row_heading=YEAR,
        columns=[
            FigureColumn(Words("复议纠错率", "reconsideration")),
            FigureColumn(Words("诉讼纠错率", "litigation")),
            FigureColumn(Words("复议审结", "reconsiderations decided"), drawn=False),
            FigureColumn(Words("诉讼审结", "lawsuits decided"), drawn=False),
        ],
        rows=[
            FigureRow(
                Words(f"{year}", ""),
                [numbers.get(code, _NOTHING) for numbers in (found, decided.get(year, {})) for code in _CODES],
            )
            for year, found in rows
        ],
    )


def _summary(rows: list[tuple[int, dict[str, FigureNumber]]]) -> Words:
    """The shares of the latest year that has one, with the counts behind them."""
    year, latest = next(
        ((year, found) for year, found in reversed(rows) if any(n.parts for n in found.values())), (0, {})
    )
    if not latest:
        return Words("没有审结的案件。", "No case was decided.")
    reviewed, sued = (latest.get(code, _NOTHING) for code in _CODES)
    zh = [f"{name} {n.text}（{n.fraction} 件）" for name, n in (("复议", reviewed), ("诉讼", sued)) if n.parts]
    en = [
        f"{n.text} of {name} ({n.fraction})"
        for name, n in (("reconsiderations", reviewed), ("lawsuits", sued))
        if n.parts
    ]
    return Words(
        f"{year} 年审结的案件中被纠正的：{'，'.join(zh)}。其他年度见表。",
        f"Corrected in {year}: {', '.join(en)}. Other years in the table.",
    )
