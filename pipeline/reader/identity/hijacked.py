"""Copies of reports on sites that betting shops took over: the shop's words stand in the title, often for the agency.

Nothing in such a copy can be believed: whoever exchanged the names may have exchanged the numbers. The words are those
that no organ, no place and no part of a report is called: 体育 alone is not among them, 体育app is.

Belongs here: the words, and where they are looked for – titles and the page's title, never the prose, which may speak
of a campaign against betting.
"""

import re

from pipeline.reader.identity.head import Head

#: Names of betting shops that are nothing else.
_SHOPS = (
    "新葡京|葡京|亚博|乐鱼体育|必赢|华体会|九游会|米兰体育|米乐体育|开云体育|星空体育|半岛体育|江南体育|火狐体育|博鱼体育|万博体育|爱游戏|"
    "威尼斯人|皇冠足球|皇冠比分|沙巴体育|威廉希尔|bob体育|od体育|hth|manbetx|bet365|365bet|leyu|kaiyun|yabo|ag真人|真人娱乐|真人视讯|pg电子"
)
#: Names that places and organs bear, too, with what only a shop adds.
_ALSO_PLACES = (
    "(?:开云|乐鱼|九游|博鱼|万博|凯发|皇冠|金沙|银河|太阳城|永利|雷火|利来|申博|博狗|立博|澳门|欧宝|千亿)"
    "(?:体育|国际|娱乐|集团官|app|官网|官方|平台|登录|k8)"
)
#: What shops offer, as no site of an organ names it.
_OFFERS = (
    "(?<![市县区省州局])体育(?:app|官网|官方|平台|网页|登录|登陆|下载|注册|在线|投注|竞猜)|足球比分|足彩|博彩|赌场|赌博网|百家乐|老虎机|"
    "棋牌(?!室)|时时彩|六合彩|彩票(?:app|官网|平台|网页|登录|下载|注册)|娱乐(?:城|平台|官网|app)"
)
_WORDS = re.compile(f"{_SHOPS}|{_ALSO_PLACES}|{_OFFERS}", re.IGNORECASE)
#: A title is this long at most, with the site's name.
_LONGEST_TITLE = 120


def foreign_words(head: Head, page_title: str | None) -> str | None:
    """The words of a betting shop in a title of the report or its page, as printed; None if there are none."""
    titles = [page_title] if page_title else []
    titles += [head.lines[first] for first, _ in head.mentions if len(head.lines[first]) <= _LONGEST_TITLE]
    return next((match[0] for match in map(_WORDS.search, titles) if match), None)
