"""What the noun beside a number is: an application for information, one of another kind, a decision, a review.

Agencies count much in the same words: 受理低保申请 86 件, 行政处罚案卷评查 20 件, 工伤认定引发行政诉讼 13 件. The words
that such a noun may carry and still be the tables' object are few and listed here; any other word makes it something
else. So a noun that nobody has seen before makes no claim.

Belongs here: what stands right before and behind a noun. What a number means in its sentence is ``claims``'.
"""

import re
from functools import lru_cache

#: Kinds of nouns: it names openness; it is bare, so that the sentence says what it is; it is of some matter, and may be
#: either; it is something else.
OPENNESS, BARE, OF_A_MATTER, OTHER = "openness", "bare", "of_a_matter", "other"
_MEMOIZED = 8192

_TIMES = (
    r"20\d\d年?(?:[-—–~至到]20\d\d)?年?(?:度)?|\d{1,2}月(?:\d{1,2}日)?(?:底|末)?|全年|本年度?|今年|年内|年度|当年|上年度?|去年|前年|往年|前[两三]年|"
    "一年来|这一年|过去的?一年|报告年度|起|止|里|同期|期间|近[两三四五]年|上一年度?|截至目前|截至|截止|目前|年底|年末|底|末|本报告期|报告期内|以来|其间|日|间|内"
)
_ADVERBS = (
    "该|上述|法定期限|规定期限|法定时限|规定时限|规定时间|期限|时限|工作日|其中|共计|累计|总计|合计|总共|一共|直接|先后|分别|依法|依规|按时|按期|及时|自行|单独|自身|本身|独立|全部|规范|妥善|认真|主动|"
    "尚|暂|曾|均|都|各类|此类|该类|上述|同一|有效|书面|来自|对于|以及|其余|剩余|其他|同时|另外|此外|另有|还有|仅有|各自|实际|切实|积极|平均|"
    "涉及|涉|关于|有关|相关|对|向|从|在|以|因|由|经|为|是|有|并|和|与|及|等|的|了|到|过|被|共|新|各|已|也|又|还|另|仅|只|则|而|约|近|超|逾|达|计|本|总|"
    "由此|一件|一例|任何|再|中|上|下|多|余|件次|件|份|条|宗|起|例|次|人|名|个|项|类|量|数量|数|未|无|没有|没|后|前|即|将|且|或|所|"
    "零|一|二|两|三|四|五|六|七|八|九|十|百|千|万"
)
_DOING = (
    "作出|收到|新收到|新收|受理|接收|接到|收取|收件|接受|出现|产生|发生|办理|处理|答复|办结|办复|回复|办毕|完毕|完成|转来|转交|转办|转送|移交|"
    "提交|提出|递交|寄来|发来|提起|提供|增至|增加|要求|按照|根据|审核|渠道|方式|形式|收"
)
_PEOPLE = (
    "自然人|公民|法人或其他组织|法人和其他组织|法人|其他组织|社会组织|社会公益组织|组织|商业企业|企业|科研机构|法律服务机构|人民群众|群众|市民|村民|居民|农民|个人|"
    "申请人|当事人|律师|社会公众|公众|社会|学校|医院|市直|县直|区直|省直|媒体|单位|部门|公益|我|他人"
)
_CHANNELS = (
    "互联网|网络|网上|在线|线上|邮寄|邮政|信函|信件|电子邮件|邮件|电子邮箱|邮箱|"
    "当面|现场|传真|电话|口头|平台|系统|窗口|网站|门户|快递|通过"
)
_OPEN = "政府信息公开|信息公开|政务公开|公开政府信息|公开信息|依申请公开|政府信息|信息|依申请|申请|公开|依"
#: A body's name: so many characters and how it ends.
_BODY = (
    r"(?:(?!公开|信息|申请|涉|关于|有关|不予|因|对|受理|收到|向)[\u4e00-\u9fff]){0,14}?(?:人民政府|政府办公室|政府办|政府(?!信息)|街道办事处|办事处|办公室|管委会|委员会|分局|总局|厅|局机关|局|街道|机关|本级|监管所|"
    r"管理处|乡镇|镇街|(?:[镇乡街委院]|(?<![补新代联通申经待网快筹延换承主举])办)(?=[^\u4e00-\u9fff]|共|全|本|收|受|新|办|依|因|被|$))"
)
#: All bodies of an area or system.
_AREA = (
    r"全(?:省|市|县|区|州|盟|旗|国|域|系统|行业|局|镇|乡|街道|委|厅)|我(?:街道|[省市县区州盟旗镇乡局委办厅街处])|各级|各部门|各单位|各乡镇|各镇街?|各街道|各地|行政机关|"
    r"[\u4e00-\u9fff]{2}(?:系统|机关)|[省市县区]属[\u4e00-\u9fff]{2}"
)
_SIGNS = r"[A-Za-z\"“”'‘’、,:：()\s\d.%—–~《》|-]"


