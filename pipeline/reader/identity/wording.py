"""How reports, years and organs are written: the expressions that the modules beside this one share.

Belongs here: words, and what is an organ's name. Does not: where in a report they are searched for.
"""

import re
from functools import lru_cache

from pipeline.reader.identity.chrome import is_site, without_site
from pipeline.regions.naming import clean_name

#: What every title, and every mention, of a report has in it.
SUBJECT = "信息公开"
#: Zero in a year of Chinese digits is also typed as a letter.
_ZERO = "〇○零0oOοОо"
_YEAR_DIGITS = rf"[12]\d{{3}}|[二贰2][{_ZERO}][一二三四五六七八九{_ZERO}]{{2}}"
YEAR = rf"(?P<year>{_YEAR_DIGITS})年(?:度|以来)?"
#: The year in a title, where 年 may be left out.
TITLE_YEAR = rf"[(\[〔]?(?<!\d)(?P<year>{_YEAR_DIGITS})(?!\d)(?:年(?:度)?)?[)\]〕]?"
_KIND_OF_REPORT = "(?:年度工作报告|报告|年报|工作总结)"
_MIDDLE = "(?:和政务公开)?(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?"
REPORT = rf"(?:政府|政务)?{SUBJECT}{_MIDDLE}{_KIND_OF_REPORT}"
#: The year in the middle of the words: 政府信息公开2022年度报告.
REPORT_WITH_YEAR = rf"(?:政府|政务)?{SUBJECT}(?:工作)?{TITLE_YEAR}{_MIDDLE}{_KIND_OF_REPORT}"
A_REPORT = re.compile(
    rf"{SUBJECT}(?:{_MIDDLE}|(?:工作)?[(\[〔]?(?:{_YEAR_DIGITS})(?:年度?)?[)\]〕]?{_MIDDLE}){_KIND_OF_REPORT}"
)
#: What may be an agency's name; ``agency_name`` says whether it is.
NAME = r"[\u4e00-\u9fff〇0-9A-Z·()、]{2,40}?"
#: Endings of the names of administrative organs, and of others that publish such reports.
_ORGAN = (
    "人民政府|政府|街道办事处|办事处|街道|办公室|管理委员会|管委会|委员会|监督管理局|管理局|分局|总局|局|厅|"
    "部|院|署|总队|支队|大队|调查队|中队|中心|总站|站|所|镇|乡|苏木|公司|集团|学校|大学|学院|医院|协会|联合会|联社|社|"
    "银行|分行|支行|委|办|处|馆|库|区|县|市|省|旗|州|盟|法院|检察院|残联|妇联|侨联|文联|科协|工商联|兵团|团|师|"
    "农场|林场|牧场|渔场|茶场|中学|小学|幼儿园|产业园|工业园|科技园|园|海关|监狱|总工会|红十字会|理事会|学会|商会|贸促会|"
    "研究会|基金会|电视台|自来水厂|水厂|党校|一中|二中"
)
ENDS_LIKE_ORGAN = re.compile(f"(?:{_ORGAN})$")
#: Words instead of a name – but not the beginnings of 本溪, 全州, 全椒 and 全南.
_PRONOUN = re.compile("^(?:本(?!溪)|我|该|各|全(?!州|椒|南)|一年来|过去|有关|相关|上级)")
_INTRODUCING = re.compile(r"^(?:关于|附件\d{0,2}[:.、]?|现将|现公布|现发布|公布|发布|印发|【[^】]*】|\[[^\]]*\])+")
#: Who announces whose report: X办公室关于印发Y2024年….
_ANNOUNCING = re.compile("关于(?:做好|报送|上报|报备|公布|发布|印发|公开|发送|编制)?")
#: A government or party committee without its place: 县人民政府, 区委区政府.
_RELATIVE_GOVERNMENT = re.compile(
    "^(?:(?:自治区|省|自治州|市|州|盟|地区|自治县|县|区|旗|镇|乡|街道|办事处)?(?:人民政府|政府|党委|党工委|委)|[和与及、])+$"
)
#: Words of pages and of prose that no organ's name has.
_NO_NAME = re.compile(
    r"\d月|发布机构|发文机关|公开主体|来源|首页|位置|浏览|发布时间|日期|索引|字号|年度|报告|坚强领导|正确领导|贯彻|落实|认真|情况"
)
#: Numbers in front that are part of a name, and no footnote's or list's: 143团, 12345中心, 1号码头街道.
_BEGINS_WITH_NUMBER = re.compile(r"\d{1,5}(?:团|师|连|号|中|政务|热线|医院|指挥|工程|厂|场|队|学校|小学|军|所|局)")
#: A town's party committee with its government: X镇党委、政府.
_PARTY = re.compile("(?P<place>.[镇乡])党委[、和与及]?(?:人民)?政府$")
_BALANCED = re.compile(r"(?:[^()]|\([^()]*\))*")
_ARABIC = str.maketrans(dict.fromkeys(_ZERO, "0") | dict(zip("一二三四五六七八九贰", "1234567892", strict=True)))


@lru_cache(maxsize=8192)
def agency_name(text: str) -> str | None:
    """The name, if the words can be one: no pronoun, and with the ending of an organ's name.

    A site's name before it is left out; a site's name alone, and a government without its place, are none.
    """
    name = clean_name(text).strip("-·、")
    if _NO_NAME.search(name):
        return None
    if name.endswith("人民"):
        name += "政府"  # X人民政府信息公开…: 政府 stands once and means both
    announced = _ANNOUNCING.split(name)
    name = next((part for part in reversed(announced) if part), "")
    name = _INTRODUCING.sub("", without_site(name))
    if not _BEGINS_WITH_NUMBER.match(name):
        name = name.lstrip("0123456789")
    name = name.replace("街道党工委、办事处", "街道办事处").replace("街道党工委办事处", "街道办事处")
    name = _PARTY.sub(r"\g<place>人民政府", name)
    if name.count("(") != name.count(")"):
        name = name.strip("()")
    if not _BALANCED.fullmatch(name):
        return None
    if len(name) < 2 or _PRONOUN.match(name) or not ENDS_LIKE_ORGAN.search(name.rstrip(")")):
        return None
    return None if _RELATIVE_GOVERNMENT.match(name) or is_site(name) else name


def arabic(year: str) -> str:
    """A year in Arabic digits."""
    return year.translate(_ARABIC)
