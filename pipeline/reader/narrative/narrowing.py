"""Numbers of every kind of case, of which a part alone is of openness: 行政应诉 15 件，其中政府信息公开类 1 件.

The tables count the part. Belongs here: which claim takes another one's place, and which whole a 其中 that opens a
sentence is of.
"""

import re

from pipeline.reader.narrative import context, vocabulary
from pipeline.reader.narrative.claim import TRACKS, Claim

#: 其中区政府收到 97 件.
_OF_ITS_KIND = re.compile(r"其中[^\d;。]{0,30}?(?:收到|受理|新收|(?P<answered>答复|办结))[^\d,;。]{0,12}\d")
_TOTAL = re.compile(r"(?:共计?|合计|总计)\s*(\d{1,9})\s*件[。；;]?$")
_FINISHED = ("answered", "handled", "received")


class Narrowing:
    """The claims of a sentence that may count cases of every kind, and their parts that are of openness."""

    def __init__(self) -> None:
        self._certain: dict[int, bool] = {}
        self._narrowed: dict[int, list[int]] = {}

    def of_all(self, index: int, *, certain: bool) -> None:
        """The next claim may be of every kind; it stays only if it is certain and no part of it says otherwise."""
        self._certain[index] = certain

    def forget(self, index: int) -> None:
        """The number that would have been this claim makes none."""
        self._certain.pop(index, None)

    def forget_reviews(self, found: list[Claim]) -> None:
        """Reviews of openness are named: those before, of which nothing is said, were of every kind."""
        self._certain |= {i: False for i in self._certain if i < len(found) and found[i].claim in TRACKS}

    def is_of_all(self, index: int) -> bool:
        """Whether a claim may be of every kind."""
        return index in self._certain

    def last_of_all(self, begin: int, end: int) -> int | None:
        """The last of some claims that may be of every kind."""
        return max((index for index in self._certain if begin <= index < end), default=None)

    def narrow(self, whole: int, part: int) -> None:
        """A part of a claim is its only number of openness."""
        self._narrowed.setdefault(whole, []).append(part)

    def is_only_part(self, index: int) -> bool:
        """Whether a claim is the part of openness of one of every kind."""
        return any(index in parts for parts in self._narrowed.values())

    def apply(self, found: list[Claim], begin: int) -> None:
        """Put parts into the places of their wholes, and drop what is not certain, from the claim ``begin`` on."""
        if not self._certain:
            return
        dropped = {i for i, certain in self._certain.items() if not certain or i in self._narrowed}
        promoted = {part: whole for whole, parts in self._narrowed.items() for part in parts}
        kept: list[Claim] = []
        place: dict[int, int] = {}
        for index, claim in enumerate(found[begin:], begin):
            whole = claim.part_of
            if index in promoted:
                stays = claim._replace(claim=found[promoted[index]].claim, part_of=None)
            elif index in dropped or (whole is not None and whole >= begin and whole not in place):
                continue
            else:
                stays = claim._replace(part_of=place.get(whole, whole) if whole is not None else None)
            place[index] = begin + len(kept)
            kept.append(stays)
        found[begin:] = kept


def whole_before(found: list[Claim], text: str) -> int | None:
    """The claim that a sentence opening with 其中 is of: the only one of the sentence before, or the one that fits."""
    last = len(found) - 1
    total = _TOTAL.search(found[last].text)
    if total and int(total[1]) != found[last].value:
        return None  # 收到 45 件，结转 2 件，共计 47 件。其中
    before = [i for i, claim in enumerate(found) if claim.text == found[last].text and claim.part_of is None]
    if len(before) < 2:
        only = before[-1] if before else last
        of_others = vocabulary.A_CHANNEL.search(text[:20]) and found[only].claim == "answered"
        return None if of_others and any(one.claim == "received" for one in found[-4:]) else only
    fitting: tuple[str, ...] = ()
    if vocabulary.A_CHANNEL.search(text[:40]):
        fitting = ("received",)
    elif match := _OF_ITS_KIND.match(text):
        fitting = ("answered",) if match["answered"] else ("received",)
    elif context.outcome(text[:40], ""):
        fitting = _FINISHED
    return next((i for claim in fitting for i in reversed(before) if found[i].claim == claim), None)