def _one_of(*words: str) -> re.Pattern[str]:
    """An expression for one of some words or a time; a longer word before a shorter one, a single character last."""
    some = sorted({word for group in words for word in group.split("|")}, key=len, reverse=True)
    return re.compile("|".join([*(w for w in some if len(w) > 1), _TIMES, *(w for w in some if len(w) == 1)]))


_AREA_OF = re.compile(r"[省市县区州旗镇乡]\|")
_BODIES = re.compile(f"{_AREA}|{_BODY}")
_PLAIN = _one_of(_ADVERBS, _DOING, _PEOPLE, _CHANNELS, _OPEN)
_SIGN = re.compile(_SIGNS)
_REVIEW = _one_of(
    _ADVERBS,
    _DOING,
    _PEOPLE,
    _OPEN,
    "行政复议|行政诉讼|行政应诉|复议机关|复议|诉讼|应诉|起诉|被诉|行政|案件|案|工作|引发|引起|导致|出庭|参加|被申请人|被申请|被告|不服|作为|内容|不满意|不满|"
    "驳回|一审|二审|再审|新增|答辩人|情形|情况|事项|行为|方面|问题|纠纷|争议|败诉|结果|向人民法院|人民法院|法院|上级",
)


def _is_clean(text: str, words: re.Pattern[str]) -> bool:
    """Whether a text is nothing but these words, times and names of bodies."""
    if not text:
        return True
    if not _SIGN.sub("", words.sub("", text)):
        return True
    rest = _AREA_OF.sub("|", words.sub("|", _BODIES.sub("|", text)))
    return not _SIGN.sub("", rest)


@lru_cache(_MEMOIZED)
def is_plain(text: str) -> bool:
    """Whether words before a number name nothing but applications, those who send them and how."""
    return _is_clean(text, _PLAIN)


#: An application that is named as one for information.
_NAMED = re.compile(
    "信息公开(?:的|类|书面|有效)?申请|公开(?:政府)?信息(?:的)?(?:书面)?申请|依申请公开|申请(?:人)?(?:要求)?(?:公开|获取|政府信息|信息)|公开(?:的)?申请|"
    "(?<!更正)(?<!数据)(?<!变更)(?<!查询)(?<!个人)信息申请"
)
_NOUN = re.compile("申请")
_NOT_ONE = re.compile("(?:不属于?|并?非|不是|[未不]作为)[^,;。]{0,4}信息公开申请")
#: 申请书 and the like.
_NO_NOUN = re.compile(
    "申请(?:人|书|表|单|渠道|条件|流程|方式|平台|系统|材料|指南|目录|点|栏|途径|理由|内容|资料|程序|制度|须知|率|答复率)"
)
_MATTER = re.compile("涉及|关于|有关|要求(?:公开|获取)|请求")
#: 涉土地征收信息公开申请 88 件, without a verb, is one kind of several.
_OF_ONE_MATTER = re.compile("(?:其中)?(?:涉|关于|有关)")
#: What may stand between the noun and its number.
_TAIL = _one_of(
    _ADVERBS,
    _DOING,
    _OPEN,
    _PEOPLE,
    "连续|总量|总数|件数|数量|事项|案件|案|工作|方面|较多|最多|较少|依次|主要|集中|排名|前列|情况|办件|答复|登记|增至|降至|降到|下降|上升|增长|提高|减少|升|降|至|分|年|月|登记率|期|量|工作日|法定期限",
)


#: 收到要求公开征地信息的申请.
_ASKED_FOR = re.compile("(?:要求|申请)(?:公开|获取)[^,;。]{1,24}的$")


