"""The scope of a claim: the reporting agency in its year, all bodies of an area, another body, or another year.

Belongs here: the subject and time of a number. The words of the claims themselves are ``vocabulary``'s.
"""

import re
from collections.abc import Iterator

from pipeline.reader.narrative.numerals import ANY
from pipeline.reader.narrative.own_names import Agency, agency_of, is_called, is_short_for, short

OWN, REGION, OTHER_BODY, OTHER_YEAR = "own", "region", "other_body", "other_year"

_ORGAN = (
    "人民政府|政府办公室|政府办|政府|街道办事处|办事处|街道办|街道|办公室|管委会|委员会|分局|总局|局|厅|委办|政务公开办|信息公开办|"
    "管理处|派出所|监督所|研究所|财政所|国土所|小学|中学|学院|大学|图书馆|文化馆|档案馆|博物馆|[林农牧]场|卫生院|卫生所|工作站|服务站|执法队|监管所|管理所|税务所|司法所|幼儿园|高校|医疗卫生机构|[\u4e00-\u9fff]{2}委|"
    "[\u4e00-\u9fff]{2}(?<![举承主协督交转代领开创合停补新联通申经待网快筹延换])办|"
    "支队|大队|中心|公司|集团|学校|医院|法院|部门|(?<!保护)(?<!监管)(?<!重点)(?<!责任)(?<!示范)(?<!用水)(?<!排污)单位|科室|处室|股室|所队|站所|乡镇|镇街|镇|乡|村|社区|"
    "(?:住建|发改|教体|教|卫健|农业农村|民政|财政|科技|交通|文旅|市|省|县|区|政法|组织|宣传)委|(?:府|县|区|市|镇|州)办"
)
#: What may stand between a subject and its verb.
_ADVERB = (
    r"(?:[,\s]*(?:20\d\d年(?:度)?|年内|年度内|本年度?|今年|全年|期间|共计|累计|总计|合计|一共|分别|依法|直接|新|共|均|也|各|已|则|又|"
    r"另行?|还|单独|自身|本身|自行|独立|本级|及其办公室|机关|报告|统计|主动|及时|(?:通过|利用|借助|依托)[^,;。]{1,16}|(?:在|为)[^,;。]{1,14}?))*\s*"
)
_DID = (
    r"(?:收到|受理|新收|接收|接到|收|办理|处理|答复|办结|回复|发布|公开(?!类|栏|目录)|推送|公布|张贴|刊登|更新|刊发|公示|制发|编发|上传|作出|实施|发生|被|有|为|"
    r"结转|产生|涉及|因|无|未|没有|审核|转发|\d|[零一二两三四五六七八九十百]+件|予以|不予|申请|依申请|政府信息公开(?:申请|行政)|"
    r"行政(?:复议|诉讼|许可|处罚|强制)|作为|"
    r"(?:官方)?(?:公众号|官微|微信|微博|视频号)|(?P<site>(?:官方|门户)?网站)|[:(])"
)
#: Before a body, what shows that it is not the subject: 向…申请, 通过…网站.
_NO_SUBJECT = re.compile(
    r"(?:向|对|经|与|和|及|通过|依托|利用|围绕|按照|根据|落实|配合|报|为|以|从|上|到|涉及|关于|转交|转送|移送|移交|转|告知其向|除)$"
)
_PREPOSITION = re.compile("通过|依托|利用|配合|围绕|按照|根据|落实|涉及|在|向|对|经|与|从|为")
#: The end of an organ's name with a verb behind it.
_ORGAN_DOES = re.compile(rf"(?:{_ORGAN})(?={_ADVERB}{_DID})")
#: Every organ's name ends in one of these characters: the quick way to the few positions where one may end.
_ENDS_AND_DOES = re.compile(rf"[府室处办道会局厅所院站队园校构委心司团门位镇街乡村区学馆场](?={_ADVERB}{_DID})")
_LONGEST_ORGAN = 6
_LONGEST_NAME = 14
_NAME = re.compile("[\u4e00-\u9fff]*$")
_DOES = re.compile(rf"{_ADVERB}{_DID}")
#: Without a match a text names no area and no other bodies; no channel of publishing; not the agency itself.
_OTHERS = re.compile("[全各辖属其关监村社门指督推个]")
_CHANNELS = re.compile("公众号|网站|微信|微博|官网|新媒体|视频号")
_ITSELF = re.compile("[我本全]|机关|级")
_REGION = re.compile(
    r"全(?:省|市|县|区|州|盟|旗|国|域|系统|行业)(?:各[\u4e00-\u9fff]{1,5}[、和]各[\u4e00-\u9fff]{1,5}|各级|各部门|各单位|各地|上下|行政机关|政府系统|系统)?|各级(?!人大|政协|领导|党)(?:各部门|行政机关|政府|[\u4e00-\u9fff]{0,8}?(?:部门|机构|机关))?|"
    r"(?:所辖|辖区内?(?!办|的?(?:[收发公作实受]|居民|群众|企业|市民|村民))|下辖)各?(?![各\d]?[\d个]*(?:社区|村))[\u4e00-\u9fff]{1,4}|我[省市县区州][\u4e00-\u9fff]{2,4}系统|[省市县区州](?:政府|直|级)?部门(?:、|和|及)各?(?:街道|乡镇|镇街|街镇|县区)|(?:政府|办公室|政府办)(?:及|和|、)其?(?:所属)?各(?:部门|单位|乡镇|镇街)[\u4e00-\u9fff、]{0,8}?(?=共|累计|合计|公开|发布|收|受|新收)|各(?:县[市区]|市县|县市|区县|市州|县、市、区|县)(?:[、和]各?[\u4e00-\u9fff]{1,5})?|各(?:县|区|市|地|乡镇|镇|街道|部门|单位)[\u4e00-\u9fff、()]{0,10}(?=共|合计|累计|总计)"
)
_EACH = re.compile(
    r"(?:(?<!政府及)(?<!公室及)(?<!政府和)(?<!公室和)(?<!政府及其)各(?!级)|[所下直局委厅市县区省]属|监管|其他|其余|有关|相关|辖区内?)(?:\d+个)?(?:[\u4e00-\u9fff]{0,6}?)(?:局|委|办|部门|单位|乡镇|镇|街道|乡|科室|机构|村|社区|企业|学校|医院|机构)|"
    r"(?:下属|所属|直属)的?[\u4e00-\u9fff]{2,12}?(?:[林农牧渔]场|所|站|馆|队|中心|学校|医院|大厅)|"
    r"(?:全[镇乡县区市]|[镇乡区县市]辖)\d+个(?:行政)?(?:村|社区)|"
    r"村级[^,;。\d]{0,10}?平台|社区(?:居务|居委会)|(?<!\d)\d+个(?:分局|[县区旗]局)|"
    r"(?:指导|督促|推动)\d+个(?:行政)?(?:村(?:\(社区\))?|社区|部门|单位|乡镇|镇街|街道|学校)"
)
_OUR_AREA = re.compile(rf"我(?P<area>[省市县区州盟旗])(?={_ADVERB}{_DID.replace('(?P<site>', '(?:')}|各|行政机关|政府)")
_SELF = re.compile(
    "我(?:局|委|办|厅|校|社|园|关|馆|公司|集团|市局|县局|区局|省厅|镇|乡|街道|街|处|单位|机关|院|部|中心|会|队|分局|所|站|署|支队|大队)|本(?:机关|局|单位|级|委|办|厅|镇|乡|街道|街|院|部|中心|"
    "行政机关|部门|会|年度报告)|全(?:局|镇|乡|街道|委|厅|办|院)|[局厅委镇乡办]机关|街道机关|机关本级|(?:市|县|区|省)本级|区级(?!部门|单位)|[乡镇]级(?!部门|单位)|县级机关"
)
#: Times that a text speaks of. The first one can begin at any character and is slow to find: it is searched for only in
#: texts with 以来 and the like.
_SINCE = r"(?P<long>[^,;。]{0,24}?(?:以来|至今)|(?:任期|届期)内?|(?:近|多|几)年来?)"
_LONG = re.compile("以来|至今|[任届]期|[近多几]年")
_FROM_THIS_YEAR = re.compile("今年|本年|年初|年内|当年")
_YEARS = re.compile("20\\d\\d(?=年)")
_SPANS = (
    r"(?P<first_year>20\d\d)年\d{1,2}月(?:\d{1,2}日)?起?(?:-|—|–|~|至|到)(?P<last_year>20\d\d)年\d{1,2}月|"
    r"(?:[自从](?P<from_year>20\d\d)年[^,;。]{0,20}?(?:至|到)20\d\d年\d{0,2}月?\d{0,2}日?底?止?)|"
    r"(?:(?P<since_year>20\d\d)年(?:度)?[^,。;]{0,8}?(?:以来|起至今|至今))"
    r"|[自从](?P<onward_year>20\d\d)年(?:度|\d{1,2}月)?(?:\d{1,2}日)?起(?![^,;。]{0,3}[至到])"
    r"|20\d\d\s*(?:-|—|–|~|至|到)\s*20\d\d学年"
    r"|(?P<span>20\d\d年?\s*(?:-|—|–|~|至|到)\s*20\d\d年(?!\d*月))"
    r"|(?:近|过去|最近|前)(?:[两三四五]|\d)年|(?:[两三四五六七八九十]|\d)年(?:来|间|多)?(?=累计|来)"
)
_TIMES = (
    r"历年|历史累计|历史上|往年|[“\"]?十[二三四五]五"
    r"|(?P<until>截至20\d\d年\d{1,2}月底?,?[^,。;]{0,6}累计)"
    r"|(?P<campaign>(?<=[月周节汛情动会置控”\"])期间)"
    r"|(?P<partly>(?<![截至止自从到–—~-])20\d\d年\d{1,2}月(?![\d日至到底末前–—~-])|第?[一二三四1-4]个?季度|[上下]半年|前三季度|(?:\d{1,2}|[一二三四五六七八九十]+)月份|(?<!\d)(?!1(?:月|-|—|–|~|至|到)+12月)"
    r"\d{1,2}月?(?:-|—|–|~|至|到)\d{1,2}月(?!\d*日)|截[至止](?:20\d\d年)?(?:\d|10|11)月)"
    r"|(?P<year>20\d\d)年(?:度)?"
    r"|(?P<last>上年度?|上一年度?|去年|前年)"
    r"|(?P<next>下年度?|下一年度?|次年|明年)"
    r"|(?P<this>本年度?|今年|本报告期|报告期内)"
    r"|(?P<all>(?<![年度])全年)"
    r"|(?P<sum>(?<=[,;])(?:总计|合计|总共|共计?)(?!同))"
)
_TIME = re.compile(
    rf"(?=[\d自从近过最前两三四五六七八九历“\"十截上去下次明本今报全第一二三四总合共期往])(?:{_SPANS}|{_TIMES})"
)
_TIME_OR_SINCE = re.compile(rf"{_SPANS}|{_SINCE}|{_TIMES}")
#: What passes to a year or from it is not of that year.
_PASSED = ("结转", "顺延", "转入", "结转至", "转至", "结转到", "延续至", "顺延至", "顺延到", "承接", "接续", "结转自")
#: Groups that name a year; where two do, both must be the report's.
_YEAR_GROUPS = ("year", "first_year", "last_year", "from_year", "since_year", "onward_year")
_COMPARED = re.compile(r"(?:较|比|与|同|相比|相较于?|对比|于|和|高出|截至|截止|至|自|从)\s*$")
_HAPPENED = re.compile("收到|受理|新收|办结|答复|发布|公开(?=$|\\d)")
_CLAUSE_END = re.compile("[,;。]")
_COMPARES = re.compile(
    r"\s*(?:度)?(?:[\u4e00-\u9fff]{0,6}(?:预算|决算|年报|公报|白皮书)|相比|增长|增加|下降|减少|的?[\u4e00-\u9fff]{0,6}(?:工作要点|通知|要求|规划|条例|办法|评估|计划)|的[\d.两三四五]+倍)"
)


