"""What two names say of the bodies that bear them: a government, its office, one body under two names.

Belongs here: comparing names, and a name with the words by which a report calls its own agency (我局, 本街道).
Which answer then wins is decided by ``answers``.
"""

import re
from functools import lru_cache

from pipeline.regions.gazetteer import gazetteer
from pipeline.regions.naming import Named, parse_name

#: Any year of the official forms does: what a name says of its body hardly depends on it.
_YEAR = 2024
#: Words by which a report calls its agency; 我单位 and 本机关 fit every one, 我区 and 我市 the departments, too.
_OWN = re.compile(
    "[我本](?:局|厅|委(?!托|派)|办(?!法|理|事|公|结|案|件)|街道|街(?!道)|镇|乡|院|校|队|中心(?![城镇村区])|团|单位)"
)
#: What the names of bodies have that call themselves 我校 and 我局.
_ALSO = {"校": ("校", "大学", "学院", "中学", "小学"), "局": ("局", "海关", "监狱")}
#: Words by which a government speaks of its division.
_OWN_DIVISION = re.compile("(?:[我全本](?:省|市|县|区|州|盟|旗|自治[区州县旗]))|各(?:镇|乡|街道|部门|县)")
_GOVERNMENT = re.compile("(?<![镇乡木民])(?:人民政府|政府)$|[省市县区州盟旗]$|行政公署$|行署$")
_GOVERNMENT_OFFICE = re.compile("(?:政府|公署|行署|[省市县区州盟旗]委)办公[室厅]$|政府办$")
#: Development zones and the like, which have bureaus and sites of their own.
_ZONE = re.compile("(?<!城市)(?<!市政)(?<!市容)(?<!监督)(?<!行政)(?<!交通)(?<!水利)(?<!资产)(?:管理委员会|管委会)$")
_TOWN = re.compile("(?:镇|乡|苏木|街道|街道办事处|(?<!管)街道办)$|[镇乡木](?:人民)?政府$|街道办$")
_OFFICE = re.compile("办公[室厅]$|政府办$|政务|审批|数据|电子|信息中心|网信|行政服务|宣传|档案|党政")
_BUREAU = re.compile("[局厅委](?:员会)?(?:\\(.*\\))?$|分局$|支队$|大队$|中心$|院$|学校$")
#: Letters of a body's name that say its kind, or join words; a short name may lack them.
_SHARED = re.compile("人民政府|街道办事处|办事处|街道|管理委员会|委员会|管委会|[局厅委办镇乡区县市省和与及、()]")


def own_word(text: str) -> str:
    """The first word by which a text calls its agency: 我局, 本街道; empty if there is none."""
    match = _OWN.search(text)
    return match[0] if match else ""


def speaks_as_government(text: str) -> bool:
    """Whether a text speaks of a division as its own, as a government's report does, and calls no organ its own."""
    return _OWN_DIVISION.search(text) is not None and not own_word(text)


def is_government(name: str) -> bool:
    """Whether a name is that of a government of a county or above, or of its division."""
    return _GOVERNMENT.search(name) is not None and not re.search("(?:开发|高新|经开|新|园|景|度假|保税|港)区$", name)


def is_superior(name: str) -> bool:
    """Whether a name is that of a government, or of its office."""
    return is_government(name) or _GOVERNMENT_OFFICE.search(name) is not None


def has_a_site(name: str) -> bool:
    """Whether a name is that of a body on whose site others publish: a government, its office, a zone."""
    return is_superior(name) or _ZONE.search(name) is not None


def is_office(name: str) -> bool:
    """Whether a body may compile or publish the reports of others: a general office, a bureau for data or permits."""
    return _OFFICE.search(name) is not None


def is_town(name: str) -> bool:
    """Whether a name is that of a township or a sub-district office."""
    return _TOWN.search(name) is not None


def own_word_fits(word: str, name: str) -> bool:
    """Whether a report that says 我局 can be of a body of this name; 我单位 fits all but a government."""
    if not word:
        return True
    if word[1:] == "单位":
        return not is_government(name)
    if is_government(name):
        return False
    kind, body = word[1:], _parsed(name).body or name
    if kind[0] in "街镇乡":
        return is_town(name)
    return any(each in body for each in _ALSO.get(kind, (kind,)))


def own_word_contradicts(word: str, name: str) -> bool:
    """Whether a report that says 我局 can hardly be of a body of this name: a government or a town, and conversely."""
    kind = word[1:]
    if is_government(name):
        return bool(word) and kind != "办"
    if kind in ("局", "厅", "委", "镇", "乡", "街道") and _GOVERNMENT_OFFICE.search(name):
        return True
    if kind in ("局", "镇", "乡", "街道") and _ZONE.search(name) and "局" not in name:
        return True
    if kind in ("局", "厅", "委") and is_town(name):
        return True
    return kind in ("镇", "乡", "街道") and not is_town(name) and _BUREAU.search(name) is not None


@lru_cache(maxsize=8192)
def is_one_body(one: str, other: str) -> bool:
    """Whether two names may be one body's: a short name has letters of the full one only, and lies in its division.

    >>> is_one_body("昆山市自然资源和规划局", "市资规局"), is_one_body("沭阳县水利局", "沭阳县民政局")
    (True, False)
    """
    if one in other or other in one:
        return True
    first, second = _parsed(one), _parsed(other)
    if first.divisions and second.divisions and not _may_meet(first, second, is_town(one) and is_town(other)):
        return False
    short, long = sorted((_SHARED.sub("", each.body) for each in (first, second)), key=len)
    return (bool(short) and set(short) <= set(long)) or first.body == second.body


def lies_below(name: str, superior: str) -> bool:
    """Whether the division of a name is part of another name's, and not the same."""
    own, above = _parsed(name).divisions, _parsed(superior).divisions
    return any(a.lies_in(b) and a.line != b.line for a in own for b in above)


def _may_meet(one: Named, other: Named, towns: bool) -> bool:
    """Whether two divisions may be one; those of towns may be named by any division above.

    灌云县税务局 is not 江苏省税务局, but 上海市陆家嘴街道 may be 浦东新区陆家嘴街道.
    """
    pairs = [(a, b) for a in one.divisions for b in other.divisions]
    return any(a.line == b.line or (towns and (a.lies_in(b) or b.lies_in(a))) for a, b in pairs)


def begins_with_division(name: str) -> bool:
    """Whether a name begins with a division that the gazetteer knows."""
    return bool(_parsed(name).divisions)


def is_division(name: str) -> bool:
    """Whether a name is a division's and nothing else."""
    named = _parsed(name)
    return bool(named.divisions) and not named.body


@lru_cache(maxsize=8192)
def _parsed(name: str) -> Named:
    return parse_name(name, _YEAR, gazetteer())
