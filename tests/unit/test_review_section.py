"""The section of table four without the table's head: lists are read, other numbers named, prose is left alone."""

import pytest

from pipeline import forms
from pipeline.reader.document import Document
from pipeline.reader.layouts.text_rows import text_rows
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import Reading

TITLE = "四、政府信息公开行政复议、行政诉讼情况"
END = "五、存在的主要问题及改进情况\n公开内容不够丰富。"
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
TRACKS = ["行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"]
NUMBERS = [6, 5, 9, 6, 26, 0, 0, 2, 2, 4, 0, 2, 8, 4, 14]
PLACES = [(track, result) for track in range(3) for result in range(5)]


def read(*parts: str) -> Reading:
    text = "\n".join(["洪泽区水利局2023年政府信息公开工作年度报告", *parts])
    lines = text.split("\n")
    return match(Document(text, lines, text_rows(lines)))


def numbers(reading: Reading) -> list[int | None]:
    values = [reading.review[track].cells[column].value for track in forms.TRACKS for column in forms.REVIEW_COLUMNS]
    return [None if value.number is None else int(value.number) for value in values]


def is_named(reading: Reading) -> bool:
    """Whether all cells are unreadable, and one finding says so."""
    states = {cell.value.state for row in reading.review.values() for cell in row.cells.values()}
    return states == {"unreadable"} and [finding.rule for finding in reading.findings] == ["ambiguous_reading"]


def sentences(numbers: list[int]) -> str:
    found = iter(numbers)
    return "\n".join(
        f"{track}：" + "，".join(f"{result}{next(found)}件" for result in RESULTS) + "。" for track in TRACKS
    )


def tall(separator: str, between: str = "—") -> str:
    """A row for each number, with the track's name in all of them."""
    rows = [
        f"{TRACKS[track]}{between}{RESULTS[result]}{separator}{number}"
        for (track, result), number in zip(PLACES, NUMBERS, strict=True)
    ]
    return "\n".join([f"项目{separator}数量", *rows])


def merged() -> str:
    """A row for each number, with the track's name in the first of its rows alone."""
    heads = ["行政复议\t", "行政诉讼\t未经复议直接起诉", "\t复议后起诉"]
    rows = [
        f"{heads[track] if not result else chr(9)}\t{RESULTS[result]}\t{number}"
        for (track, result), number in zip(PLACES, NUMBERS, strict=True)
    ]
    return "\n".join(["类别\t\t结果\t件数", *rows])


@pytest.mark.parametrize("table", [sentences(NUMBERS), tall("\t"), tall(" | "), merged()])
def test_a_list_that_names_each_number_is_read(table: str) -> None:
    assert numbers(read(TITLE, table, END)) == NUMBERS


def test_both_lawsuits_in_one_sentence_are_read() -> None:
    text = sentences(NUMBERS).replace("（未经复议直接起诉）", "：未经复议直接起诉的")
    text = text.replace("。\n行政诉讼（复议后起诉）", "；复议后起诉的")
    assert numbers(read(TITLE, text, END)) == NUMBERS


@pytest.mark.parametrize(
    "table",
    [
        tall("\t").replace("行政复议—结果纠正\t5\n", ""),  # a number is not printed
        tall("\t").replace("行政复议—结果纠正\t5", "行政复议—结果纠正\t5\t7"),  # one too many
        tall("\t").replace("行政复议—结果纠正\t5", "行政复议—结果维持\t5"),  # a name twice
        sentences(NUMBERS).replace("行政复议：", "区政府复议："),  # whose numbers are they?
        "类型,结果维持,结果纠正,尚未审结,总计,备注\n行政复议,3,1,5,9,\n行政诉讼（未经复议直接起诉）,0,1,0,1,1件撤回",
        "类型,结果维持,结果纠正,总计\n行政复议,,,2",  # nothing but one number
        "6,5,9,6,26\n0,0,2,2,4\n0,2,8,4,14",  # no head at all
        "6件\t5件\t9件\t6件\t26件",
    ],
)
def test_numbers_without_a_place_are_named(table: str) -> None:
    assert is_named(read(TITLE, table, END))


@pytest.mark.parametrize(
    "prose",
    [
        "本年度未发生行政复议0件、行政诉讼0件。",
        "2023年，共受理行政复议案件3件，其中维持1件，尚未审结2件；行政诉讼案件12件，上年同期14件，增长3%。",
        "2023 年 1 月 1 日至 12 月 31 日，行政复议 0 件，行政诉讼 0 件",
        "本年度未发生因政府信息公开引发的行政复议案件，件数为0件，\n行政诉讼亦为0件",
        "无。\n2024-01-15 10:30\n2024-02-06\n2023-12-29",
        "（一）行政复议情况\n本机关2023年无。\n（二）行政诉讼情况\n无。\n联系电话：0517-80123456",
    ],
)
def test_prose_is_no_table(prose: str) -> None:
    reading = read(TITLE, prose, END)
    assert reading.review == {}
    assert reading.findings == []


def test_numbers_behind_the_next_heading_or_of_another_table_are_none_of_it() -> None:
    other = "一、本年新收政府信息公开申请数量\t3\t0\t0\t0\t0\t0\t3\n3.其他\t1\t2\t3\t4\t5\t6\t21"
    assert read(TITLE, "无。", END, "1\t2\t3\t4\t5\t6").review == {}
    assert read(TITLE, "无。", other, END).review == {}
