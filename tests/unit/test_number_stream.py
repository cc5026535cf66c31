"""Page text whose numbers stand apart from their labels: placed where all orders agree, else refused."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import pytest

from pipeline.encoding import Decoded
from pipeline.forms import APPLICATION_COLUMNS
from pipeline.reader.formats import text as plain_text
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import Reading

from .test_table_three import COLUMNS, LABELS, NUMBERS, numbers, read

ITEMS = list(LABELS)
HEADERS = ["申请人情况", "法人或其他组织", *COLUMNS]


def block(values: Iterable[int | str]) -> list[str]:
    """Numbers that stand together: one a line, and an empty line behind them."""
    return [*map(str, values), ""]


def rows(items: Sequence[str], first: int = 0) -> list[str]:
    """Each number of some rows from a column on, apart from the others."""
    return [line for item in items for value in NUMBERS[item][first:] for line in block([value])]


def band(items: Sequence[str], first: int = 0) -> list[str]:
    """Some rows that stand close together, from a column on: a block for each column."""
    return [line for column in range(first, 7) for line in block(NUMBERS[item][column] for item in items)]


def is_read(reading: Reading) -> bool:
    return all(numbers(reading, item) == expected for item, expected in NUMBERS.items())


def is_refused(reading: Reading) -> bool:
    """Whether no number was read."""
    cells = (row.cells[column].value.number for row in reading.applications.values() for column in APPLICATION_COLUMNS)
    return not any(number is not None for number in cells)


def with_first_column(items: Sequence[str]) -> list[str]:
    """Labels, each with its row's first number on a line behind it."""
    return [line for item in items for line in (LABELS[item], str(NUMBERS[item][0]))]


def test_bands_of_columns_are_rows() -> None:
    bands = [*rows(ITEMS[:2]), *band(ITEMS[2:4]), *band(ITEMS[4:9]), *rows(ITEMS[9:20]), *band(ITEMS[20:])]
    assert is_read(read(*HEADERS, *LABELS.values(), "", *bands))


def test_a_first_column_among_the_labels_is_one() -> None:
    text = [*with_first_column(ITEMS[:8]), *map(LABELS.__getitem__, ITEMS[8:]), ""]
    rest = [*rows(ITEMS[:1], 1), *band(ITEMS[1:4], 1), *rows(ITEMS[4:8], 1), *rows(ITEMS[8:])]
    assert is_read(read(*HEADERS, *text, *rest))


def test_a_pages_number_among_the_numbers_is_none() -> None:
    text = [*HEADERS, *LABELS.values(), "", *rows(ITEMS[:2]), "1", "", *rows(ITEMS[2:9])]
    assert is_read(read(*text, "\f", *band(ITEMS[9:12]), *rows(ITEMS[12:])))


def test_numbers_of_table_four_before_its_heading_are_its_own() -> None:
    text = [*HEADERS, *LABELS.values(), "", *rows(ITEMS[:20]), *band(ITEMS[20:])]
    assert is_read(read(*text, "结果", "维持", "0", "", "尚未", "审结", "0", "0", ""))


def test_a_number_that_its_cell_has_cut_is_put_together() -> None:
    large = {item: [value * 411 for value in NUMBERS[item]] for item in ITEMS}
    cut = {item: list(map(str, values)) for item, values in large.items()}
    column = [cut[item][0] for item in ITEMS[:3]]
    assert column == ["2466", "411", "822"]
    text = [*HEADERS, *LABELS.values(), "", "246", "6", "411", "822", ""]
    text += [line for at in range(1, 7) for line in block(cut[item][at] for item in ITEMS[:3])]
    text += [line for item in ITEMS[3:] for value in cut[item] for line in block([value])]
    behind = ["四、政府信息公开行政复议、行政诉讼情况", *["0"] * 15]
    reading = read(*text, *behind)
    assert all(numbers(reading, item) == values for item, values in large.items())


@pytest.mark.parametrize(("count", "expected"), [(161, True), (160, False), (162, False)])
def test_zeros_alone_are_a_table_if_there_is_one_for_each_cell(count: int, expected: bool) -> None:
    zeros = [line for at in range(0, count, 5) for line in block([0] * min(5, count - at))]
    reading = read(*HEADERS, *LABELS.values(), "", *zeros)
    if expected:
        assert all(numbers(reading, item) == [0] * 7 for item in ITEMS)
    else:
        assert is_refused(reading)


def test_a_table_that_does_not_add_up_is_refused() -> None:
    text = [*HEADERS, *LABELS.values(), "", *rows(ITEMS[:2]), *band(ITEMS[2:4]), *rows(ITEMS[4:])]
    wrong = text.index("8", text.index(LABELS["carried_forward"]))
    assert is_refused(read(*text[:wrong], "7", *text[wrong + 1 :]))


def test_a_table_that_lacks_a_number_is_refused() -> None:
    text = [*HEADERS, *LABELS.values(), "", *rows(ITEMS[:2]), *band(ITEMS[2:4]), *rows(ITEMS[4:])]
    del text[-2:]
    assert is_refused(read(*text))


def test_labels_right_before_their_numbers_are_left_to_the_labels() -> None:
    text = [line for item in ITEMS for line in (LABELS[item], *map(str, NUMBERS[item]))]
    reading = read(*HEADERS, *text)
    assert is_read(reading)
    assert not any(finding.rule == "read_by_order" for finding in reading.findings)


def test_numbers_above_their_labels_are_refused() -> None:
    """They add up where the next row's do, and are the wrong row's all the same."""
    text = [line for item in ITEMS for line in (*map(str, NUMBERS[item]), LABELS[item])]
    reading = read(*HEADERS, *text)
    assert is_refused(reading) or is_read(reading)


def test_a_later_rows_label_before_its_own_leaves_a_row_unread() -> None:
    lines = [line for item in ITEMS[1:] for line in (LABELS[item], "", *rows([item]))]
    at = lines.index(LABELS["denied_administrative_inquiry"]) + 1
    lines[at : at + 15] = ["", LABELS["new_received"], "", *rows(["denied_prohibited_by_law"])]
    reading = read(*HEADERS, *lines)
    row = reading.applications.get("new_received")
    assert row is None or row.cells["total"].value.number is None


def table_two(*lines: str) -> dict[tuple[str, str], Decimal | None]:
    text = "\n".join(["二、主动公开政府信息情况", *lines])
    reading = match(plain_text.from_text(Decoded(text, "utf-8")))
    return {key: cell.value.number for key, cell in reading.proactive.items()}


def test_values_above_labels_of_table_two_are_not_the_next_rows() -> None:
    head = ["第二十条第（一）项", "信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    read_cells = table_two(*head, "0", "0", "5", "规章", "0", "2", "9", "行政规范性文件", "", "信息内容", "行政许可")
    assert read_cells.get(("regulation", "repealed")) != Decimal(2)
    assert ("regulation", "repealed") in read_cells


def test_the_unit_in_a_header_behind_its_label_counts() -> None:
    lines = ["信息内容", "行政事业性收费", "", "第二十条第（八）项", "本年收费金额（单位：元）", "322900", ""]
    assert table_two(*lines)["administrative_fee", "amount"] == Decimal("32.29")
