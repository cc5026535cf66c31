"""The words by which a report's prose states a number of its tables.

Data: one entry a claim, in the order in which they are tried. ``lead`` is searched in the words before a number in its
clause, ``behind`` is matched against the words right behind it. To teach the reader a wording, extend an expression
here and add a sentence to ``tests/narrative``.
"""

import re
from dataclasses import dataclass

#: What a paragraph can be about.
APPLICATION, REVIEW = "application", "review"


@dataclass(frozen=True, slots=True)
class ClaimWording:
    """How a claim is worded: before its number, and right behind it, where it can stand there."""

    claim: str
    lead: re.Pattern[str]
    behind: re.Pattern[str] | None = None


_LAST = r"(?:上年度?|上一年度?|去年|往年|以前年度|前一年度?|20\d\d年度?)"
_NEXT = r"(?:下年度?|下一年度?|次年|明年|下一?年度?|20\d\d年度?)"
#: What may stand between a number and its word behind it: 3 件（均）予以公开.
_LINK = (
    r"\s*(?:申请(?:因[^,;。]{1,16}?)?|因[^,;。]{1,16}?|信息|均|全部|都|已|经|作|作出|属于?|为|是|被|"
    r"按期|按时|依法|及时|系|的|[\"“])*\s*"
)
_FINISHED = "答复|办结|办复|回复|办毕|办理完[毕成]|处理完[毕成]|办理完结|完成办理|完成"


def _behind(words: str) -> re.Pattern[str]:
    return re.compile(_LINK + f"(?:{words})")


def _wording(claim: str, lead: str, behind: str | None = None) -> ClaimWording:
    return ClaimWording(claim, re.compile(lead), _behind(behind) if behind else None)