#: The agency's own channel, called by its kind (局公众号, 街道办网站): behind another body it is the agency again.
_OWN_CHANNEL = re.compile(
    r"(?:^|[,;:。、])(?:[\u4e00-\u9fff]{0,10}?(?:局|委|厅|办|街道|镇|乡))(?:官方|自有|政务|门户)?(?:公众号|网站|微信|微博|官网|新媒体|视频号)"
)
#: Who decides a review is not who had it.
_JUDGES = re.compile("复议机关|复议机构|复议局|法院")
#: 区政府部门、街道 are all bodies of an area.
_OF_BODIES = re.compile("(?:政府|直|级)部门(?:、|和|及)各?$")
#: Whose web site is their own channel; a government's is everybody's.
_BUREAUS = ("局", "委", "厅")
_SHARE = re.compile(r"占[^,;。]*")
#: A part and its subject end with the semicolon: 全市处罚 10 件，其中市局 2 件；许可 30 件.
_PARTS = re.compile("其中[^;。]*(?=;)")
_QUOTED = re.compile("“[^“”]*”(?=栏目|专栏|平台|频道|板块|专题|系统)")
_BRACKETS = re.compile(r"\([^()]*\)")
_LEADING = re.compile(
    '^(?:年(?:度)?(?!鉴)|20\\d\\d年(?:度)?|全年|本年度?|今年|年内|其中|同时|此外|截至目前|目前|以及|及|和|由|另外?|[、,“”"])+'
)


