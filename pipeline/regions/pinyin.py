"""How Chinese characters are read, in letters without tones: for a search by pinyin and by initials.

Two sources. The names of divisions have their pinyin in ``divisions.csv``, read as these places are: 重庆 is chong
qing. GB 2312 orders its first 3,755 characters by how they are read; ``syllables.csv`` says with which character each
syllable begins, so that it has a reading for all of them. ü is v, as on a keyboard. Of a rarer character that no
division has in its name no reading is known, and it is found by itself alone.

Belongs here: readings of characters. Which names they are for, and how they are searched, is not known here.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from importlib import resources

from pipeline.regions.kinds import LETTERS

_FOLDER = resources.files("pipeline.regions")
#: The characters of GB 2312 that are ordered by reading lie in this range of its bytes.
_FIRST, _LAST = b"\xb0\xa1", b"\xd7\xf9"


def readings(texts: Iterable[str]) -> dict[str, str]:
    """The readings of all characters of some texts, of each with blanks between them, the commonest first.

    >>> readings(["重庆", "A局"])
    {'局': 'ju', '庆': 'qing', '重': 'zhong chong'}
    """
    of_divisions = _of_divisions()
    found = {}
    for character in sorted({character for text in texts for character in text}):
        simplified = character.translate(LETTERS)
        known = dict.fromkeys([*_of_order(simplified), *of_divisions.get(simplified, ())])
        if known:
            found[character] = " ".join(known)
    return found


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _of_divisions() -> dict[str, tuple[str, ...]]:
    """Readings that characters have in names of divisions."""
    found: dict[str, dict[str, None]] = {}
    for row in _rows("divisions.csv"):
        name, syllables = row["county"] or row["city"] or row["province"], row["pinyin"].replace("ü", "v").split()
        if len(name) == len(syllables):
            for character, syllable in zip(name, syllables, strict=True):
                found.setdefault(character, {})[syllable] = None
    return {character: tuple(syllables) for character, syllables in found.items()}


@cache
def _syllables() -> tuple[list[bytes], list[str]]:
    rows = _rows("syllables.csv")
    return [row["first"].encode("gb2312") for row in rows], [row["syllable"] for row in rows]


def _of_order(character: str) -> list[str]:
    """The reading of a character by its place among the first of GB 2312; empty for others."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return []
    if not _FIRST <= code <= _LAST:
        return []
    firsts, syllables = _syllables()
    return [syllables[bisect_right(firsts, code) - 1]]