#: Results of an application, the narrower before the wider word.
OUTCOMES = [
    _wording("partially_granted", "部分(?:予以)?公开", "部分(?:予以)?公开"),
    _wording(
        "not_processed",
        "不予处理|不作为(?:政府)?信息公开(?:申请)?处理|不作为申请处理|不再处理|不予重复处理",
        "不予处理|不作为(?:政府)?信息公开(?:申请)?处理|不予重复处理",
    ),
    _wording("denied", "不予(?:以)?公开|不同意公开|不公开", "不予(?:以)?公开|不同意公开|不公开"),
    _wording(
        "unavailable",
        "无法提供|(?:政府)?信息不存在|[不未]掌握|没有现成信息",
        "无法提供|(?:政府)?信息不存在|[不未]掌握|(?:因)?(?:本机关)?不掌握(?:相关)?(?:政府)?信息",
    ),
    _wording("other_processing", "其他(?:方式)?处理|其他办理结果", "其他(?:方式)?处理"),
    _wording(
        "granted",
        "(?:予以|同意|准予|全部|完全|决定)(?:全部|全面|全文)?公开",
        "(?:予以|同意|准予|全部|完全|决定)(?:全部|全面|全文)?公开",
    ),
]
#: Numbers that pass from one year to the next.
CARRIED = [
    _wording(
        "carried_forward",
        rf"(?:结转|顺延|转入|转至|延续|转|延)(?:到|至|入)?{_NEXT}|{_NEXT}(?:度)?继续(?:办理|答复)|{_NEXT}(?:答复|办理)$",
        rf"将?(?:(?:由|从|自)?{_LAST})?(?:正在办理|尚在办理|尚未办结|仍在办理)?[,并]?(?:将|需|须)?(?:结转|顺延|转入|转至|延续|转|延)(?:到|至|入)?(?:{_NEXT})|(?:将|需)?(?:在|于|待)?{_NEXT}(?:继续)?(?:办理|答复)",
    ),
    _wording(
        "carried_over",
        rf"{_LAST}(?:度)?(?:的)?(?:结转|转入|顺延|遗留|接转|转接|结余)|(?:结转|承接|接续){_LAST}|结转自{_LAST}",
        rf"(?:为|系|是)?{_LAST}(?:度)?(?:结转|转入|顺延|遗留)",
    ),
]
REVIEWED = [
    _wording(
        "reconsideration",
        "复议",
        "(?:因[^,;。]{0,16}?)?(?:的)?行政复议|提起(?:的)?行政复议|被申请(?:行政)?复议|申请(?:了)?(?:行政)?复议",
    ),
    _wording(
        "litigation",
        "诉讼|应诉|起诉|被诉",
        "(?:因[^,;。]{0,16}?)?(?:的)?(?:行政诉讼|提起(?:了)?(?:的)?(?:行政)?诉讼)",
    ),
]
#: Results of a review; which of the two it is of, the words before say.
RESULTS = [
    _wording("upheld", "维持", "(?:结果|被|(?:人民)?法院|复议机关)?(?:均)?(?:判决|决定|予以)?维持"),
    _wording(
        "corrected",
        "纠正|撤销|确认违法|责令(?:重新|履行|重做|限期)",
        "(?:结果|被)?(?:予以)?(?:纠正|撤销|确认违法|责令)",
    ),
    _wording(
        "pending",
        "[尚还仍正]?[未在]审[结理]|未(?:审)?结|审理中|未判决",
        "[尚还仍]?(?:未|没有)(?:审结|判决)|(?:尚|正)?在审理|审理中",
    ),
    _wording("other", "其他(?:处理)?(?:结果|情形|处理)?$|其他(?:处理)?结果", "(?:为|作)?其他结果"),
]
DECISIONS = [
    _wording("administrative_license", "许可", "(?:行政)?许可决定|行政许可$"),
    _wording("administrative_penalty", "处罚", "(?:行政)?处罚决定|行政处罚$"),
    _wording("administrative_coercion", "行政强制|强制(?:措施|执行)", "行政强制(?:措施)?(?:决定|$)"),
]
RECEIVED = re.compile(
    "收到|新收|(?<!不予)(?<!不再)受理(?!机构|点|部门|条件|范围|渠道|方式|时间|地址|电话|流程)|接收|接到|接受|收取|新增|(?<!产)登记(?!类|事项|证|率)|共收(?![录集看取费])|收件|收(?=[^集看]{0,8}申请)"
)
ANSWERED = re.compile(f"(?<!未)(?<!不予)(?<!书面)(?:{_FINISHED})(?!率|时间|时限|期限|意见|渠道|文书|模板|质量)")
ANSWERED_BEHIND = re.compile(
    r"\s*(?:(?:政府)?信息公开)?(?:申请)?(?:因[^,;。]{1,16}?延期后?答复|(?:,?\s*(?:均|全部|都|已|按[期时]|依法|在法定期限内|在规定期限内|在?年内|及时|并|予以|作出|作了)){1,5}\s*"
    + f"(?:{_FINISHED})(?!率))"
)
HANDLED = re.compile(
    "(?<!不予)(?<!其他)(?<!跨年)(?<!尚在)(?<!正在)(?<!仍在)(?<!再)(?<!需)(?<!应)(?<![^开]申请)(?:办理|处理)(?!决定|费)|承办(?=[^,;。]{0,16}申请)|(?:办理|处理)(?:了)?(?:的)?(?:政府)?(?:信息)?(?:公开)?申请"
)
#: Two verbs that share one number: 受理并答复 5 件.
JOINED = re.compile(
    f"(?:收到|新收|受理|接收|接到|收)(?:了)?(?:[^,;:。]{{0,14}}申请)?[^,;:。]{{0,4}}(?:并|、|和|及|且)[^,;:。]{{0,8}}(?:{_FINISHED})"
)
#: An application; and ways to send one or people who do, whose number is a part of all applications.
AN_APPLICATION = re.compile("申请(?!人|书|表|渠道|条件|流程|方式|平台|系统|事项)|依申请公开|依申请")
A_CHANNEL = re.compile(
    "网络|网上|网站|线上|在线|平台|信函|信件|邮寄|邮件|邮箱|邮政|当面|现场|窗口|书面|传真|电话|自然人|公民|个人|法人|企业|组织|机构|律师|口头|来函|"
    "寄送|快递|(?<!全)系统|电子|交换途径"
)
ENDS_WITH_APPLICATION = re.compile(
    r"(?:申请|依申请公开)(?:[\"“”]|工作|情况|方面|的|政府信息|公开|信息|数量?|总数|总量|件数?|事项|件|案件|答复)?(?:\s|,|全[省市县区州]|共|共计|总共|合计|总计|有|为|是|累计|达|计|仅|量|由|从|均|连续[^,;。]{1,3}年)*$"
)
#: 转办依申请公开件 28 件 are of others.
HANDED_ON = re.compile(
    "(?:转办|分办|督办|交办|移送|转送|审核|指导|协助|协查|会办)[^,;。]{0,6}申请|向[^,;。]{1,12}申请$"
)
BY_OTHERS = re.compile("转(?:交|送|办|给|由)?[^,;。]{0,10}办理")
#: What else agencies count, and what is never an application.
NO_APPLICATION = re.compile(
    "立案|结案|咨询|投诉|举报|信访|热线|工单|来信|来电|来访|提案|建议|议案|留言|诉求|信箱|网民|会议|培训|检查|督查|问题|纠纷|救助|群众意见|服务事项|"
    "补正|撤回|放弃|征求|告知书|法律援助|(?<!公开)(?<!公开申请)案件|评价|差评|好评|公证|调解|仲裁|信件|延期|转办|信息处理费|补贴|低保|证照|执照|登记证"
)
#: What an agency has to do, not what it did.
NO_EVENT = re.compile(
    "(?<!办理行政许可)(?<!办结行政许可)事项(?!.*(?:办理|办结|作出|实施|审批))|清单|目录|承接|梳理|权力|种类|制度|窗口|人员|依据"
)
GENERAL_BUSINESS = re.compile("指导|办理|审理|受理|承办|代理|审结|立案|收到|接收|出庭|参与|案件审|化解|办结|化解")
PUBLISHED = re.compile(
    r"(?:(?<!信息)(?<!申请)(?<!应)(?<!应主动)(?<!梳理)(?<!编制)(?<!细化)(?<!接收政府)(?<!予以)(?<!予)(?<!部分)(?<!政务)(?<!务)(?<!新)(?<!法定主动)(?<!法定)公开(?!栏|屏|点|专区|专栏|电话|平台|窗口|墙|渠道|范围|工作(?!信息|动态|简报)|条例|申请|事项|年报|年度(?!报告$)|指南|目录|"
    r"制度|标准|领域|行政(?!审批|执法|决策|事业|复议决定书)|属性|办(?!学|事|理结果)|主体|力度|条目|评议|选登|招标|招聘|拍卖|挂牌|竞争|听证|承诺|征集|征求|募捐|审理|裁判|庭审|开庭|审查|场所|查阅|查询|渠)|新公开|发布(?!会|厅|平台|渠道|制度|流程|审核|机制|协调|量)|推送|刊发|刊登|刊载|公示(?!栏|屏|牌|终端)|"
    r"上传|(?<!制)发文|推出|转发|编发|发送|推发|更新|张贴|登载|播发|发出|制作发布|公布|公告(?=[^,;。]{0,4}审计结果))"
)
PUBLISHED_BEHIND = re.compile(
    r"\s*(?:信息)?(?:均|全部|已)?(?:在|通过)?[^,。;]{0,10}(?:主动)?(?:公开发布|对外公开|主动公开|发布)(?!会)"
)
#: What is published, as the noun between the verb and the number says it; there may be none.
INFORMATION = re.compile(
    "信息|动态|文件|解读|稿件|内容|资讯|公告|文章|推文|图文|消息|公报|规章|通知|微博|微信|短视频|视频|政策|新闻|简报|目录|预决算|报告|数据|图解|决定|公示|作品|"
    "通告|帖|事项|资料|条目|预案|纪要|方案|规划|材料|进展|科普|批复|作品"
)
NO_INFORMATION = re.compile(
    "专栏|栏目|账号|会议|培训|发布会|平台|渠道|活动|场次|终端|专区|展板|手册|宣传单|折页|制度|办法|系统|网站个|接口|价格$|专题$|问题|投诉|建议|提案|公开栏|检查|抽查|督查|咨询|诉求|任务|"
    "资金|补贴|点位|单位|部门|领域|类别|大类|窗口|名额|项目|课程|申请|复议|诉讼|失效|废止|清理|整改|错误|表述|回应|回复|答复|留言"
)
GROWTH = re.compile(
    r"(?:增加|减少|增长|下降|上升|降低|提高|净增|增|减|升|降|多|少|翻)(?:了)?(?:约|近)?\s*$|同比[增减多少][^,;。]{0,6}$|[较比同](?:上年|去年|\d+年)(?:度)?[^,;。]{0,12}$"
)
#: A number of a plan, an average or a rule.
NO_FACT = re.compile(
    "(?:考核|上级|目标)要求|(?:按|按照)[^,;。]{0,6}需|[年月周日]均|每[年月周日季天人]?|平均|人均|不少于|力争|(?<!规划)(?<!工作)(?<!审计)(?<!供应)计划(?=新|公开|开展|发布|完成|全年|于|在|组织|制作|办|推|至|要|达|年|收|受|举|培|建|印|编|\\d|$)|拟(?!批复|审批|征收|录用)|预计|将(?!.*结转|作出的|上述|本)|目标|至少|不低于|原则上|力求|应当|须在|前\\s*$|第\\s*$"
)
NOTHING = r"(?:未曾?|没有|无|从未|未有|尚未|不存在|没)"
#: Denials: what there was none of, up to the end of the clause.
ZEROS = [
    (
        "received",
        re.compile(
            rf"{NOTHING}(?:有|任何|发生|再)?(?:收到|接到|接收|受理|收取|接受|出现|新收|产生|发生)?(?:过|到)?(?:任何|一件|一例)?[^,;:。、]{{0,24}}?(?:、[^,;:。、]{{1,24}}){{0,3}}?"
            r"(?:信息公开申请|依申请公开|公开申请|依申请|申请公开|提交申请|的申请|书面申请|申请(?:政府)?信息公开)"
        ),
    ),
    (
        "received",
        re.compile(
            r"(?:依申请公开|信息公开申请|公开申请|申请)(?:数量?|件数?|受理量?)?(?:连续[^,;。]{1,4}年)?均?(?:为|是)?零(?!距离|差错|投诉|失误|超期|逾期|提交|积压|延误|跑|障碍|接触|材料|费用|发生|滞留)|零申请(?!复)"
        ),
    ),
    ("received", re.compile("(?:依申请公开|信息公开申请)[^,;。]{0,16}均无(?=[,;。]|$)")),
    ("reconsideration", re.compile("复议[^,;。]{0,12}均无(?=[,;。]|$)")),
    ("litigation", re.compile("诉讼[^,;。]{0,6}均无(?=[,;。]|$)")),
    ("reconsideration", re.compile("复议(?:案件)?[:]无(?=[,;。]|$)")),
    ("litigation", re.compile("诉讼(?:案件)?[:]无(?=[,;。]|$)")),
    ("reconsideration", re.compile("复议(?:案件)?(?:、?(?:行政)?诉讼(?:案件)?)?(?:均|都)?(?:未|没有|无)(?:有)?发生")),
    ("litigation", re.compile("诉讼(?:案件)?(?:均|都)?(?:未|没有|无)(?:有)?发生")),
    (
        "administrative_license",
        re.compile(
            rf"{NOTHING}(?:办理|实施|作出|发生|开展|涉及|采取)?(?:过)?(?:任何)?(?:行政(?:许可|处罚|强制)[、和及或])*行政许可(?!权|事项(?![,;。]|$)|职)"
        ),
    ),
    (
        "administrative_penalty",
        re.compile(
            rf"{NOTHING}(?:办理|实施|作出|发生|开展|涉及|采取)?(?:过)?(?:任何)?(?:行政(?:许可|处罚|强制)[、和及或])*行政处罚(?!权|事项(?![,;。]|$)|职)"
        ),
    ),
    (
        "administrative_coercion",
        re.compile(
            rf"{NOTHING}(?:办理|实施|作出|发生|开展|涉及|采取)?(?:过)?(?:任何)?(?:行政(?:许可|处罚|强制)[、和及或])*行政强制(?!权|事项(?![,;。]|$)|职)"
        ),
    ),
    ("carried_over", re.compile(rf"{_LAST}度?(?:的)?(?:无|没有|未|零)(?:有)?结转")),
    ("carried_over", re.compile(rf"{NOTHING}{_LAST}度?(?:结转|遗留|转入)|{NOTHING}(?:结转自)?(?:结转{_LAST})")),
    (
        "carried_forward",
        re.compile(
            rf"{NOTHING}(?:需|需要)?(?:结转|顺延)(?:到|至|入)?{_NEXT}|(?:年末|年底|期末)(?:无|没有)结转|{_LAST}(?:无|没有)结转[,、](?:本年度?|今年)(?:无|没有)结转"
        ),
    ),
    ("reconsideration", re.compile(rf"零(?:行政)?复议|{NOTHING}[^,;。]{{0,30}}?复议")),
    ("litigation", re.compile(rf"零(?:行政)?诉讼|零应诉|{NOTHING}[^,;。]{{0,44}}?(?:诉讼|应诉|被诉)")),
]
#: Wordings that look like a denial and are none.
NO_ZERO = re.compile(
    "未经(?:行政)?复议|无正当|无法|无理由|无条件|尚未审结|未审结|没有现成|无关|无不|不无|未超|无障碍|无误|没有救济|未按|未公开|未提起"
)
#: 收到 3 件并按时答复: a second verb behind the number.
JOINED_BEHIND = re.compile(rf"\s*(?:申请)?并[^,;。]{{0,8}}(?:{_FINISHED})")
#: Nouns that are counted beside a whole without being a part of it.
NO_PART = re.compile("会议|培训|部门|单位|平台|工作日|场|账号|领域|大类|类别|人员|问题")
#: Another verb, so that the number does not belong to the verb of publishing before it.
OTHER_VERB = re.compile(
    "召开|开展|(?<!社会)(?<!益)(?<!他)组织|归集|采集|录入|采用|采纳|录用|交办|转办|下达|备案|编印|印发|制作|收到|受理|办理|答复|回复|整改(?!情况|报告)|开设|新增|建立|举办|审核|审查|制定|修订|废止|清理|撰写|梳理|完成|处理|报送|解答"
)
#: Denials of lost cases, or of what was not reviewed: they do not deny cases.
NO_REVIEW_ZERO = re.compile("未经|不服|败诉|未及时|无需|纠错")
#: A sentence with none of these makes no claim.
WORTH_READING = re.compile(
    "公告|公布|张贴|申请|复议|诉讼|应诉|公开|发布|推送|许可|处罚|强制|答复|办结|办复|结转|公示|刊|上传|发文|转发|更新|受理|收到|维持|纠正|其中|条|篇"
)
#: 均为零, of several things at once.
ALL_OF_THEM = re.compile("均|都(?=为|是|没)|皆|各(?=为|是)")
#: 分别为: one number each, in the order of the things before.
EACH_ITS_OWN = re.compile("分别(?:为|是|有|受理|收到|答复|办结)?")
#: Words that stand only in a sentence about applications.
RESULT_WORDS = re.compile("予以公开|部分公开|不予公开|无法提供|不予处理|其他处理|答复申请人|结转下年|结转至下年")
#: 3 件依规延期，结转至下年; 结转 1 件至下年.
CARRIED_FORWARD_LATER = re.compile(rf"[^;。\d]{{0,20}}?(?:结转|顺延)(?:到|至|入)?{_NEXT}")
TO_THE_NEXT = re.compile(rf"(?:到|至|入){_NEXT}")
#: Verbs by which a part of what was published is what went out by one channel.
CHANNEL_VERB = re.compile(
    "发布|推送|刊发|上传|通过[^,;。]{1,14}公开|网站(?:主动)?公开|(?:办公室|部门|局|机关|本级|乡镇|镇街|街道|单位|政府)(?:主动|依法|共)*公开|(?:20\\d\\d年(?:度)?|当年|本年度?|今年)(?:新增)?(?:主动)?公开"
)
_ENDING = (
    r"(?:类|等)?[”》\"]*(?:的)?(?:数量|总量|总数|条数|篇数|件数)?"
    r"(?:共计?|累计|合计|总计|共有|逾|约|近|超过?|达到?|为|由|从)*$"
)
ENDS_WITH_INFORMATION = re.compile(
    f"(?:{INFORMATION.pattern}|数据集|案例|财务|政务|事务|[月季周快专]报|专刊|预算|决算|(?:分配|检查|审计|年检|评估|抽查|监测|验收|中标|成交)结果|(?:发放|使用|落实|分配|执行|完成)情况|提示|提醒|预警|预告|预报|通报|快讯|分析|问答|解答|合同|结果|意向|名册|经费|轨迹|运行情况|(?:审计|供应|工作|招生|采购)计划|(?<!申请)审计结果|整改情况){_ENDING}"
)
#: 部门决算 86 份, 专项资金分配结果 23 项.
OF_MONEY = re.compile(
    r"(?:预算|决算|分配结果|政府采购信息|(?:整改|调查|检查|评估|审计)报告|整改情况|名册|经费|(?:检查|抽查|评估|审计)(?:结果)?公告|(?:中标|成交|验收|抽查|检查|抽检|监测)结果|(?:培训|会议|活动|检查|抽查|抽检|岗位|补贴|项目|单位)(?:结果)?信息|资金(?:使用|发放)?(?:信息|情况))(?:共计?)?$"
)
NO_NOUN = re.compile(
    '(?:各类|各项|共计?|累计|总计|合计|总数|总量|数量|了|的|约|近|逾|超过?|达到?|为|是|有|量|数|计|自媒体|原创|["“”、和])*'
)
WITHOUT_A_NOUN = re.compile("(?<!信息)(?<!动态)(?<!公告)(?<!结果)(?<!政策)(?<!内容)(?<!事项)(?:公示|公开|发布)$")
#: 公布目录 36 条 counts what a list has, not what was published.
ENDS_WITH_A_LIST = re.compile(
    "(?:目录|清单|基准|指南|标准|流程图?|样本|办法|(?:权力|服务|许可|审批|处罚|职权|监管)事项)(?:事项|条目)?(?:共计?|累计)?$"
)
#: 申请纳入定点 36 家: applications that are counted by those who made them.
BY_HEADS = re.compile(r"申请[^,;。公]{0,12}\d+(?:余)?(?:家|户|人|名)")
#: 已公开 2 件, with no word of what.
ONLY_PUBLISHED = re.compile("(?:其中|告知|已|均|全部|都|实际|主动|依法)*公开(?:了)?$")
#: 完成 38 项, of what was spoken of.
ONLY_DONE = re.compile("(?:已|均|全部|共|现|实际)*完成(?:了)?")
#: 年均值(102 件).
AN_AVERAGE = re.compile(r"(?:均值|平均数?|均数)\($")
#: 公开行政处罚决定 30 份，不予公开 5 份: of decisions.
DECISIONS_ALONE = re.compile("^(?!.*申请).*行政(?:许可|处罚|强制)")
MADE = re.compile("作出(?:的)?行政(?:许可|处罚)决定")
#: What a service counter hands out.
AT_A_COUNTER = re.compile("办件(?!量)|政务服务事项|服务大厅")
_OF_OTHERS = re.compile("全[省市县区国系州镇乡]|本[省市县区]|上年|去年|同类|其中|当年财政|任务|计划|目标|应")
_OF_FINISHED, _OF_RECEIVED = re.compile("答复|办结|办理|结果"), re.compile("申请|收到|受理|新收|接收")


