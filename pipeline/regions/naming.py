"""The parser of agencies' printed names: the divisions a name begins with, and the body's own words.

江苏省淮安市洪泽区财政局 is 江苏省, 淮安市, 洪泽区 and 财政局. Several divisions may bear the last name;
``location`` decides which one is meant. Names that are also words (和平, 新华, 海南) count as divisions only where the
words behind them leave no other reading.

Belongs here: what a name says by itself. Evidence from elsewhere is weighed in ``location``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.regions import kinds
from pipeline.regions.gazetteer import Division, Gazetteer
from pipeline.text import ONE_TO_NINE, compact

#: Behind the last letter of a division's name these begin another word: 市场, 城市, 区域, 县域, 省级, 乡村 …
_OTHER_WORD = {
    "市": re.compile("场|容|民|话|级|属|政(?!府|协|务|法)|政务服务中心$|直(?!属)"),
    "区": re.compile("域|划|级|块|位"),
    "县": re.compile("域|级"),
    "省": re.compile("级|会|属"),
    "州": re.compile("级"),
    "旗": re.compile("舰"),
}
_ZONE_OF = (
    "经济技术|高新技术|高新|经济|技术|产业|工业|综合保税|保税|物流|国家级|临空|临港|循环|生态|旅游|现代|农业|航空港|科技|教育|"
    "化学|软件|开发|示范"
)
_ZONE_IS = (
    "开发区|开放区|试验区|保税区|保税港区|合作区|示范区|产业园|工业园|园区|新区|新城|高新区|经开区|度假区|风景区|景区|名胜区|"
    "片区|集聚区|园"
)
_ZONE = re.compile(f"^(?:{_ZONE_OF})*(?:{_ZONE_IS})")
_NAMED_ZONE = re.compile(f"^[\u4e00-\u9fff]{{1,6}}?(?:{_ZONE_OF})*(?:{_ZONE_IS})")
_BRANCH = re.compile(
    "^(?:调查总?队|海关|监管局|监管办公室|监管分局|监察局|监管专员办|特派员?办|办事处|市?分行|市?中心支行|支行|分局|"
    "专员办|特派员办事处)"
)
_COMPANY = re.compile("(?:公司|集团)$")
_SCHOOL = re.compile("(?:大学|学院|学校|中学|小学|医院)$")
_DEPARTMENT = re.compile("(?:局|厅|委|委员会|办公室|支队|大队|总队|队)$")
#: Bodies that a city runs in its counties under the county's bare name: 淮安市洪泽生态环境局, 南京市公安局鼓楼分局.
_CITY_RUN = re.compile("^(?:生态环境|自然资源|公安|规划|税务|市场监督管理|交通警察|消防|不动产|国土资源|城市管理)")
_PART = re.compile(
    r"^(?P<body>[\u4e00-\u9fff]{2,12}?局)(?P<division>[\u4e00-\u9fff]{2,6}?)(?:区|县|市)?"
    "(?P<part>分局|大队|支队|管理处)$"
)
#: National organs whose name the names of their branches often leave out: 国家税务总局淮安市税务局, 淮安市税务局.
_OFTEN_OMITTED = {"国家税务总局", "国家统计局"}
#: Suffixes for the body itself, without those below it.
_SELF = re.compile(r"\((?:本级|本部|机关|汇总)\)$")
_BRACKETED = re.compile(r"\(([^()]{1,12}?[省市区县州盟旗])\)")
_FREE_TRADE = re.compile(r"^中国\((?P<division>[^)]{2,6})\)(?P<rest>自由贸易试验区.*)$")
_AREA = re.compile("^自由贸易试验区(?P<division>.{2,6}?)片区")
_ENTERPRISE = re.compile(
    "^(?:国网|国家电网|中国(?:移动|电信|联通|邮政|铁塔|石油|石化|烟草总公司))(?=.{2,}(?:公司|集团))"
)
#: A mountain or lake is meant, after which a county is called, rather than the county.
_SCENERY = re.compile("^(?:风景|景区|名胜|旅游)")
_CORPS = "新疆生产建设兵团"
_CORPS_NAMES = re.compile(f"^(?:{_CORPS}|兵团)")
_CORPS_DIVISION = re.compile(f"^第(?:十[一二三四]?|[{ONE_TO_NINE}])师")


@dataclass(frozen=True, slots=True)
class Named:
    """What an agency's name says.

    ``divisions``: those that the last division named in it may be, none if it names none; ``body``: its own words;
    ``kind``: of ``kinds``; ``national``: an organ of the State Council itself; ``level``: 省, 市 or 县 where a word
    like 市 or 自治区 stands for the name (市科委), or where it is the level of the corps, which has no code.
    """

    divisions: tuple[Division, ...]
    body: str
    kind: str
    national: bool = False
    level: str = ""


def plain(text: str) -> str:
    """A name in one spelling: half width, no blanks, simplified characters."""
    return compact(text).translate(kinds.LETTERS)


@lru_cache(maxsize=65536)
def parse_name(name: str, year: int, gazetteer: Gazetteer) -> Named:
    """The divisions and the body of an agency's name, as it is printed in a report of a year."""
    text = _SELF.sub("", plain(name))
    text = _BRACKETED.sub(lambda match: match[1], text)
    organ = kinds.national(text)
    if organ is not None:
        rest = text[len(organ) :]
        divisions, body = _leading_divisions(rest, year, gazetteer, branch=True)
        if not divisions:
            itself = rest == "" or kinds.national(rest) is not None or not _BRANCH.search(rest)
            return Named((), text, _national_kind(text), national=itself)
        return Named(divisions, body if organ in _OFTEN_OMITTED else organ + body, "部门")
    if match := _FREE_TRADE.match(text):
        text = match["division"] + match["rest"]
        if (area := _AREA.match(match["rest"])) and gazetteer.named(area["division"], year, bare=True):
            text = area["division"] + match["rest"].replace(area["division"], "", 1)
    text = _ENTERPRISE.sub("", text)
    corps = _CORPS_NAMES.match(text)
    if corps is not None:
        text = text[corps.end() :]
    divisions, body = _leading_divisions(text, year, gazetteer)
    if not divisions and (corps is not None or _CORPS_DIVISION.match(text)):
        division = _CORPS_DIVISION.match(text)
        own = text[division.end() :] if division else text
        xinjiang = gazetteer.named("新疆维吾尔自治区", year)
        kind = kinds.kind_of(own) if own else "其他"
        return Named(xinjiang, "兵团" + text, kind, level="市" if division else "省")
    if not divisions and (read := _look_alike(text, year, gazetteer)) is not None:
        divisions, body = read
    if divisions:
        if match := _PART.match(body):
            parts = _within(divisions, match["division"], year, gazetteer)
            if parts:
                return Named(parts, match["body"] + match["part"], "部门")
        body = _own_words(body)
        return Named(divisions, body, kinds.kind_of(body))
    level, body = _relative(text)
    if not level and re.search("(?<!办公)厅$", body):
        level = "省"  # only provinces have 厅
    body = _own_words(body)
    return Named((), body, kinds.kind_of(body), level=level)