def scope_of(text: str, agency: str, year: int, *, carried: bool = False) -> str:
    """The scope of a number that stands behind a text, which is its sentence so far.

    ``carried`` is for numbers that pass from one year to the next: these name the other year and are still of this one.
    """
    if "(" in text:
        text = _BRACKETS.sub("", text)  # words in brackets count only inside them, as in 各县(市、区)
    if ";" in text and "其中" in text:
        text = _PARTS.sub("", text)
    if "”" in text:
        text = _QUOTED.sub("", text)
    if "占" in text:
        text = _SHARE.sub("", text)
    if not carried and _other_time(text, year) and not _is_led_by(text, year):
        return OTHER_YEAR
    body = agency_of(agency)
    scope = _last_subject(text, body) or OWN
    if scope == OTHER_BODY and ";" in text:
        first, *_, last = text.split(";")
        if ANY.search(first) and _last_subject(first, body) in (None, OWN) and not _last_subject(last, body):
            return OWN  # the agency's own numbers go on behind those of another body
    return scope


def _is_led_by(text: str, year: int) -> bool:
    """Whether a sentence opens with its year, and the words since the last semicolon name no other one."""
    if ";" not in text:
        return False
    first, last = _CLAUSE_END.split(text, maxsplit=1)[0], text[text.rfind(";") :]
    return str(year) in first and not _other_time(first, year) and not _TIME.search(last)


