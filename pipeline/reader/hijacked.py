"""Copies of agencies' sites in which names of betting or porn sites stand for those of the agency.

Such names stand in the title, in what the page says of itself to search engines, or where the report names itself.
What stands there of an agency that has to do with lotteries or gambling (福利彩票发行中心, 打击网络赌博) is none of
them.

Belongs here: the words, and where they count. The rejection is ``raw_report``'s.
"""

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.reader.document import Document
from pipeline.text import compact

#: Names and wares of such sites. No name of an agency, a place or a page of one has them in it.
_WORDS = re.compile(
    "开云体育|云开体育|亚博(?:体育|app)|必赢(?:国际|亚洲|体育)|皇冠(?:足球|体育|现金|国际)|新?葡京|乐鱼体育|米兰体育|"
    "bob(?:综合)?体育|千亿(?:国际|体育)|ag(?:真人|亚游|旗舰)|华体会|九游会|万博(?:体育|manbetx)|manbetx|365bet|"
    "bet365|188bet|(?:金沙|永利|银河|威尼斯人?|太阳城|澳门|新葡萄)(?:娱乐|国际(?!机场)|赌|官网|平台|网址|集团官)|永利皇宫|"
    "(?:星空|半岛|江南|天博|欧宝|雷火|贝博|爱游戏|火狐|乐动|华体|博鱼|必威|188)(?:体育|电竞)|爱游戏(?:app|官网)|"
    "kaiyun|leyu|博天堂|凯发k8|k8凯发|凯时(?:娱乐|国际)|尊龙凯时|龙8国际|(?:优德|伟德|韦德|大发)(?:体育|国际|娱乐)|"
    "百家乐|老虎机|时时彩|六合彩|北京赛车|pk10|博彩|赌场|娱乐城|棋牌(?!运动|协会|管理)|(?:体育|足球|真人|在线)投注|"
    "真人(?:娱乐|视讯)|线上娱乐|足球比分|彩票(?:平台|app|注册|登录|开户)|(?:体育|国际|娱乐|真人|电竞)(?:app|官网|"
    "平台登录|官方下载)|(?:官网|app)(?:下载|登录入口|注册)|(?:体育|国际|娱乐)[(]中国[)]|[(]中国[)]官方(?:网站|入口)|"
    "成人(?:网站|视频|影院|影片)|色情(?:网|片|视频)|黄色网站|毛片|麻豆|三级片|国产精品|亚洲精品|久久精品|av(?:在线|无码)|"
    "无码(?:av|视频)|裸聊|约炮"
)
#: Words before such a name that speak against it.
_AGAINST = re.compile("打击|整治|查处|防范|取缔|禁|反|治理|拒绝|远离|抵制")
_LETTERS_BEFORE = 12
#: The report names itself in one of its first rows, in a line that is no longer.
_ROWS_OF_HEAD, _LONGEST_TITLE = 20, 120
_LONGEST_DESCRIPTION = 2000
_REPORT = re.compile("信息公开.{0,12}(?:报告|年报)")


def words_of_copies(document: Document) -> list[str]:
    """The names of such sites where the document says what it is; none in a report."""
    found: dict[str, None] = {}
    for text in _self_descriptions(document):
        for match in _WORDS.finditer(text):
            if not _AGAINST.search(text[max(0, match.start() - _LETTERS_BEFORE) : match.start()]):
                found[match[0]] = None
    return list(found)


def _self_descriptions(document: Document) -> Iterator[str]:
    for text in (document.title, document.description):
        if text:
            yield compact(text[:_LONGEST_DESCRIPTION]).lower()
    for row in islice(document, _ROWS_OF_HEAD):
        line = " ".join(row.cells)
        if len(line) <= _LONGEST_TITLE and _REPORT.search("".join(line.split())):
            yield compact(line).lower()
