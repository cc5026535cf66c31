"""How reports, years and organs are written: the expressions that the modules beside this one share.

Belongs here: words, and what is an organ's name. Does not: where in a report they are searched for.
"""

import re

from pipeline.regions.naming import clean_name

#: What every title, and every mention, of a report has in it.
SUBJECT = "信息公开"
YEAR = r"(?P<year>[12]\d{3}|[二][〇○零0][〇○零一二三四五六七八九]{2})年(?:度|以来)?"
REPORT = rf"(?:政府|政务){SUBJECT}(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:报告|年报)"
A_REPORT = re.compile(REPORT)
#: What may be an agency's name; ``agency_name`` says whether it is.
NAME = r"[\u4e00-\u9fff·()、]{2,40}?"
#: Endings of the names of administrative organs.
_ORGAN = (
    "人民政府|政府|街道办事处|办事处|街道|办公室|管理委员会|管委会|委员会|监督管理局|管理局|分局|总局|局|厅|"
    "部|院|署|总队|支队|大队|中心|总站|站|所|镇|乡|苏木|公司|集团|学校|大学|学院|医院|协会|联合会|联社|社|"
    "银行|委|办|处|馆|库|区|县|市|省|旗|州|盟|法院|检察院|残联|兵团"
)
ENDS_LIKE_ORGAN = re.compile(f"(?:{_ORGAN})$")
#: Words instead of a name – but not the beginnings of 本溪, 全州, 全椒 and 全南.
_PRONOUN = re.compile("^(?:本(?!溪)|我|该|各|全(?!州|椒|南)|一年来|过去)")
_INTRODUCING = re.compile("^(?:关于|附件:?|现将|现公布|现发布|公布|发布|印发)+")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def agency_name(text: str) -> str | None:
    """The name, if the words can be one: no pronoun, and with the ending of an organ's name."""
    name = clean_name(text).strip("-·、")
    if name.count("(") != name.count(")"):
        name = name.strip("()")
    name = _INTRODUCING.sub("", name)
    if len(name) < 2 or _PRONOUN.match(name) or not ENDS_LIKE_ORGAN.search(name.rstrip(")")):
        return None
    return name


def arabic(year: str) -> str:
    """A year in Arabic digits."""
    return year.translate(_DIGITS)
