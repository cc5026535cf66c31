"""The seed of 红旗区渠东街道办事处 2024 with single lines changed by hand, and the issues that a warehouse has."""

import re
from collections.abc import Callable, Iterable

from tests.support.workspace import Place

SeedText = Callable[[int], str]
#: What an issue says: rule, year, item, column, expected, actual.
Issue = tuple[str, int, str | None, str | None, str | None, str | None]
ZERO = "0\t0\t0\t0\t0\t0\t0"
#: What the seed's prose says of its applications; it has to go where a test changes their numbers.
SAID = "渠东街道受理依法申请公开信息 1 条，办结完成 1 件，均在规定时间内完成。"
#: Rows of table three as the seed prints them.
NEW = "一、本年新收政府信息公开申请数量"
OVER = "二、上年结转政府信息公开申请数量"
GRANTED = "(一) 予以公开"
PARTIAL = "(二) 部分公开 (区分处理的, 只计这一情形, 不计其他情形)"
SECRET = "1. 属于国家秘密"
NOT_HELD = "1. 本机关不掌握相关政府信息"
REPEATED = "2. 重复申请"
OTHER = "3. 其他"
TOTAL = "(七) 总计"
FORWARD = "四、结转下年度继续办理"


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_rows(text: str, rows: dict[str, int | str]) -> str:
    """The numbers behind row labels replaced; a whole number stands for as many applications of natural persons."""
    for label, value in rows.items():
        cells = f"{value}\t0\t0\t0\t0\t0\t{value}" if isinstance(value, int) else value
        text, count = re.subn(rf"({re.escape(label)}\t+)\d(?:[\d\t]*\d)?", rf"\g<1>{cells}", text)
        assert count == 1, label
    return text


def with_reviews(text: str, *tracks: list[int | str]) -> str:
    """The row of table four replaced: upheld, corrected, other, pending, total of each of its three parts."""
    row = "\t".join(str(number) for track in tracks for number in track)
    text, count = re.subn(r"(?m)^0(?:\t0){14}$", row, text)
    assert count == 1
    return text


def town(number: int) -> str:
    """A name for an agency of its own, so that many cases share one warehouse."""
    return "春夏秋冬梅兰竹菊松柏桃荷莲桂"[number // 10] + "山水云霞风雪月虹泉溪"[number % 10]


def named(text: str, number: int) -> str:
    return text.replace("渠东", town(number))


def issues(place: Place, number: int | None = None) -> list[Issue]:
    """All issues, or those of one of many agencies."""
    return place.query(
        "SELECT rule, year, item, column_name, expected, actual FROM quality_issue JOIN dim_agency USING (agency_id) "
        "WHERE contains(name, ?) ORDER BY ALL",
        "" if number is None else f"{town(number)}街道",
    )


def in_order(some: Iterable[Issue]) -> list[Issue]:
    return sorted(some, key=lambda issue: tuple((part is None, part) for part in issue))


def assert_sound(place: Place) -> None:
    """Messages are complete in both languages, and a line has the number that its issue says is there.

    Two rules have a sum for ``actual``, which no line prints: of narrative_parts the line has the whole, of balance
    it is that of the applications received.
    """
    found = place.query(
        "SELECT rule, rule_group, source_file, source_line, expected, actual, message, message_en "
        "FROM quality_issue JOIN quality_rule USING (rule) JOIN dim_report USING (agency_id, year)"
    )
    for rule, group, source_file, line, expected, actual, message, message_en in found:
        for text in (message, message_en):
            assert text.strip(), rule
            assert not re.search(r"[{}]|“”|\"\"|  |None|NULL", text), (rule, text)
        if group not in ("sums", "years", "narrative") or rule == "year_gap":
            continue
        printed = (place.raw / source_file).read_text(encoding="utf-8").split("\n")[line - 1]
        number = expected if rule == "narrative_parts" else actual
        if rule == "balance":
            assert NEW in printed
        elif number == "0" and group == "narrative":
            assert re.search("零|未|无|没有|0", printed), (rule, printed)
        else:
            in_words = {"41": "四十一"}.get(number, number)
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])|{in_words}", printed), (rule, number, printed)


def of_year(text: str, year: int) -> str:
    """The seed's report as one of another year; its sentence about applications is left out."""
    text = changed(text, (SAID, "认真做好依申请公开工作。"))
    text = re.sub("2025( ?年)", rf"{year + 1}\1", text)
    return re.sub("2024( ?年)", rf"{year}\1", text)
