"""What a page prints around a report's title: names of sites and portals, breadcrumbs, the site behind a title.

Belongs here: telling a site's name from an organ's, and cutting a line at the marks that pages put between both.
Names of organs themselves are ``wording``'s.
"""

import re

#: Kinds of sites, as their names end.
_SITE = (
    "门户网站群?|门户网(?!站)|政府网站|公众信息网|政务服务网|政务信息网|政务公开网|信息公开网|政务网(?![站络])|政府网(?!站)|官方网站|官网|公众网|党政网|信息网(?![站络])|"
    "网站|门户|(?:政府)?(?:信息|政务)公开(?:平台|专栏|专网|系统|目录)|政务服务平台"
)
#: A site's name before another name – but not of an office that runs sites: X市政府网站管理中心.
_SITE_BEFORE = re.compile(
    f"^[\u4e00-\u9fff·()]{{0,30}}(?:{_SITE})(?:首页)?[:：,，·]*(?!网站|管理|运[维营行]|服务|建设|工作|中心|编辑|监[管测]|技术|办)(?=.)"
)
#: 中国望都网, and the name of the site's folder, before an organ's name.
_OTHER_BEFORE = re.compile(
    "^(?:中国[\u4e00-\u9fff]{2,6}?网(?!络|信|格)|(?:政府|政务)?(?:信息|政务)公开(?:目录|指南|年报|专栏)?"
    "(?!办|中心|处|工作|科|领导|股))(?=.{4})"
)
#: An office that runs sites has a site's name in its own, but none but it.
_IS_SITE = re.compile(
    f"(?:{_SITE}|(?<!联)网|平台|专栏|频道|栏目)$|(?:人民政府网|门户网站|政务服务网|信息公开网)(?!站?(?:管理|运|服务|建设|监)).*(?<!网站管理中心)$"
)
#: 中国·如皋 before the name of an organ of 如皋.
_CHINA_DOT = re.compile(r"^中国·(?P<place>[\u4e00-\u9fff]{2,5})(?=(?P=place))")
#: A government's name before that of one of its organs, with the same division in both: 涟水县人民政府涟水县红窑镇.
_GOVERNMENT_BEFORE = re.compile(
    r"^.{0,14}?(?P<place>[\u4e00-\u9fff]{2,8}[省市区县州盟旗])(?:人民)?政府(?P<rest>(?:.{1,9}?[省市州盟])?(?P=place).{2,})$"
)
_MARKS = re.compile(r"[-_|>»›→/\\]+|<<|>>")
_TRAIL = re.compile("首页|当前位置|所在位置|现在的位置|位置:|您的位置")


def without_site(name: str) -> str:
    """A name without a site's, or a government's as that of a site, in front of it.

    >>> without_site("洪泽区人民政府网站洪泽区审计局")
    '洪泽区审计局'
    >>> without_site("涟水县人民政府涟水县红窑镇人民政府")
    '涟水县红窑镇人民政府'
    >>> without_site("荣昌区人民政府安富街道办事处")
    '荣昌区人民政府安富街道办事处'
    """
    name = behind_site(name)
    if "公开" in name or name.startswith("中国"):
        name = _CHINA_DOT.sub("", _OTHER_BEFORE.sub("", name))
    if "政府" in name and (match := _GOVERNMENT_BEFORE.match(name)):
        return match["rest"]
    return name


def behind_site(text: str) -> str:
    """What stands behind a site's name in a text; all of it if there is none."""
    return _SITE_BEFORE.sub("", text) if "网" in text or "平台" in text or "门户" in text else text


def is_site(name: str) -> bool:
    """Whether a name is a site's and no organ's."""
    return _IS_SITE.search(name) is not None


def segments(text: str) -> list[str]:
    """The parts of a line between the marks that pages put between a title, its folders and its site."""
    return [part for part in _MARKS.split(text) if part]


def is_trail(text: str) -> bool:
    """Whether a line is a trail of links to the page: 首页 > 政务公开 > …."""
    return _TRAIL.search(text) is not None and len(segments(text)) > 1