def is_share_of(whole: str, words: str) -> bool:
    """Whether a share is of its whole, by the words behind 占: 占答复总数的 is not of what was received.

    >>> is_share_of("received", "申请总数的"), is_share_of("received", "答复总数的"), is_share_of("answered", "比")
    (True, False, True)
    """
    if _OF_OTHERS.search(words):
        return False
    if _OF_FINISHED.search(words):
        return whole in ("answered", "handled")
    return whole in ("received", "handled") or not _OF_RECEIVED.search(words)


#: 行政诉讼 11 件，全部为工伤认定案件.
ALL_OF_A_KIND = re.compile(
    r"(?:\d+件|[、和及行政复议诉讼])*(?:[,(](?:全部|均|都|主要)?(?:为|系|属于?|是|因|涉及?|集中在)|\((?=[^()\d]{2,16}类\)))(?P<kind>[^,;。]{2,20}?)(?:类|引起|引发|等)*(?:案件|案|方面|领域|$|[,;。)])"
)
#: 规划许可类 58 件.
A_KIND = re.compile("(?:类|方面|领域)$")
PROCEDURES = re.compile("(?:一般|普通|简易|当场|快速)程序")
#: 行政处罚案件 11 件, of the suits.
A_CASE = re.compile("(?:案件|类|案)$")
ASKED_FOR = re.compile("(?:要求|申请|请求|属于?)[^,;。]*公开|的$")
#: 微信公众号发布 186 条、视频号 25 条.
A_MEDIUM = re.compile(
    "(?:“[^”]*”)?(?:政务|官方|门户|区|县|市|局|我局)?(?:微信|微博|抖音|今日头条|头条|门户)?(?:公众号|视频号|微博|抖音号?|头条号|网站|客户端|微信|快手|今日头条)(?:共|为)?"
)
#: Powers that a body has are counted in lists.
A_LIST = re.compile("清单|目录|权责|职权")
#: 公开检查 16 个村 counts no information.
A_PLACE = re.compile("村|社区|部门|单位|乡镇|街道|县|区|科室|平台|栏目|渠道")
#: What others published came here.
TAKEN_IN = re.compile("(?:接收|移交|收集)[^,;。]*(?:公开|发布|公示)")
#: Verbs of what is kept, not published.
KEPT = re.compile("归集|录入|报送|归档|采集|汇总")
#: A sentence without a match denies nothing.
MAY_DENY = re.compile(
    "[零未无没不][^,;。]{0,60}(?:申请|复议|诉讼|应诉|被诉|结转|遗留|行政)|(?:申请|复议|诉讼)[^,;。]{0,12}[零未无没]"
)
#: Remains of a table that could not be read, which are no sentence.
OF_A_TABLE = re.compile("未经复议直接起诉(?:复议后|结果)|行政复议行政诉讼未经|信息内容本年|勾稽关系|其他结果尚未审结")
#: A review that the agency decides, or speaks for others in.
AS_AUTHORITY = re.compile(
    "(?:作为|行使)[^,;。]{0,8}复议(?:工作|办案)?(?:机关|机构)|复议机构[^;。]{0,8}(?:收到|受理|新收|办理|审理|审结|办结)|代理[^;。]{0,8}应诉"
)
#: 受理行政复议申请 36 件: so speaks who decides them.
REVIEWS_TAKEN_IN = re.compile("(?:受理|新收|办理|审理)[^,;。被因]{0,6}复议申请")
#: Reviews that are none of openness, as the end of the sentence says.
NOT_OF_OPENNESS = re.compile(
    "与(?:政府)?信息公开[^,;。]{0,6}无[关涉]|(?:均非|并非|不属于|未涉及|均?不涉及)[^,;。]{0,2}(?:政府)?信息公开"
)
AS_DEFENDANT = re.compile("作为被|为被告")
#: Files by whether they may be published.
ON_ATTRIBUTES = re.compile("公开属性|属性为|(?:制发|公文|发文).*不(?:予)?公开")
_ON_FILES = re.compile("公开属性|公文|制发|源头认定")
_ON_LISTS = re.compile("目录|清单|指南|发文|条目|拟不予")
_AN_APPLICATION_ITSELF = re.compile("(?<!依)申请")


