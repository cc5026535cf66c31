"""Page numbers that are bare numbers: told by the whole text, which they number from 1 to its end.

A bare number on a line of its own may be a cell. It is a page's where each such number that ends a page, or stands
alone between empty lines, is the next: 1, 2, 3 and so on, the last one behind all other text.

Belongs here: bare numbers. Does not: marks that show what they are, such as - 3 - (``label_runs``).
"""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\f*\s*[0-9]{1,3}\s*")
#: A text has so many pages.
_LEAST_PAGES = 3


def page_numbers(source: Sequence[str]) -> list[int]:
    """The numbers of the lines that hold a page number alone; empty where it is not certain.

    >>> page_numbers(["行政许可", "0", "1", "", "行政处罚", "0", "2", "", "六、", "3"])
    [3, 7, 10]
    >>> page_numbers(["行政许可", "1", "", "行政处罚", "0", "", "2"])
    []
    """
    last = next((at for at in range(len(source) - 1, -1, -1) if source[at].strip()), None)
    if last is None or not _NUMBER.fullmatch(source[last]):
        return []
    empty = [at for at in range(last + 2) if at >= len(source) or not source[at].strip()]
    if not empty or empty[-1] != last + 1:
        empty.append(last + 1)
    ends = [at - 1 for at in empty if at and source[at - 1].strip()]
    alone = [at for at in ends if at == 0 or not source[at - 1].strip() or at == last]
    for found in (ends, [at for at in alone if _NUMBER.fullmatch(source[at])]):
        numbers = [source[at].strip() for at in found if _NUMBER.fullmatch(source[at])]
        if len(found) >= _LEAST_PAGES and numbers == [str(n + 1) for n in range(len(found))]:
            return [at + 1 for at in found]
    return []