def names_a_subject(text: str, agency: str) -> bool:
    """Whether a text says whose its numbers are."""
    return _last_subject(text, agency_of(agency)) is not None


def _other_time(text: str, year: int) -> bool:
    """Whether the last time that a text speaks of is another than the year."""
    other = is_span = is_part = False
    for match in (_TIME_OR_SINCE if _LONG.search(text) else _TIME).finditer(text):
        before, behind = text[: match.start()], text[match.end() :]
        if match["year"] or match["last"] or match["next"]:
            if before.endswith(_PASSED) or (match["next"] and before.endswith(("到", "至", "入"))):
                continue
            if _COMPARED.search(before) and not match["next"] and not _HAPPENED.search(_CLAUSE_END.split(behind)[0]):
                if match["year"] and before.endswith(("截至", "截止", "至", "自", "从")) and int(match["year"]) == year:
                    other = False
                elif match["year"] and before.endswith(("截至", "截止")) and int(match["year"]) < year:
                    other, is_span, is_part = True, False, False
                continue
            if _COMPARES.match(behind) or behind.startswith(("结转", "转入", "遗留", "顺延")):
                continue
        if match["all"]:
            other = other and not is_span  # 2023 年全年 is still of 2023
            continue
        if match["sum"]:
            other = other and not is_part
            continue
        is_span, is_part = False, match["partly"] is not None
        if match["this"]:
            other = False
        elif years := [found for key in _YEAR_GROUPS if (found := match[key])]:
            other = any(int(found) != year for found in years)
        else:
            is_span = True
            other = not (_LONG.search(match.group()) and _begins_in(match.group(), year))
    return other


def _begins_in(span: str, year: int) -> bool:
    """Whether a span of time begins in a year: 今年以来."""
    named = _YEARS.findall(span)
    return int(named[-1]) == year if named else _FROM_THIS_YEAR.search(span) is not None