def _national_kind(text: str) -> str:
    if text == "国务院办公厅":
        return "政府办公室"
    if text == "国务院":
        return "人民政府"
    if re.search("(?:水利|流域|航务|航道).{0,4}(?:委员会|管理局)$", text):
        return "派出机构"
    return "部门"


_OWN_BODY = re.compile("^人民政府(?=.{2,}(?:街道办事处|街道|镇人民政府|乡人民政府|局|委员会|办公室|中心|驻.+办事处)$)")


def _own_words(body: str) -> str:
    """The body's own name, without a government's that stands before it: 人民政府安富街道办事处."""
    return _OWN_BODY.sub("", body)


#: Characters that typists and scanners mistake for each other.
_ALIKE = [
    "日曰",
    "未末",
    "土士",
    "己已巳",
    "千干于",
    "大太犬",
    "天夫",
    "人入",
    "冶治",
    "洲州",
    "园圆",
    "壶壸",
    "戌戍戊",
    "汨汩",
    "裡里",
]
_OTHERS = {letter: group.replace(letter, "") for group in _ALIKE for letter in group}


def _look_alike(text: str, year: int, gazetteer: Gazetteer) -> tuple[tuple[Division, ...], str] | None:
    """The division that a name begins with, if one of its characters is replaced by one that looks like it."""
    for at, letter in enumerate(text[:8]):
        for other in _OTHERS.get(letter, ""):
            mended = text[:at] + other + text[at + 1 :]
            if (step := _by_full_name(mended, 0, (), year, gazetteer)) and step[1] > at:
                return _leading_divisions(mended, year, gazetteer)
    return None


def _leading_divisions(
    text: str, year: int, gazetteer: Gazetteer, branch: bool = False
) -> tuple[tuple[Division, ...], str]:
    """Divisions that the last name at a text's beginning may mean, and the rest of the text."""
    found: tuple[Division, ...] = ()
    at = 0
    while at < len(text):
        step = _by_full_name(text, at, found, year, gazetteer)
        step = step or _by_bare_name(text, at, found, year, gazetteer, branch)
        if step is None:
            break
        found, at = step
    return found, text[at:]


