"""Made-up reports of one street over six years and of its neighbours: a seed with rows changed by hand."""

from tests.support.reports import (
    FORWARD,
    GRANTED,
    NEW,
    NOT_HELD,
    OTHER,
    OVER,
    PARTIAL,
    REPEATED,
    SECRET,
    TOTAL,
    changed,
    named,
    of_year,
    with_reviews,
    with_rows,
)
from tests.support.workspace import SEEDS, Place

STREET = "红旗区渠东街道办事处"
PROCESS = "6. 属于四类过程性信息"
DOCUMENTS = "行政规范性文件"
BLANK = "\t\t\t\t\t\t"
#: The first two of the rows of （六） as the seed prints them, without the heading and the numbers.
SIX_FIRST = "1. 申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"
SIX_SECOND = "\t2. 申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
NOTHING = "0\t0\t0\t0\t0\t0\t0"
#: A year in which all goes on: 20 applications to handle, of which 15 come to an end, each in one of six ways.
ROWS_2024: dict[str, int | str] = {
    NEW: "10\t2\t1\t0\t0\t3\t16",
    OVER: 4,
    GRANTED: "3\t2\t1\t0\t0\t0\t6",
    PARTIAL: "0\t0\t0\t0\t0\t2\t2",
    SECRET: 1,
    PROCESS: 2,
    NOT_HELD: "1\t0\t0\t0\t0\t1\t2",
    REPEATED: 1,
    OTHER: 1,
    TOTAL: "9\t2\t1\t0\t0\t3\t15",
    FORWARD: 5,
    DOCUMENTS: "5\t2\t30",
    "行政许可": "12",
    "行政强制": "3",
    "行政事业性收费": "1.5",
}


def reports(seed: str) -> dict[str, str]:
    """File name to text of the made-up reports."""
    years = {year: of_year(seed, year) for year in (2020, 2022, 2023, 2024, 2025)}
    one_row = with_rows(years[2020], {NEW: 5, NOT_HELD: 3, TOTAL: 5})
    one_row = changed(one_row, (f"{SIX_FIRST}\t{NOTHING}", "\t2\t0\t0\t0\t0\t0\t2"))
    one_row = changed(one_row, (f"{SIX_SECOND}\t{NOTHING}\t\n", ""), (f"\t{OTHER}\t{NOTHING}\t\n", ""))
    both = with_rows(named(years[2023], 3), {NEW: 4, NOT_HELD: 0, OTHER: 1, TOTAL: 4})
    both = changed(
        both,
        (
            f"(六) 其他处理\t{SIX_FIRST}\t{NOTHING}",
            f"(六) 其他处理\t\t5\t0\t0\t0\t0\t0\t5\n\t{SIX_FIRST}\t3\t0\t0\t0\t0\t0\t3",
        ),
    )
    whole_area = with_rows(named(years[2024], 1), {NEW: 100, OVER: 7, GRANTED: 107, NOT_HELD: 0, TOTAL: 107})
    whole_area = changed(whole_area, ("认真做好依申请公开工作。", "本报告数据包括全区各街道、各部门。"))
    return {
        # The form of 2019 has one row for （六）: 3 not held and 2 of those make 5.
        "2020.txt": one_row,
        # Nothing received; whether something is a state secret and what is carried forward is left blank.
        "2022.txt": with_rows(years[2022], {NEW: 0, NOT_HELD: 0, TOTAL: 0, SECRET: BLANK, FORWARD: BLANK}),
        # 20 and 1 are 18 and 3; more documents repealed than issued.
        "2023.txt": with_rows(
            years[2023], {NEW: 20, OVER: 1, GRANTED: 9, NOT_HELD: 9, TOTAL: 18, FORWARD: 3, DOCUMENTS: "1\t4\t27"}
        ),
        "2024.txt": with_reviews(with_rows(years[2024], ROWS_2024), [3, 2, 1, 1, 7], [1, 1, 0, 3, 5], [2, 0, 1, 0, 3]),
        # More granted than processed, more pending than there are, received left blank.
        "2025.txt": with_reviews(
            with_rows(years[2025], {NEW: BLANK, OVER: 5, GRANTED: 4, NOT_HELD: 0, TOTAL: 3, FORWARD: 2}),
            [0, 1, 0, 3, 2],
            [0, 0, 0, 0, 0],
            ["", "", "", "", ""],
        ),
        # Neighbours: one that adds up the whole area, one that leaves a number blank, one with （六） and its parts.
        "area.txt": whole_area,
        "blank.txt": with_rows(named(years[2024], 2), {NEW: 3, OVER: BLANK, NOT_HELD: 3, TOTAL: 3}),
        "both.txt": both,
        "waivers.csv": f"agency,year,rule,reason,by,date\n{STREET},2023,carry_over,两年口径不同,审核组,2026-11-01\n",
    }


def make(place: Place) -> Place:
    """Ingest the made-up reports."""
    (seed,) = SEEDS.glob("004_*.txt")
    for name, text in reports(seed.read_text(encoding="utf-8")).items():
        place.put(name, text)
    place.ingest()
    return place