def _last_subject(text: str, agency: Agency) -> str | None:
    """The scope of the last subject that a text names; None where it names none."""
    last, scope = -1, None
    for end, of_subject in _subjects(text, agency):
        if end >= last:
            last, scope = end, of_subject
    return scope


def _subjects(text: str, agency: Agency) -> Iterator[tuple[int, str]]:
    """Where each subject ends, and its scope; of two that end together the later one given counts."""
    names_others = _OTHERS.search(text) is not None
    if names_others:
        yield from _areas(text)
    if "我" in text:
        yield from _our_area(text, agency)
    if names_others:
        yield from _other_bodies(text)
    yield from _acting_bodies(text, agency)
    if _CHANNELS.search(text):
        yield from ((match.end(), OWN) for match in _OWN_CHANNEL.finditer(text))
    if _ITSELF.search(text):
        yield from _itself(text)


def _areas(text: str) -> Iterator[tuple[int, str]]:
    """全县, 各级, 各部门共: all bodies of an area."""
    for match in _REGION.finditer(text):
        yield match.end(), REGION


def _our_area(text: str, agency: Agency) -> Iterator[tuple[int, str]]:
    """我县: all its bodies, unless the agency is its government."""
    for match in _OUR_AREA.finditer(text):
        if _may_be_subject(text, match):
            yield match.end(), OWN if match["area"] == agency.area else REGION


def _other_bodies(text: str) -> Iterator[tuple[int, str]]:
    """各单位, 所属学校, 有关部门: bodies that are not the agency."""
    for match in _EACH.finditer(text):
        if _may_be_subject(text, match) and _DOES.match(text[match.end() :] + "("):
            yield match.end(), OTHER_BODY


def _acting_bodies(text: str, agency: Agency) -> Iterator[tuple[int, str]]:
    """Bodies by their names, where they do something."""
    for start, end, is_site in _bodies(text + "("):
        if scope := _scope_of_body(text, start, end, is_site, agency):
            yield end, scope


def _itself(text: str) -> Iterator[tuple[int, str]]:
    """我局, 本机关, 全镇: the agency itself."""
    for match in _SELF.finditer(text):
        if _may_be_subject(text, match) and not text.startswith(("辖区", "范围"), match.end()):
            yield match.end(), OWN


def _may_be_subject(text: str, match: re.Match[str]) -> bool:
    return not _NO_SUBJECT.search(text[: match.start()])


def _bodies(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each body with a verb behind it, and whether it is a body's web site; names as long as can be.

    They are searched for from their ends: an expression that begins with the name would try it at every character.
    """
    at = 0
    for near in _ENDS_AND_DOES.finditer(text):
        for first in range(max(at, near.end() - _LONGEST_ORGAN), near.end()):
            if organ := _ORGAN_DOES.match(text, first):
                name = _NAME.search(text[max(at, first - _LONGEST_NAME) : first])
                at = organ.end()
                yield first - len(name.group() if name else ""), at, organ["site"] is not None
                break


def _scope_of_body(text: str, start: int, end: int, is_site: bool, agency: Agency) -> str | None:
    """The scope of a number whose subject is a body in the text; None where it is not the subject."""
    printed = text[start:end]
    if printed.startswith("及"):  # 县政府及其办公室: the government was found
        return None
    body = _LEADING.sub("", short(printed))
    if is_called(body, agency):
        return OWN
    if (is_site and not body.endswith(_BUREAUS)) or "个" in body:
        return None
    if is_short_for(body, agency):
        return OWN
    if len(body) == 1:  # 局收到申请
        return OWN if agency.name.endswith(body) else None
    if _OF_BODIES.search(text[:start]):
        return REGION
    if body.startswith("转"):  # 转市自然资源局 1 件
        return None
    if any(words in body for words in ("各级", "及各", "和各")) or _REGION.match(body):
        return REGION
    if _JUDGES.search(body):  # 复议机关维持
        return None
    # It is the subject where no preposition stands before it, nor in it, where too much was taken for its name.
    if not body or _SELF.search(printed) or _PREPOSITION.search(printed) or _NO_SUBJECT.search(text[:start]):
        return None
    return OTHER_BODY