def is_on_files(text: str) -> bool:
    """Whether a text is about files or lists of them, and about no application.

    >>> is_on_files("制发公文210件,依申请公开"), is_on_files("收到政府信息公开申请3件,予以公开")
    (True, False)
    """
    if _AN_APPLICATION_ITSELF.search(text):
        return False
    return bool(_ON_FILES.search(text) or _ON_LISTS.search(text[max(text.rfind(";"), text.rfind("。")) + 1 :]))


CHANGED = re.compile("(?:逐步|逐年|大幅)?(?:增加|增长|上升|提高|下降|减少|降低|回落|增|降|减|升)(?:到|至|为)$")
#: Behind a part, up to the words of its result in the next clause.
LATER = re.compile("[^,;。\\d]{0,16},(?:均|已|依法|决定|按照?|予以|作出|(?:人民)?法院|复议机关|判决|裁定|被)*(?=.)")
#: 1 件延期 is neither received nor answered.
NOT_FINISHED_BEHIND = re.compile("\\s*(?:申请)?(?:依法|依规|经批准)?(?:延期|补正|撤回|征求|超期|逾期|延长|待)")
#: What an agency means to do, from here to the end of the sentence or to 实际.
PLAN = re.compile(
    "下一?步|力争|目标(?:为|是|:)|原定|原计划|计划(?=新增|公开|开展|组织|在|于|举办|制作|全年|发布|完成)|拟(?=新|在|于|公开|开展)|确保(?=全年)|明年|"
    "(?:工作|年度)(?:计划|打算|安排)|要求(?=[^,;。]{0,12}(?:每|至少|不少于))"
)
IN_FACT = re.compile("实际|实有|已完成|截至|本年|今年")
OF_THIS_YEAR = re.compile(r",(?:其中)?(?:20\d\d年|当年|今年|本年)")
_UP_TO_NOW = re.compile("截[至止]?[^;。]{0,24}?累计")
_THIS_YEAR = re.compile("全年|本年|今年|年内|20\\d\\d年(?:度)?(?!\\d*月|底|末|\\d)")


def since_when(text: str) -> bool:
    """Whether a number adds up to a day, and nothing says since when: 截至 12 月底累计受理.

    >>> since_when("截至2024年12月底,累计受理"), since_when("2024年,截至12月底累计受理"), since_when("累计受理")
    (True, False, False)
    """
    match = _UP_TO_NOW.search(text) if "截" in text else None
    return match is not None and not _THIS_YEAR.search(text[: match.start()] + text[match.end() :])
