"""The unit of an amount of table two: the form's is 万元, and reports print their own in any place.

The nearest statement counts: beside the number, in the row's label, in the column's header, in the article's line, in
a caption above or a note below. Where a header and a note contradict each other, the amount has no unit.

Belongs here: units. Does not: the number (``cell_values``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.forms.skeleton import skeleton
from pipeline.reader.document import Row
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.disclosure_labels import article_of, header_of, item_of
from pipeline.text import half_width, without_blanks

#: The form's unit.
TEN_THOUSAND = "万元"
#: 万元 in other units of money.
FACTORS = {
    "元": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "十万元": Decimal(10),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿元": Decimal(10000),
}
_UNIT = "(?:十万|百万|千万|[百千万亿萬億美港欧日])?[元圆]"
_OTHERS = "[件个項项次宗条份起]"
_LISTED = rf"(?:{_OTHERS}|{_UNIT})(?:[、,/及和或(](?:{_OTHERS}|{_UNIT}))*"
#: Behind 单位 alone a unit ends the text or its brackets: in 各单位元旦期间 none is stated.
_STATED = re.compile(
    rf"单位(?:均?[:∶为是])(?:人民币:?)?(?P<listed>{_LISTED})|单位(?:人民币)?(?P<last>{_LISTED})(?:人民币)?(?=[)\]】〕|]|$)"
    rf"|[以按](?P<by>{_UNIT})(?:人民币)?(?:为单位|计)|金额(?:均?[:∶为是])(?:人民币:?)?(?P<amount>{_UNIT})(?=[)\]】〕;,。|]|$)"
)
#: In labels, headers and articles a unit may stand alone in brackets, or at the end.
_ALONE = re.compile(
    rf"[(\[【〔](?:人民币|RMB|[￥¥:,∶])*(?P<inside>{_UNIT})(?:人民币)?[)\]】〕]|(?:金额|收费|采购|项目)[*,/:∶·、\-—]?(?P<end>{_UNIT})(?:人民币)?(?:$|\|)"
)
_UNITS = re.compile(_UNIT)
#: A cell beside an amount that has its unit and nothing else.
_WHOLE_CELL = re.compile(rf"[(]?(?:人民币)?({_UNIT})(?:人民币)?[)]?")
_QUOTES = dict.fromkeys(map(ord, "“”\"'‘’「」『』《》"))
_AMOUNTS = {"administrative_fee": ("行政事业", "收费"), "government_procurement": ("采购", "采购")}
#: A header stands so many rows behind its label at the most.
_MOST_BEHIND = 6
#: What begins the next section.
_NEXT = re.compile("收到和处理|申请人情况|本列数据")


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of an amount: None where the statements contradict each other.

    ``statements`` has all that were found, nearest first, if they are not the same; ``is_printed`` is false where
    nothing states it and the form's counts.
    """

    unit: str | None
    is_printed: bool
    statements: tuple[str, ...] = ()


def unit_of(item: str, rows: Sequence[Row]) -> Unit:
    """The unit that the rows of table two state for the amount of a row of the form."""
    places = [_distinct(place) for place in _places(item, rows)]
    found = [place for place in places if place]
    if not found:
        return Unit(TEN_THOUSAND, is_printed=False)
    everything = tuple(_distinct([unit for place in found for unit in place]))
    if len(everything) == 1:
        return Unit(everything[0], is_printed=True)
    # A label is about its row alone; a header may be the form's, which nobody changed, and the note tell the truth.
    is_clear = len(found[0]) == 1 and bool(places[0])
    return Unit(found[0][0] if is_clear else None, is_printed=True, statements=everything)


def _distinct(units: list[str]) -> list[str]:
    return list(dict.fromkeys(units))


def _places(item: str, rows: Sequence[Row]) -> Iterator[list[str]]:
    """The units stated in the row's label, its header, its article, and in captions and notes around."""
    at = _label_row(item, rows)
    if at is None:
        yield from ([], _header(rows), [], _captions(item, rows))
        return
    yield _label(item, rows, at) + _beside(rows[at])
    before = _before_label(rows[at])
    head = next((index for index in range(at - 1, -1, -1) if "金额" in skeleton(_joined(rows[index]))), None)
    above = _header_behind(item, rows, at) if head is None else rows[head:at]
    yield _header([before] if "金额" in before.cells[0] else above)
    article = next((index for index in range(at, -1, -1) if any(map(article_of, rows[index].cells))), None)
    yield [] if article is None else units_in("|".join(filter(article_of, rows[article].cells)), is_head=True)
    yield _captions(item, [row for index, row in enumerate(rows) if index != at])


