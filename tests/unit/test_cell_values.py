"""What one cell's text means: a number, a nil mark, something that is no number for certain, or words."""

from decimal import Decimal

import pytest

from pipeline.reader.tables.cell_values import CellValue, parse, parse_in_column

#: Texts that are a number and nothing else.
PLAIN = {
    "0": 0,
    " 114 ": 114,
    "１１４": 114,
    "1,234": 1234,
    "１，２３４": 1234,
    "+19": 19,
    "-417": -417,
    "−417": -417,
    "－417": -417,
    "12.5": 12.5,
    "12．5": 12.5,
    "\u200e114\u202c": 114,
    "1\u200b14": 114,
    "114\ufeff": 114,
    "114\u00a0": 114,
    "\u3000114": 114,
    "007": 7,
    "𝟏𝟏𝟒": 114,
}
#: Numbers with something around them.
ANNOTATED = {
    "114①": 114,
    "114¹": 114,
    "114[1]": 114,
    "114［1］": 114,
    "114〔1〕": 114,
    "114【注】": 114,
    "114注1": 114,
    "3注": 3,
    "2†": 2,
    "114*": 114,
    "114 ※": 114,
    "114⑴": 114,
    "114❶": 114,
    "114（1）": 114,
    "114(其中变更2件)": 114,
    "114（其中变更": 114,
    "22（其中修订 16 件）": 22,
    "114含变更2件": 114,
    "114，其中变更2件": 114,
    "114件,含变更2件。": 114,
    "31人": 31,
    "114户": 114,
    "114 件": 114,
    "共114件": 114,
    "共计 114 件": 114,
    "总计：114": 114,
    "一百一十四": 114,
    "一百一十四件": 114,
    "三件": 3,
    "十二件": 12,
    "零": 0,
    "〇": 0,
    "3.4万件": 34000,
    "3.4（万件）": 34000,
    "2千件": 2000,
    "增3": 3,
    "减少2项": -2,
    "净增3项": 3,
    "新增 3 项": 3,
    "\ue000114\ue001": 114,
    "\x01114": 114,
}
#: Amounts: the number as it is printed, and its unit.
AMOUNTS = {
    "125000元": (125000, "元"),
    "125000元整": (125000, "元"),
    "125000（元）": (125000, "元"),
    "12（单位：万元）": (12, "万元"),
    "人民币125000元": (125000, "元"),
    "1.2亿元": (1.2, "亿元"),
    "5百万元": (5, "百万元"),
    "8千元": (8, "千元"),
    "1.2亿": (120000000, "亿"),
    "12.5万": (125000, "万"),
    "十二万五千元": (125000, "元"),
    "￥125000": (125000, "￥"),
}
NIL = ["-", "—", "——", "/", "\\", "－", "--", "无", "N/A", "NaN", "None", "暂无", "不涉及"]
#: Something is printed that is no number for certain.
_UNREADABLE = (
    "① | ¹ | ❶ | ⑴ | ⒈ | ²³ | ㊿ | O | o | ○ | Ｏ | О | ◯ | × | √ | ? | ? 0 | 0? | □ | \ufffd4 | * | "
    "\u2020 | 11\ue0004 | \ue000 | 1\u03361\u03364\u0336 | \u202e411 | 1\u20e3 | ١١٤ | १ | 12.5% | "
    "约100件 | 100余件 | 100多 | 100件以上 | 22（应为23） | 22（更正为23） | 1 2 | 1.2.3 | "
    "2024-01-31 | 12KB | 3D | ↓3 | ▲3 | ½ | 9999999999999 | 1、"
)
#: What a label or a head has: words, whatever digits stand in them.
_WORDS = (
    "1.属于国家秘密 | 1．属于国家秘密 | 2、重复申请 | 3. 其他 | 3其他 | "
    "5.要求行政机关确认或重新出具已获取信息 | （一） | (1) | 1） | 一 | 三 | 十 | 二十 | 二十条 | "
    "十条 | 第二十条 | 第20条 | 第（一）项 | 一、 | 三、本年度办理结果 | 2019年 | 2024年1月 | "
    "二〇二四年 | 二〇二四 | 12345中心 | 143团 | 自然人 | 总计 | 合计 | 共 | 人 | 件 | 元 | 万元 | "
    "人民币 | (四)无 | （ | 、 | 增/减 | 减 | 1月 | 8号 | 一二三 | 一级 | Ⅲ | 见附件"
)
UNREADABLE, WORDS = _UNREADABLE.split(" | "), _WORDS.split(" | ")


def number(value: CellValue | None) -> Decimal | None:
    """The number of a value; a failure where the text was taken for words."""
    assert value is not None
    return value.number


@pytest.mark.parametrize("text", PLAIN)
def test_a_number_in_any_width(text: str) -> None:
    value = parse(text)
    assert number(value) == Decimal(str(PLAIN[text]))
    assert value
    assert (value.state, value.raw) == (None, text)


@pytest.mark.parametrize("text", ANNOTATED)
def test_a_number_with_something_around_it(text: str) -> None:
    value = parse(text)
    assert number(value) == ANNOTATED[text]
    assert value
    assert (value.state, value.count, value.is_money) == ("annotated", None, False)


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_keeps_its_unit(text: str) -> None:
    value = parse(text)
    assert (number(value), value and value.unit) == (Decimal(str(AMOUNTS[text][0])), AMOUNTS[text][1])
    assert value
    assert value.is_money == (AMOUNTS[text][1] or "").endswith("元")


@pytest.mark.parametrize("text", NIL)
def test_a_mark_for_nil_is_no_zero(text: str) -> None:
    assert parse(text) == CellValue(text, state="nil_mark")


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_number_for_certain(text: str) -> None:
    value = parse(text)
    assert number(value) is None
    assert value
    assert (value.state, value.raw) == ("unreadable", text)


@pytest.mark.parametrize("text", WORDS)
def test_words_stay_words(text: str) -> None:
    assert parse(text) is None


def test_blank_cells() -> None:
    assert [parse(text) for text in ("", "  ", "\u3000", "\u200b", "\u200e\ufeff")] == [parse("")] * 5


def test_in_a_column_of_numbers_nothing_is_words() -> None:
    assert all(parse_in_column(text).state in ("annotated", "unreadable") for text in WORDS)
    read = {text: parse_in_column(text).number for text in WORDS}
    assert {text: count for text, count in read.items() if count is not None} == {"三": 3, "十": 10, "二十": 20}
    assert parse_in_column("一").state == parse_in_column("见附件").state == "unreadable"  # 一 may be a dash
    assert parse_in_column("12").count == 12
