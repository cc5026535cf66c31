"""What one whole cell of table two is: a row's label, a column's header, an article, or none of them.

Reports number labels, add what is counted, space letters out and explain in brackets. All of that is left out here.
What is then no label of the form is a row or a column of the report's own.

Belongs here: one cell's text. Does not: heads whose words stand in pieces (``disclosure_head``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline import forms
from pipeline.forms.skeleton import skeleton

#: No label or header with its explanation is longer.
_LONGEST = 80
_BRACKETS = re.compile(r"[(（\[［【〔][^()（）\[\]［］【】〔〕]*[)）\]］】〕]")
_NUMBERING = re.compile("^(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?=[^0-9])")
_COUNTED = re.compile(
    "(?:决定|事项|项目|案件|情况|类)?(?:总?数量?|总?件数|个数|宗数|起数|总?金额|[总合小]计)?(?:单位)?(?:件|个|项|宗|起|[百千万亿]*元)?(?:人民币)?$"
)
_MEASURED = re.compile(
    "(?:总?件?数量?|总量|件|量)?(?:单位)?(?:件|个|项|宗|起|[百千万亿]*元)?(?:人民币)?(?:为单位|计)?$"
)
#: What a label's brackets have that is no kind of its cases.
_WHOLE_ROW = re.compile(
    "(?:单位)?(?:数量)?[件个项宗起次元百千万亿]*$|含|包括|包含|不含|合计|总计|全部|单位|注|[一二三四五六七八九十0-9]+$|决定|行政"
)
_ARTICLE = re.compile("^第?(?:二十|20)条?第?([一五六八九15689])项|^第([一五六八九])项")
_ARTICLE_NUMERALS = dict(zip("15689", "一五六八九", strict=True))
_LAST_YEAR = re.compile("^(?:上一?年|去年|往年|前年|历年|累计|截至|计划)")
_THIS_YEAR = {"本年", "今年", "当年", "本期"}
_OTHER_YEAR = {"上年", "上一年", "去年", "上期", "去年同期", "上年同期"}
_DATED = re.compile("^(20[0-9]{2})年")
#: Traditional characters of the form's labels.
_SIMPLIFIED = str.maketrans(
    "規範許處罰強業費購徵製發廢決數現動務項對採總額單億萬歲檢",
    "规范许处罚强业费购征制发废决数现动务项对采总额单亿万岁检",
)


#: The header of a column of which only the year is said (本年数, 2024年): of the one number that the row has.
THIS_YEAR = forms.Measure("this_year", "")
#: Headers of which only the same letters are left, and what they are where they stand side by side.
_CUT = "本年新"


@dataclass(frozen=True, slots=True)
class Header:
    """A column: its measure on the form, if it is one, and the year that it names, if it names one."""

    measure: forms.Measure | None
    year: int | None = None


@lru_cache(maxsize=8192)
def item_of(cell: str) -> str | None:
    """The row of the form that a cell names and nothing else.

    >>> item_of("1. 行政许可决定（件）"), item_of("行 政 处 罚："), item_of("规 章"), item_of("（行政）规范性文件")
    ('administrative_license', 'administrative_penalty', 'regulation', 'normative_document')
    >>> item_of("行政检查"), item_of("党内规范性文件"), item_of("规章制度"), item_of("行政许可114件")
    (None, None, None, None)
    """
    if len(cell) > _LONGEST or not cell.strip():
        return None
    labels = _labels()
    for bare in _bare(cell):
        for text in (bare, _NUMBERING.sub("", bare)):
            if found := labels.get(text) or labels.get(_COUNTED.sub("", text, count=1)):
                return found
    return None


@lru_cache(maxsize=8192)
def header_of(cell: str) -> Header | None:
    """The column that a cell is the header of; None where it is no header of table two, of this year or another.

    >>> header_of("本年度处理决定数（件）").measure.measure, header_of("制发件数").measure.measure
    ('decisions', 'issued')
    >>> header_of("上年处理决定数量"), header_of("2023年处理决定数量").year, header_of("同比增长")
    (Header(measure=None, year=None), 2023, None)
    """
    if len(cell) > _LONGEST or not cell.strip():
        return None
    for bare in _bare(cell):
        text = bare.removeprefix("信息内容").replace("年度", "年")
        if found := _headers().get(text) or _headers().get(_MEASURED.sub("", text, count=1)):
            return Header(found)
        rest = _MEASURED.sub("", text, count=1)
        if rest in _THIS_YEAR:
            return Header(THIS_YEAR)
        if match := _DATED.match(rest):
            found = _headers().get(rest[match.end() :]) if rest[match.end() :] else THIS_YEAR
            if found:
                return Header(found, int(match[1]))
        if rest in _OTHER_YEAR or ((match := _LAST_YEAR.match(rest)) and rest[match.end() :] in _headers()):
            return Header(None)
    return None


def headers_of(cells: Sequence[str]) -> list[Header | None]:
    """The headers of cells side by side: two that are both cut to 本年新 are the first two of the 2019 form."""
    headers = [header_of(cell) for cell in cells]
    for index in range(len(cells) - 1):
        if skeleton(cells[index]) == _CUT == skeleton(cells[index + 1]):
            headers[index : index + 2] = [Header(measure) for measure in forms.CUT_HEADERS]
    return headers


def measure_in_row(item: str, measure: forms.Measure) -> str:
    """The code of a column in a row of the form: of a column that only names the year, the row's one number."""
    if measure != THIS_YEAR:
        return measure.measure
    only = [code for row, code in forms.disclosure_cells("2021") if row == item]
    return only[0] if len(only) == 1 else ""