@lru_cache(_MEMOIZED)
def application_noun(text: str) -> str | None:
    """What kind of application the words before a number name; None where they name none.

    >>> application_noun("全年共收到政府信息公开申请"), application_noun("受理申请"), application_noun("受理低保申请")
    ('openness', 'bare', 'other')
    >>> application_noun("依申请公开目录保持"), application_noun("按时办结")
    ('of_a_matter', None)
    """
    if _NO_NOUN.search(text) and not _NOUN.search(_NO_NOUN.sub("", text)):
        return None if "申请人" in text and not re.search("申请(?!人)", text) else OTHER
    last = None
    for last in _NOUN.finditer(text):  # noqa: B007
        pass
    if last is None:
        return None
    head, tail = _TAKEN.split(text[: last.start()], maxsplit=1)[-1], text[last.end() :]
    if tail.startswith(("公开", "获取")) and not _is_clean(tail, _TAIL):
        return OF_A_MATTER  # 申请公开出警记录的
    if not _is_clean(tail, _TAIL) or (_ELSEWHERE.search(text) and not _NAMED.search(text)):
        return OTHER
    if _NOT_ONE.search(text):
        return OTHER
    if _ASKED_FOR.search(head) and _TAKEN.search(text):
        return OPENNESS
    if _NAMED.search(text):
        return OF_A_MATTER if _OF_ONE_MATTER.match(text) and not _is_clean(head, _PLAIN) else OPENNESS
    return _kind_by(head)


def _kind_by(head: str) -> str:
    """The kind of an application by the words before it."""
    if _is_clean(head, _PLAIN):
        return BARE
    return OF_A_MATTER if _MATTER.search(head) else OTHER


def is_by_its_subject(text: str) -> bool:
    """Whether before the verb stand only those who took applications in: 旧改收到申请 says what for.

    >>> is_by_its_subject("我局全年收到申请"), is_by_its_subject("旧改收到申请")
    (True, False)
    """
    return is_plain(_TAKEN.split(text, maxsplit=1)[0]) if _TAKEN.search(text) else True


_LABEL = re.compile("[^,;:。()]*(?=:[^:]*$)")
_LABEL_WORDS = re.compile("结果|情况|方面|数据|统计|如下|具体|分类|工作|平台|建设|监督|保障|管理|服务|渠道|部门|处")


@lru_cache(_MEMOIZED)
def is_labelled_otherwise(text: str) -> bool:
    """Whether a label with a colon says what the words behind it are about, and it is no openness: 资格认定：受理申请.

    >>> is_labelled_otherwise("教师资格认定:受理申请"), is_labelled_otherwise("办理情况:受理申请")
    (True, False)
    """
    found = _LABEL.search(text) if ":" in text else None
    if found is None or names_openness(found.group()) or "申请" in found.group():
        return False
    return not is_plain(_LABEL_WORDS.sub("", found.group()))


_NO_KIND = re.compile("年|结转|维持|撤回|驳回|自然人|公民|企业|同一|胜诉|审结")


def is_another_kind(text: str) -> bool:
    """Whether a kind of reviews is named that is not of openness: 工伤认定."""
    if _NO_KIND.search(text):
        return False
    return not names_openness(text) and not _is_clean(text, _REVIEW_TAIL)


_CAUSE = re.compile("^(?:[^,;。]*,)?(?:因|就|针对|由于|对)(?P<cause>[^,;。]+),[^,;。]*$")


@lru_cache(_MEMOIZED)
def has_another_cause(text: str) -> bool:
    """Whether the clause before says why reviews were asked for, and it is not openness: 因对补偿不服，居民提起复议.

    >>> has_another_cause("因对拆迁补偿不服,居民提起行政诉讼"), has_another_cause("因不服答复,申请行政复议")
    (True, False)
    """
    found = _CAUSE.search(text)
    return found is not None and not names_openness(text) and not _is_clean(found["cause"], _REVIEW)


#: 收到网上申请 2 件 leaves the letters out.
_ONE_WAY = re.compile(
    "(?:网络|网上|网站|线上|在线|信函|邮寄|邮件|邮箱|当面|现场|传真|窗口|口头|自然人|企业|法人|律师)(?:提出|提交|方式|渠道|类|的)*(?:政府)?(?:信息)?(?:公开)?申请$"
)
_THROUGH = re.compile(
    "(?:(?:通过|经由?|以|从)[^,;。]{0,14}|^)(?:网络|网上|网站|线上|在线|信函|邮寄|邮件|邮箱|当面|现场|传真|窗口|平台|系统)"
)
_JOINED = re.compile("[、和与及或]|共(?![收受有])|等|合计|总计")


