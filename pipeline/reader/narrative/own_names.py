"""What an agency calls itself in its own report: 县卫健委, 我局, 街道, 管委会, 局办公室.

Who is called by a name of the agency, or by one that is short for it, is the agency; any other body is another one.

Belongs here: an agency's name against that of a body in a sentence. Which body is the subject is ``claim_scope``'s.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_GOVERNMENT = re.compile("(?P<area>[省市县区州盟旗镇乡])(?:人民)?政府(?P<office>办公室|办公厅)?$")
#: 大城县公安局 is 县局.
_BUREAU = re.compile("(?P<area>[省市县区州旗])[^省市县区州旗]*?(?P<kind>分局|局|厅|委员会|委)$")
_OF_ANOTHER_AREA = re.compile("[各省市县区州旗]$")
_AREA = re.compile("(?<!城)市|[省县州旗盟]|(?<![社小])区")
_AREAS = "省市县区州旗盟"
#: Bodies that may call themselves by their kind alone, and how the name of such a one ends.
_BARE_KINDS: dict[str, str | tuple[str, ...]] = {
    kind: kind
    for kind in ("中心", "学校", "医院", "集团", "公司", "大队", "支队", "派出所", "分局", "委员会", "办公室", "学院")
}
_BARE_KINDS |= {
    "集团公司": "公司",
    "总公司": "公司",
    "管理处": "管理处",
    "管理局": "管理局",
    "集团": ("集团", "公司"),
    "管委会": "管理委员会",
    "学校": ("中学", "小学", "学校", "学院", "大学", "幼儿园"),
}
#: How a body's name ends, and how the agency's does of which it may be short.
_KINDS = {kind: kind for kind in ("分局", "局", "办", "厅", "心", "院", "队", "司", "校", "馆", "社", "关", "办事处")}
_KINDS |= {"委": "委员会", "会": "会", "街道办": "街道办事处", "集团": "公司"}
#: Characters that stand in no name, but in a short form of it.
_OTHER_WORDS = (("管委会", "管理委员会"), ("环保局", "生态环境局"), ("交警", "交管"), ("街道办", "街道办事处"))
#: Units of a street office or a township, and of a bureau.
_UNIT_OF_A_TOWN = re.compile(
    "(?:便民服务中心|(?:综合)?(?:行政)?执法[队办]|党政(?:综合)?办(?:公室)?|(?:党工委|党委)(?:[、和]?(?:人民)?政府|[、和]?办事处)?)"
)
_UNIT_OF_A_BUREAU = re.compile("(?P<kind>[局委厅])(?:机关)?(?:办公室|[\u4e00-\u9fff]{2}(?:大队|支队|科|股|室|中心))")
_OFFICES = ("科室", "处室", "股室")
#: 县政府及其办公室 is the government.
_AND_OFFICE = re.compile("(?<=政府)(?:及其?|和|、)(?:[省市县区州]?政府)?(?:办公室|办)$")


class Agency(NamedTuple):
    """What an agency may be called, by name and by its kind alone (街道, 县政府, 区府办), and the kind of its area."""

    names: tuple[str, ...]
    name: str
    itself: frozenset[str]
    area: str | None
    is_street_office: bool


@lru_cache(maxsize=4096)
def names_of(agency: str) -> frozenset[str]:
    """Names that an agency may call itself by: its own without the regions before it, government offices as 政府办.

    >>> "区政府办" in names_of("红旗区人民政府办公室"), "渠东街道" in names_of("红旗区渠东街道办事处")
    (True, True)
    """
    full = short(agency)
    ends = {len(full)}
    if full.endswith("街道办事处"):
        ends.add(len(full) - 3)
    if full.endswith(("镇政府", "乡政府")):
        ends.add(len(full) - 2)
    if full.endswith("委员会"):
        ends.add(len(full) - 2)
    regions = [i for i, c in enumerate(full[:-2]) if c in _AREAS]
    starts = {0, *regions, *(i + 1 for i in regions)}
    return frozenset(full[start:end] for start in starts for end in ends if end - start >= 3)


@lru_cache(maxsize=4096)
def agency_of(name: str) -> Agency:
    """What the agency of a name may be called."""
    names = tuple(names_of(name))
    match = _GOVERNMENT.search(name)
    if name.endswith("街道办事处"):
        return Agency(names, name, frozenset({"街道", "街道办", "街道办事处", "办事处"}), None, True)
    if match is None:
        bureau = _BUREAU.search(name)
        itself = {bureau["area"] + bureau["kind"]} if bureau else set()
        area = "区" if name.endswith(("开发区管理委员会", "高新区管理委员会", "新区管理委员会")) else None
        return Agency(names, name, frozenset(itself), area, False)
    area = match["area"]
    itself = {f"{area}政府", "政府", "政府办", f"{area}政府办", f"{area}府办"} | ({area} if area in "镇乡" else set())
    return Agency(names, name, frozenset(itself), area, False)


def short(name: str) -> str:
    """A name with 人民政府 and 办公室 in their short forms."""
    return name.replace("人民政府", "政府").replace("政府办公室", "政府办").replace("人民政府办", "政府办")


def is_called(body: str, agency: Agency) -> bool:
    """Whether a body is the agency or a part of it by a name in full: 县局, 区政府及其办公室, 街道综合执法队."""
    return (
        body in agency.itself
        or _is_named(body, agency)
        or _is_unit(body, agency)
        or _AND_OFFICE.sub("", body) in agency.itself
        or body.endswith(_OFFICES)
    )


def _is_named(body: str, agency: Agency) -> bool:
    """Whether a body is called by a name of the agency; 各县税务局 and 省税务局 are other bodies than 桂江市税务局."""
    if not body.endswith(agency.names):
        return False
    name = next(name for name in sorted(agency.names, key=len, reverse=True) if body.endswith(name))
    before = body[: len(body) - len(name)][-2:]
    return not _OF_ANOTHER_AREA.search(before) or before[-1] + name in short(agency.name) or before[0] in "我本"


def _is_unit(body: str, agency: Agency) -> bool:
    """Whether a body is a unit of the agency: 街道综合执法队, 镇便民服务中心, 局法制大队."""
    if agency.is_street_office and body.startswith("街道"):
        return True
    if agency.is_street_office or (agency.area is not None and agency.area in "镇乡"):
        unit = _UNIT_OF_A_TOWN.search(body)
        return unit is not None and unit.end() == len(body) and body[: unit.start()] in agency.name
    unit = _UNIT_OF_A_BUREAU.fullmatch(body)
    return unit is not None and agency.name.removesuffix("员会").endswith(unit["kind"])


def _own_area(name: str) -> str | None:
    """The kind of the area that an agency is of, the last one that its name has."""
    areas = _AREA.findall(name)
    return areas[-1] if areas else None


def is_short_for(body: str, agency: Agency) -> bool:
    """Whether a body's name is short for the agency's, or its kind alone.

    >>> is_short_for("县卫健委", agency_of("新源县卫生健康委员会")), is_short_for("中心", agency_of("新源县会计中心"))
    (True, True)
    >>> is_short_for("市住建局", agency_of("青禾区住房和城乡建设局"))
    False
    """
    if not body:
        return False
    if agency.name.endswith(_BARE_KINDS.get(body, "\n")):  # 中心收到申请
        return True
    if body[0] in _AREAS and "分局" not in body and body[0] != _own_area(agency.name):  # 市住建局 of 青禾区住建局
        return False
    if len(body) < 3 or ("分局" in agency.name) != ("分局" in body):
        return False
    kind = next((kind for kind in (body[-3:], body[-2:], body[-1:]) if kind in _KINDS), None)
    if kind is None or not agency.name.endswith(_KINDS[kind]):
        return False
    stem = body[: -len(kind)]
    if "分局" in body:
        stem = stem.translate(_NO_AREAS)
    for words, others in _OTHER_WORDS:
        stem = (stem + kind).replace(words, others).removesuffix(kind) if words in body else stem
    characters = iter(agency.name)
    return all(character in characters for character in stem)


_NO_AREAS = {ord(area): None for area in _AREAS}
