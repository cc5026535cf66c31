"""The kind of a body by its name, and the full form of abbreviated names.

``kinds.csv`` has patterns, of which the first that matches decides; ``terms.csv`` the short forms of bodies' names;
``national.csv`` the organs of the State Council; ``letters.csv`` traditional characters (pairs of OpenCC, as far as
names of divisions and bodies have them) and look-alikes of PDF fonts. Anyone may extend them.

Belongs here: words of bodies' names. Divisions in names are found by ``naming``.
"""

import csv
import re
from functools import cache
from importlib import resources

_FOLDER = resources.files("pipeline.regions")


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


_KINDS = [(re.compile(row["pattern"]), row["kind"]) for row in _rows("kinds.csv")]
_TERMS = {row["short"]: row["full"] for row in _rows("terms.csv")}
_NATIONAL = tuple(sorted((row["organ"] for row in _rows("national.csv")), key=len, reverse=True))
#: Traditional characters and look-alikes of scans and old fonts, for ``str.translate``.
LETTERS = str.maketrans({row["letter"]: row["plain"] for row in _rows("letters.csv")})
_ZONES = [("高新区", "高新技术产业开发区"), ("经开区", "经济技术开发区")]
_TOWN = re.compile("(?:镇|乡|苏木)$")


@cache
def kind_of(body: str) -> str:
    """人民政府, 政府办公室, 部门, 街道办事处, 乡镇, 派出机构 or 其他, from a body's name without divisions."""
    if not body:
        return "人民政府"
    return next((kind for pattern, kind in _KINDS if pattern.search(body)), "其他")


@cache
def in_full(body: str) -> str:
    """A body's name with its short forms in full: 科委 → 科学技术委员会, 东街街道 → 东街街道办事处.

    >>> in_full("政府办")
    '人民政府办公室'
    """
    if not body:
        return "人民政府"
    if body in _TERMS:
        return _TERMS[body]
    if body.endswith("街道"):
        return body + "办事处"
    if body.endswith("街道办"):
        return body + "事处"
    if kind_of(body) == "街道办事处" and not body.endswith("街道办事处"):
        return body.removesuffix("办事处") + "街道办事处"
    for short, full in _ZONES:
        body = body.replace(short, full)
    if body.endswith("管委会"):
        return body[:-3] + "管理委员会"
    if _TOWN.search(body):
        return body + "人民政府"
    if body.endswith(("镇政府", "乡政府")):
        return body[:-2] + "人民政府"
    if re.search("(?<!纪)委$", body) and len(body) > 3:
        return body + "员会"
    return body


@cache
def national(name: str) -> str | None:
    """The organ of the State Council that a name begins with, itself or one of its branches; None if none."""
    if not name.startswith(_NATIONAL):
        return None
    return next(organ for organ in _NATIONAL if name.startswith(organ))