@lru_cache(_MEMOIZED)
def is_of_one_way(text: str) -> bool:
    """Whether words before a number count the applications of one way or of one kind of applicants alone.

    >>> is_of_one_way("收到网上申请"), is_of_one_way("收到自然人、企业提交的申请"), is_of_one_way("收到申请")
    (True, False, False)
    """
    return bool(_ONE_WAY.search(text) or _THROUGH.search(text)) and not _JOINED.search(text)


#: Behind these verbs stands what was taken in, before them who took it.
_TAKEN = re.compile("收到|新收|受理|接收|接到|接受(?!理)|收取|答复|办结|办理|处理|收(?=[^集看]{0,8}申请)")
#: Where other business is done.
_ELSEWHERE = re.compile("专窗|大厅|一件事|一网通办|便民|政务服务(?!网|平台)|热线")
_BEHIND = re.compile("(?P<head>[\u4e00-\u9fff]{0,12}?)申请(?!人|公开)")
_OTHER_BEHIND = re.compile(
    "的?[\u4e00-\u9fff]{0,8}?(?:建议|提案|议案|工单|信访|投诉|举报|咨询|留言|来信|来电|诉求|热线|案卷|合同|事项|案件)"
)


@lru_cache(_MEMOIZED)
def noun_behind(text: str) -> str | None:
    """What kind of application the words right behind a number name: 受理 86 件低保申请.

    >>> noun_behind("低保申请"), noun_behind("人大代表建议"), noun_behind("政府信息公开申请"), noun_behind("均已答复")
    ('other', 'other', 'openness', None)
    """
    match = _BEHIND.match(text)
    if match is None:
        return OTHER if _OTHER_BEHIND.match(text) else None
    if _NAMED.search(text):
        return OPENNESS
    return _kind_by(match["head"])


#: What may stand between a verb (收到, 办结) and its number, where no application is named.
_OBJECT = _one_of(
    _ADVERBS, _DOING, _PEOPLE, "数量|总量|工作|当场|提前|正常|回|复|毕|完成率|答复书|决定书|告知书|至|为主|超期|逾期|率"
)
_VERB = re.compile(
    "收到|新收|受理|接收|接到|接受(?!理)|收取|新增|登记|答复|办结|办复|回复|办毕|办理完[毕成]|处理完[毕成]|完成|办理|处理"
)


@lru_cache(_MEMOIZED)
def has_own_object(text: str) -> bool:
    """Whether the last verb before a number has an object that is no application: 办结网格事件, 新增目录.

    >>> has_own_object("办结网格事件"), has_own_object("年内办结"), has_own_object("共收到")
    (True, False, False)
    """
    verbs = list(_VERB.finditer(text))
    if len(verbs) > 1 and verbs[-1].group() == "登记" and verbs[-1].end() == len(text):
        verbs.pop()  # 受理机动车登记
    return bool(verbs) and not _is_clean(_AND_REGISTERED.sub("", text[verbs[-1].end() :]), _OBJECT)


_AND_REGISTERED = re.compile("(?:并|、|和)(?:予以)?登记")
_DECISION = re.compile(
    "行政许可|许可决定|许可|行政处罚|处罚决定|处罚|行政强制措施|行政强制执行|行政强制|强制措施|强制执行"
)
#: 许可 55 件 alone may be of anything.
_DECIDED = re.compile("行政|决定|作出|实施|办理|发放|颁发|审批")
_DECISION_TAIL = _one_of(
    _ADVERBS,
    "办件量|办理量|办件数|办理数|拆除|处理决定|决定书|决定|案件|案|数量|总数|总量|件数|结果|分别|信息|公示|公开|执行|措施|行政许可|行政处罚|行政强制|"
    "许可|处罚|强制|办理|实施|作出|发生|办结|审批|增至|降至|增加|减少|下降|全部|网上|事项|处理",
)
_NO_DECISION = re.compile(
    "案卷|评查|抽查|听证|典型|文书|模板|裁量|基准|移送|撤销|法制审核|审核|审查|备案|培训|优秀|权责|清单|目录|梳理|报送|建议|指导|监督|回访|"
    "信用修复|变更|延续|不予(?:行政)?许可|不予(?:行政)?处罚"
)