def _header_behind(item: str, rows: Sequence[Row], at: int) -> Sequence[Row]:
    """The header of a row's amount behind its label, as pages put it where labels and columns have come apart."""
    for index in range(at + 1, min(at + 1 + _MOST_BEHIND, len(rows))):
        text = skeleton(_joined(rows[index]))
        if "金额" in text:
            return rows[index : index + 2] if _AMOUNTS[item][1] in text else ()
    return ()


def _label_row(item: str, rows: Sequence[Row]) -> int | None:
    """Index of the row with a row's label."""
    for index, row in enumerate(rows):
        if any(item_of(cell) == item for cell in row.cells):
            return index
    begins, names = _AMOUNTS[item]
    for index, row in enumerate(rows):
        text = _joined(row)
        if names in text and begins in skeleton(text) and not _STATED.search(text):
            return index
    return None


def _label(item: str, rows: Sequence[Row], at: int) -> list[str]:
    """The units in a label, which may go on in the next lines."""
    words: list[str] = []
    for row in rows[at : at + 3]:
        for cell in row.cells:
            if cell_values.parse(cell) is not None or header_of(cell):
                if words:
                    return units_in("".join(words), is_head=True)
            elif words or item_of(cell) == item or _AMOUNTS[item][1] in cell:
                words.append(cell)
    return units_in("".join(words[:2]), is_head=True)


def _beside(row: Row) -> list[str]:
    """The units in the cells behind an amount: a column of units, or a remark."""
    values = [index for index, cell in enumerate(row.cells) if cell and cell_values.parse(cell) is not None]
    found: list[str] = []
    for cell in dict.fromkeys(row.cells[values[0] + 1 :] if values else []):
        if "元" in cell or "圆" in cell:
            whole = _WHOLE_CELL.fullmatch(without_blanks(half_width(cell)))
            found += units_in(f"单位:{whole[1]}" if whole else cell, is_head=False)
    return found


def _header(rows: Sequence[Row]) -> list[str]:
    """The units in a header of amounts, which may go on in the next lines up to the label."""
    texts = [cell for row in rows for cell in row.cells]
    start = next((index for index, text in enumerate(texts) if "金额" in skeleton(text)), None)
    return [] if start is None else units_in("".join(dict.fromkeys(texts[start:])), is_head=True)


def _before_label(row: Row) -> Row:
    """A flattened row with a header and a label in one text: the header's part of it."""
    text = " ".join(row.cells)
    at = max(text.rfind("行政事业"), text.rfind("政府集中采购"), text.rfind("政府采购"))
    return Row(row.line, [text[: max(at, 0)]], row.layout)


def _captions(item: str, rows: Sequence[Row]) -> list[str]:
    """The units in lines that are neither header nor label, of which the one nearest to the end counts."""
    other = "采购" if item == "administrative_fee" else "收费"
    found: list[str] = []
    for row in rows:
        text = _joined(row)
        if "单位" not in text and "计" not in text and "金额" not in text:
            continue
        if any(header_of(cell) or item_of(cell) or article_of(cell) for cell in row.cells):
            continue
        if other not in text or _AMOUNTS[item][1] in text:
            found += units_in(text, is_head=False)
    return found


def _joined(row: Row) -> str:
    return row.cells[0] if len(row.cells) == 1 else "|".join(row.cells)


@lru_cache(maxsize=2048)
def _units_in(text: str, is_head: bool) -> tuple[str, ...]:
    plain = without_blanks(half_width(text)).translate(_QUOTES)
    found: list[str] = []
    for match in _STATED.finditer(plain):
        found += _UNITS.findall(match["listed"] or match["last"] or match["by"] or match["amount"])
    if is_head:
        found += [match["inside"] or match["end"] for match in _ALONE.finditer(plain)]
    return tuple(unit.replace("圆", "元").replace("萬", "万").replace("億", "亿") for unit in found)


def units_in(text: str, *, is_head: bool) -> list[str]:
    """The units of money that a text states.

    >>> units_in("本年收费金额（以元为单位）", is_head=True), units_in("收费金额/元", is_head=True)
    (['元'], ['元'])
    >>> units_in("（单位：件、万 元）", is_head=False), units_in("收费125万元。", is_head=False)
    (['万元'], [])
    >>> units_in("各单位元旦期间", is_head=False)
    []
    """
    return list(_units_in(text, is_head))