def kind_of(label: str) -> str:
    """The kind of cases that a row's label adds in brackets; empty where it names the whole row of the form.

    >>> kind_of("行政处罚（简易程序）"), kind_of("1.行政许可（件）"), kind_of("行政许可（含变更）")
    ('简易程序', '', '')
    """
    if "(" not in label and "（" not in label:
        return ""
    found = "".join(skeleton(match[0]) for match in _BRACKETS.finditer(label))
    return "" if _WHOLE_ROW.match(found) else found


@lru_cache(maxsize=4096)
def article_of(cell: str) -> str | None:
    """The numeral of the article that a cell begins with.

    >>> article_of("第二十条第（五）项"), article_of("第20条第(1)项"), article_of("行政许可")
    ('五', '一', None)
    """
    match = _ARTICLE.match(skeleton(cell)) if len(cell) <= _LONGEST else None
    numeral = (match[1] or match[2]) if match else None
    return _ARTICLE_NUMERALS.get(numeral, numeral) if numeral else None


def simplified(text: str) -> str:
    """A text with the simplified characters of the form's labels."""
    return text if text.isascii() else text.translate(_SIMPLIFIED)


def _bare(cell: str) -> list[str]:
    """The skeletons of a cell, with what stands in its brackets and without."""
    whole = simplified(skeleton(cell))
    if not whole:
        return []
    outside = simplified(skeleton(_BRACKETS.sub("", cell)))
    return [whole, outside] if outside and outside != whole else [whole]


@cache
def _labels() -> dict[str, str]:
    """Rows by the spellings of a whole cell."""
    return {spelling.text: spelling.item for spelling in forms.disclosure_cell_spellings()}


@cache
def _headers() -> dict[str, forms.Measure]:
    """Columns by header, also without the words that say what is counted and in which year."""
    whole = {text.replace("年度", "年"): measure for text, measure in forms.measures_by_spelling().items()}
    bare = {_MEASURED.sub("", text, count=1): measure for text, measure in whole.items()}
    undated = {text[2:]: measure for text, measure in bare.items() if text[:2] == "本年" and text != "本年增减"}
    return {**undated, **bare, **whole}