_GIVEN = re.compile("(?:发放|颁发)[^,;。]*|作出|实施|发放|颁发|审批|核发|准予|行政|处罚|强制|[0-9件、]")
#: 设计审核等行政许可: of which decisions.
_SUCH_AS = re.compile("作出[^,;。]*等(?=行政(?:许可|处罚|强制))")


@lru_cache(_MEMOIZED)
def is_decision(text: str) -> bool:
    """Whether words before a number name decisions, not files, hearings or standards of them.

    >>> is_decision("作出行政处罚决定"), is_decision("组织行政处罚案卷评查"), is_decision("受理行政许可申请")
    (True, False, False)
    """
    last = None
    if _NO_DECISION.search(_SUCH_AS.sub("", text)):
        return False
    for last in _DECISION.finditer(text):  # noqa: B007
        pass
    if last is not None and last.group() in ("许可", "许可决定") and not is_plain(_GIVEN.sub("", text[: last.start()])):
        return False  # 取水许可 is one kind of several
    return last is not None and _DECIDED.search(text) is not None and _is_clean(text[last.end() :], _DECISION_TAIL)


_MADE = re.compile(
    r"(?:[我本][\u4e00-\u9fff]{1,3})?(?:(?:全年|年内|本年度?|依法|已?将|对|把|共|累计|20\d\d年(?:度)?)*(?:作出|下达|做出)(?:的|了)?(?:共)?)?"
)


def is_decision_behind(lead: str, behind: str) -> bool:
    """Whether the decisions stand behind their number: 作出的 3 件行政处罚决定."""
    return bool(_MADE.fullmatch(lead)) and not _NO_DECISION.search(behind)


_TRACK = re.compile("行政复议|行政诉讼|行政应诉|复议|诉讼|应诉|起诉(?!讼)|被诉(?!讼)")
_OF_OPENNESS = re.compile(
    "申请公开[^,;。]{1,20}?(?:引发|引起)|公开政府信息|信息公开|依申请公开|公开申请|公开信息|信息的?答复|公开答复"
)
_REVIEW_TAIL = _one_of(
    _ADVERBS,
    _DOING,
    _OPEN,
    "行政复议|行政诉讼|行政应诉|复议|诉讼|应诉|起诉|被诉|案件|案|数量|总量|件数|情况|情形|工作|结果|维持|纠正|撤销|确认违法|责令|重新|履行|其他|"
    "尚未|审结|审理|结案|被|驳回|正在|仍在|尚在|判决|裁定|一审|二审|方面|引发|引起|增至|降至|处理|上升|下降|减少|持平|年|胜诉|机关|行政机关|原行政行为|直接|未经|后",
)


#: 其他行政诉讼 6 件, 非信息公开类复议 3 件.
_OF_THE_REST = re.compile("(?:其他|其它|其余|另外)(?:各?类)?$|非(?:政府)?信息公开")


@lru_cache(_MEMOIZED)
def review_noun(text: str) -> str | None:
    """What kind of review the words around a track's name make of it; None where they name none.

    >>> review_noun("因政府信息公开被申请行政复议"), review_noun("行政复议"), review_noun("工伤认定引发行政诉讼")
    ('openness', 'bare', 'other')
    >>> review_noun("收到行政复议答复通知书"), review_noun("行政诉讼败诉案件")
    ('other', 'other')
    """
    first = _TRACK.search(text)
    if first is None:
        return None
    if not _is_clean(text[first.end() :], _REVIEW_TAIL):
        return OTHER
    if _OF_THE_REST.search(text[: first.start()]):
        return OTHER
    if _OF_OPENNESS.search(text):
        return OPENNESS
    return BARE if _is_clean(text[: first.start()], _REVIEW) else OTHER


