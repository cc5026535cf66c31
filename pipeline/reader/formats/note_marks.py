"""Marks of notes: what is raised, lowered or set above a text is no letter or digit of it.

Beside a number a mark is kept between square brackets (``114[1]``), which no number has in it. Beside words it is left
out, so that a label stays the label, and so it is in prose.

Belongs here: what becomes of a mark. Which text is one its format says.
"""

import re

#: A mark that brackets enclose already.
BRACKETED = re.compile(r"[\[(（【〔［〈<].*[\])）】〕］〉>]")
#: What only a footnote mark is; a longer text beside words stays.
MARK = re.compile(r"[\s\[(（【〔［]*(?:注\s*)?[\d*＊※†‡#①-⑳]{0,3}[\s\])）】〕］]*|注")
LONGEST = 12


def shown(text: str, before: str, behind: str, *, in_cell: bool, above: bool = False) -> str:
    """What stands in the plain text for a raised or lowered one.

    ``before`` and ``behind`` are the texts beside it in its paragraph; ``above``: it is set above the text before it.
    """
    mark, before, behind = text.strip(), before.rstrip()[-1:], behind.lstrip()[:1]
    if not mark or len(mark) > LONGEST:
        return text
    is_mark = MARK.fullmatch(mark) is not None
    if is_mark and before and not in_cell:
        return ""
    if before.isdecimal() or behind.isdecimal():
        return mark if BRACKETED.fullmatch(mark) else f"[{mark}]"
    return "" if before and (above or is_mark) else text
