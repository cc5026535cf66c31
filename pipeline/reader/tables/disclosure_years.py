"""Table two printed once more with last year's numbers, under a caption that names the year (附：2023年度情况).

Belongs here: which rows stand under the caption of an earlier year. Does not: columns of years (``disclosure_grid``).
"""

import re
from collections.abc import Sequence

from pipeline.reader.document import Row

#: A caption is no longer than this.
_LONGEST = 40
_CAPTION = re.compile(
    r"[#*(（]*(?P<added>附件?[:：]?)?[(（]?(?P<year>20[0-9]{2})年度?.{0,20}?(?:情况|数据|统计|对比)表?(?:[(（].{0,12}[)）])?[)）*]*"
)
_COMPARES = re.compile("对比|对照|比较|参考|上年|去年")
#: What ends the tables below a caption: the heading of a section.
_HEADING = re.compile(r"[#*\s]*[(（]?[一二三四五六]\s*[)）]?[、.．]|.*(?:收到和处理|申请人情况)")

#: First and last line of rows under a caption.
Lines = tuple[int, int]


def lines_of_other_years(rows: Sequence[Row]) -> list[Lines]:
    """The lines of rows under captions of an earlier year than others name, or of one that is added to compare."""
    captions = [(at, match) for at, row in enumerate(rows) if (match := _caption(row))]
    if not captions:
        return []
    latest = max(int(match["year"]) for _, match in captions)
    found: list[Lines] = []
    for at, match in captions:
        if int(match["year"]) == latest and not (match["added"] or _COMPARES.search(match[0])):
            continue
        following = (below for below in range(at + 1, len(rows)) if _ends(rows[below]))
        end = next(following, len(rows))
        if end > at + 1:
            found.append((rows[at + 1].line, rows[end - 1].line))
    return found


def _caption(row: Row) -> re.Match[str] | None:
    if len(row.cells) != 1 or len(row.cells[0]) > _LONGEST or "年" not in row.cells[0]:
        return None
    return _CAPTION.fullmatch("".join(row.cells[0].split()))


def is_caption(text: str) -> bool:
    """Whether a line is such a caption, of any year."""
    return len(text) <= _LONGEST and _CAPTION.fullmatch("".join(text.split())) is not None


def _ends(row: Row) -> bool:
    return _caption(row) is not None or (len(row.cells) == 1 and _HEADING.match(row.cells[0]) is not None)