_NOTHING = re.compile("未曾?|没有|无|从未|未有|尚未|不存在|没|零")
_DECISION_DENIED = _one_of(
    _ADVERBS,
    _DOING,
    "行政许可|行政处罚|行政强制措施|行政强制|行政|许可|处罚|强制|决定|案件|事项|情况|情形|业务|措施|执行|实施|作出|发生|开展|收费|事业性|政府集中采购|采购|"
    "规章|规范性文件|制发|征收|检查|其他",
)
_REVIEW_DENIED = _one_of(
    _ADVERBS,
    _DOING,
    _PEOPLE,
    _OPEN,
    "行政复议|行政诉讼|行政应诉|行政|复议|诉讼|应诉|起诉|被诉|案件|案|情况|情形|事项|问题|现象|工作|引发|引起|导致|被申请人|被申请|被告|不服|作为|存在|针对|"
    "因此|为此|新增|纠纷|败诉|撤销|投诉|举报|上诉|信访|责任追究|其他|内容|行政机关|行为|法律|机关|本年",
)
_APPLICATION_DENIED = _one_of(
    _ADVERBS,
    _DOING,
    _PEOPLE,
    _CHANNELS,
    _OPEN,
    "其它|者|方面|事项|情况|情形|案件|案|行政复议|行政诉讼|复议|诉讼|存在|内容|要求|业务|政务|相关信息|工作",
)
#: What makes a denial narrower than everything that it could deny.
_NARROWER = re.compile(
    "通过|方式|当面|现场|窗口|信函|邮寄|网络|网上|线上|超期|逾期|重复|不符合|因未|未及时|违法|不予|部分公开|不公开|不作为|无法提供|败诉(?!案件?(?:、|和|及|或)|的)|被撤销|撤销(?:决定|情形)"
)
#: 未收到企业提出的申请 leaves the others open; 公民、法人 is everybody.
_OF_ONE_KIND = re.compile(
    "(?<![、和或及与])(?:商业|科研)?(?:企业|自然人|律师|媒体|机构|法人)(?!或|和|及|与|、|以及|其他|其它)"
)


#: 未收到对申请答复的投诉, 未设立复议委员会.
_OF_AN_APPLICATION = re.compile(
    "[^,;。]{0,6}(?:投诉|异议|举报|信访|差错|错误|纠纷|功能|制度|台账|专栏|评价|栏目|平台|渠道)"
)
_OF_A_REVIEW = re.compile("委员会|机构|机关|制度|权|指南|窗口|渠道|点|通知|决定|答复")
#: 连续三年, 网络等任何形式的: words that make a denial no narrower.
_FOR_YEARS = re.compile(
    "连续[^,;。]{1,4}年|(?:书面|网络|信函|邮件|当面|电话|口头|[、和或])*等?(?:任何|各种|其他)(?:形式|方式|渠道)(?:提出|提交)?的?"
)


@lru_cache(_MEMOIZED)
def is_of_all(claim: str, words: str, tail: str) -> bool:
    """Whether a denial is of everything that a claim counts, not of some kind of it, by its words and those behind.

    >>> [is_of_all("received", words, "") for words in ("未收到政府信息公开申请", "未收到涉及预售的信息公开申请")]
    [True, False]
    >>> [is_of_all("reconsideration", "未收到行政复议", tail) for tail in ("案件", "撤销决定")]
    [True, False]
    """
    if claim.startswith("administrative"):
        return _is_clean(_NOTHING.sub("", words) + tail, _DECISION_DENIED) and not _NARROWER.search(words + tail)
    if claim in ("reconsideration", "litigation"):
        if words.startswith("零"):
            return not _NARROWER.search(tail[:4])
        if _OF_A_REVIEW.match(tail):
            return False
        return _is_clean(words + tail, _REVIEW_DENIED) and not _NARROWER.search(words + tail)
    if claim != "received" or words.startswith("零"):
        return True
    words = _FOR_YEARS.sub("", words)
    if _OF_AN_APPLICATION.match(tail):
        return False
    return (
        _is_clean(words, _APPLICATION_DENIED)
        and not _NARROWER.search(words + tail[:4])
        and not _OF_ONE_KIND.search(words)
    )


_OPENNESS_ALONE = re.compile(
    "(?:其中)?(?:包?含|包括)?(?:涉及?|属于?|为)?(?:政府)?信息公开(?:类|方面|案件|的|有|工作|共)*"
)


def is_openness_alone(text: str) -> bool:
    """Whether words before a number are only 信息公开类 and the like."""
    return "信息公开" in text and _OPENNESS_ALONE.fullmatch(text) is not None


def names_an_application(text: str) -> bool:
    """Whether a text names applications for information."""
    return _NAMED.search(text) is not None and not _NOT_ONE.search(text)


def names_openness(text: str) -> bool:
    """Whether a text names openness: 其中政府信息公开类."""
    return _OF_OPENNESS.search(text) is not None
