"""The headers of table three (自然人 … 总计): which column of the form each is, and in which order they stand.

Belongs here: words of headers. Does not: where a row's cells stand (``grid_table``, ``page_columns``).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.forms import APPLICATION_COLUMNS, APPLICATIONS, COLUMN_LABELS
from pipeline.forms.skeleton import skeleton

WIDTH = len(APPLICATION_COLUMNS)
#: What a header begins with, also where a page's end has cut it, and its column's position on the form.
_BEGINNINGS = {
    "自然": 0,
    "公民": 0,
    "个人": 0,
    "商业": 1,
    "企业": 1,
    "科研": 2,
    "社会公": 3,
    "公益组织": 3,
    "社会组织": 3,
    "法律服": 4,
    "律师事务所等法律服务": 4,
    "其他": 5,
    "其它": 5,
    "总计": 6,
    "合计": 6,
    "总数": 6,
}
_WHOLE = {label: position for position, (label, _) in enumerate(COLUMN_LABELS[APPLICATIONS].values())}
_TOTAL = WIDTH - 1
#: The headers above all applicants, and above the five kinds of organizations.
_ALL = "申请人情况"
_GROUP = (_ALL, "法人或其他组织", "法人和其他组织", "法人及其他组织", "法人或者其他组织", "法人其他组织")
#: The header of a column that adds the organizations up.
_SUM = ("小计", "合计", "总计")
#: Headers of one column, from the upper to the lower: ('申请人情况', '法人或其他组织', '科研机构').
_IN_BRACKETS = re.compile(r"\((?:'[^']*', )+'([^']*)'\)")
#: No header is longer.
_LONGEST = 14

#: Positions of columns in the order in which a text names them, where it names them in the form's order: with the
#: total at the end, or before the organizations, whose headers stand a line below.
USUAL_ORDERS = ([0, 1, 2, 3, 4, 5, 6], [0, 6, 1, 2, 3, 4, 5])


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    """A header without signs; of the headers of one column in brackets, as pandas prints them, the lowest."""
    found = _IN_BRACKETS.fullmatch(text.strip())
    return skeleton(found[1] if found else text)


@lru_cache(maxsize=2048)
def position_of(text: str) -> int | None:
    """The position on the form of the column that a header names; None if it is no such header."""
    bare = _bare(text)
    if len(bare) > _LONGEST:
        return None
    return next((position for beginning, position in _BEGINNINGS.items() if bare.startswith(beginning)), None)


@lru_cache(maxsize=2048)
def is_group(text: str) -> bool:
    """Whether a text is a header above others: above all applicants, or above the organizations."""
    bare = _bare(text)
    return len(bare) <= _LONGEST and bare.startswith(_GROUP) and not bare.endswith(_SUM)


def is_sum(text: str) -> bool:
    """Whether a text is the header of a column that adds the organizations up, which the form does not have."""
    bare = _bare(text)
    return bare.startswith(_GROUP) and bare.endswith(_SUM)


def is_of_all(text: str) -> bool:
    """Whether a text is the header above all applicants."""
    return _bare(text).startswith(_ALL)


def is_header(cells: Iterable[str]) -> bool:
    """Whether a row's cells are headers of the table: at least two of them."""
    found = {position_of(cell) if not is_group(cell) else cell for cell in cells if cell}
    return len(found - {None}) > 1


def named_order(words: Sequence[str]) -> list[int] | None:
    """Positions on the form of the columns that some words name, each once and whole; None if they do not name all."""
    order = [_WHOLE[bare] for word in words for part in word.split() if (bare := skeleton(part)) in _WHOLE]
    return order if sorted(order) == list(range(WIDTH)) else None


def is_out_of_order(words: Sequence[str]) -> bool:
    """Whether the words before the table's first row name its columns in no usual order."""
    order = named_order(words)
    return order is not None and order not in USUAL_ORDERS


def only_total_is_elsewhere(words: Sequence[str]) -> bool:
    """Whether words name the columns in the form's order but for the total, whose header may stand a line above."""
    order = named_order(words) or []
    return [position for position in order if position != _TOTAL] == list(range(_TOTAL))
