"""Traditional characters of a report, in the simplified ones of the forms.

Only characters are exchanged, one for one: 政府資訊公開 is another word than 政府信息公开 and stays it. The table
``traditional.csv`` has the letters that labels, prose and names of divisions use.

Belongs here: the table, and whether a text needs it. Does not: what is said about such a report (``reader``).
"""

import csv
from functools import cache
from importlib import resources

#: Letters of the words below, each of which has one: they are quicker to look for.
_LETTERS = "開數總結處"
#: Words of every report and of its tables that differ in the two scripts; one of them shows that a text needs folding.
_SIGNS = ("公開", "數量", "總計", "結轉", "處理決定", "結果維持")


def needs_folding(text: str) -> bool:
    """Whether a text has words of the form in traditional characters.

    >>> needs_folding("政府信息公開"), needs_folding("政府信息公开")
    (True, False)
    """
    return any(letter in text for letter in _LETTERS) and any(sign in text for sign in _SIGNS)


def simplified(text: str) -> str:
    """A text in simplified characters, as long as it was.

    >>> simplified("行政規範性文件，處理決定數量")
    '行政规范性文件，处理决定数量'
    """
    return text.translate(_table())


def folded(text: str) -> tuple[str, int]:
    """A text in simplified characters if it needs folding, and how many letters of it were traditional.

    >>> folded("政府信息公開")
    ('政府信息公开', 1)
    """
    if not needs_folding(text):
        return text, 0
    return simplified(text), sum(map(text.count, map(chr, _table())))


@cache
def _table() -> dict[int, str]:
    with (resources.files("pipeline.forms") / "traditional.csv").open(encoding="utf-8") as file:
        return {ord(letter): row["simplified"] for row in csv.DictReader(file) for letter in row["traditional"]}