def _by_full_name(
    text: str, at: int, context: tuple[Division, ...], year: int, gazetteer: Gazetteer
) -> tuple[tuple[Division, ...], int] | None:
    for end in range(min(len(text), at + gazetteer.longest), at + 1, -1):
        if text[end - 1] not in "省市区县州盟旗师岛" or not (here := gazetteer.named(text[at:end], year)):
            continue
        rest = text[end:]
        within = _narrowed(here, context)
        if not within:
            continue
        # 保定市容城县 is a county of 保定市, 保定市容环境卫生管理局 an office of 保定.
        other = _OTHER_WORD.get(text[end - 1])
        if other and other.match(rest) and _by_full_name(text, end, within, year, gazetteer) is None:
            continue
        return within, end
    return None


def _by_bare_name(
    text: str, at: int, context: tuple[Division, ...], year: int, gazetteer: Gazetteer, branch: bool
) -> tuple[tuple[Division, ...], int] | None:
    for end in range(min(len(text), at + 6), at + 1, -1):
        here = gazetteer.named(text[at:end], year, bare=True)
        rest = text[end:]
        if not here or not rest:
            continue
        within = _narrowed(here, context)
        if context:
            county = tuple(division for division in within if division.level == "县")
            runs = _CITY_RUN.match(rest) or (_ZONE.match(rest) and not _SCENERY.match(rest))
            if county and runs and all(d.level == "市" for d in context):
                return county, end
            if within and all(d.level == "省" for d in context) and (_ZONE.match(rest) or branch):
                return _largest(within, rest), end
            continue
        if branch and _BRANCH.match(rest):
            return _largest(here, rest), end
        if _SCENERY.match(rest):
            here = tuple(division for division in here if division.level == "市")
        above = tuple(division for division in here if division.level != "县")
        if here and (_ZONE.match(rest) or _follows(rest, here, year, gazetteer)):
            return _largest(here, rest), end
        if above and _NAMED_ZONE.match(rest):
            return _largest(above, rest), end
        if not above or re.match("[路镇乡村街山河湖江]|大道", rest):
            continue
        if _SCHOOL.search(rest):
            above = tuple(division for division in above if division.level == "省")
        if above and (_DEPARTMENT.search(rest) or _COMPANY.search(rest) or _SCHOOL.search(rest)):
            return _largest(above, rest), end
    return None


def _follows(rest: str, here: tuple[Division, ...], year: int, gazetteer: Gazetteer) -> bool:
    """Whether the next words are a division inside one of these: 江苏 before 淮安经济技术开发区."""
    for end in range(min(len(rest), 8), 1, -1):
        if _narrowed(gazetteer.named(rest[:end], year, bare=True), here) and _ZONE.match(rest[end:]):
            return True
    return False


def _largest(found: tuple[Division, ...], rest: str) -> tuple[Division, ...]:
    """Of a province, a city and a county of one bare name, the one that has such bodies.

    吉林 and 海南 are a province and a city, and both have zones: both are returned.
    """
    levels = {division.level for division in found}
    if {"省", "市"} <= levels and (_ZONE.match(rest) or _NAMED_ZONE.match(rest)):
        return tuple(division for division in found if division.level != "县")
    for level in ("省", "市", "县"):
        if here := tuple(division for division in found if division.level == level):
            return here
    return found


def _narrowed(found: tuple[Division, ...], context: tuple[Division, ...]) -> tuple[Division, ...]:
    """The divisions that lie in one of the context; all if there is no context."""
    if not context:
        return found
    return tuple(division for division in found if any(division.lies_in(other) for other in context))


def _within(context: tuple[Division, ...], bare: str, year: int, gazetteer: Gazetteer) -> tuple[Division, ...]:
    return tuple(d for d in _narrowed(gazetteer.named(bare, year, bare=True), context) if d.level == "县")


_RELATIVE = [
    (re.compile("^(?:自治区|省)(?!级|会|属)"), "省"),
    (re.compile("^(?:市|自治州|州|地区|盟)(?!场|容|民|话|级|桥|北|南|中区|政(?!府|协|务|法))"), "市"),
    (re.compile("^(?:自治县|县|区|旗|自治旗)(?!域|划|级)"), "县"),
]


def _relative(text: str) -> tuple[str, str]:
    """The level that 省, 市, 县 … at the beginning stand for, and the rest."""
    for pattern, level in _RELATIVE:
        if match := pattern.match(text):
            return level, text[match.end() :]
    return "", text


def clean_name(name: str) -> str:
    """An agency's name without blanks and in half-width brackets, as it is stored."""
    return compact(name)
