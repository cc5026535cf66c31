"""Who reports: agencies composed of real place names and kinds of organ.

One agency has exactly one name here (a place is always written the same way), so that two reports of a corpus never
meet as the short and the full name of one body. `Agency` also says how the prose speaks of it.
"""

import random
from dataclasses import dataclass


def _words(text: str) -> list[str]:
    return text.split()


# province (empty for a municipality), city, county, whether the county's name needs the city before it
_PLACES = """
江苏省 淮安市 洪泽区 0|江苏省 淮安市 涟水县 1|江苏省 南京市 鼓楼区 1|江苏省 徐州市 鼓楼区 1|江苏省 苏州市 吴中区 0
江苏省 无锡市 江阴市 0|江苏省 盐城市 东台市 0|河南省 新乡市 红旗区 0|河南省 洛阳市 西工区 0|河南省 开封市 鼓楼区 1
河南省 郑州市 中原区 0|河南省 南阳市 宛城区 1|河南省 信阳市 潢川县 0|福建省 福州市 鼓楼区 1|福建省 泉州市 晋江市 0
福建省 厦门市 集美区 0|福建省 龙岩市 长汀县 0|浙江省 杭州市 余杭区 1|浙江省 宁波市 海曙区 0|浙江省 温州市 苍南县 0
浙江省 嘉兴市 海盐县 0|山东省 济南市 历下区 0|山东省 青岛市 崂山区 1|山东省 潍坊市 寿光市 0|山东省 临沂市 沂水县 0
山东省 菏泽市 牡丹区 1|安徽省 合肥市 蜀山区 0|安徽省 芜湖市 镜湖区 0|安徽省 阜阳市 临泉县 0|安徽省 黄山市 歙县 1
湖北省 武汉市 江夏区 0|湖北省 宜昌市 西陵区 0|湖北省 襄阳市 枣阳市 0|湖北省 恩施土家族苗族自治州 利川市 0
湖南省 长沙市 岳麓区 0|湖南省 株洲市 醴陵市 0|湖南省 湘西土家族苗族自治州 凤凰县 0|湖南省 永州市 祁阳市 0
广东省 广州市 越秀区 0|广东省 深圳市 龙岗区 0|广东省 佛山市 顺德区 1|广东省 梅州市 大埔县 0|广东省 江门市 台山市 0
广西壮族自治区 南宁市 青秀区 0|广西壮族自治区 桂林市 阳朔县 0|广西壮族自治区 百色市 靖西市 0
四川省 成都市 武侯区 0|四川省 绵阳市 涪城区 0|四川省 宜宾市 翠屏区 0|四川省 凉山彝族自治州 西昌市 0
四川省 甘孜藏族自治州 泸定县 0|贵州省 贵阳市 云岩区 0|贵州省 遵义市 仁怀市 0|云南省 昆明市 五华区 0
云南省 大理白族自治州 祥云县 0|陕西省 西安市 雁塔区 0|陕西省 延安市 宝塔区 1|陕西省 汉中市 城固县 0
甘肃省 兰州市 安宁区 0|甘肃省 天水市 麦积区 0|青海省 西宁市 城中区 1|宁夏回族自治区 银川市 金凤区 0
新疆维吾尔自治区 乌鲁木齐市 天山区 0|新疆维吾尔自治区 昌吉回族自治州 阜康市 0|内蒙古自治区 包头市 昆都仑区 0
内蒙古自治区 呼和浩特市 新城区 1|黑龙江省 哈尔滨市 南岗区 0|黑龙江省 齐齐哈尔市 龙江县 0|吉林省 长春市 朝阳区 1
吉林省 延边朝鲜族自治州 敦化市 0|辽宁省 沈阳市 和平区 1|辽宁省 大连市 瓦房店市 0|河北省 石家庄市 长安区 1
河北省 保定市 涿州市 0|河北省 邯郸市 永年区 0|山西省 太原市 迎泽区 0|山西省 大同市 云冈区 0|山西省 临汾市 洪洞县 0
江西省 南昌市 东湖区 1|江西省 赣州市 南康区 0|江西省 上饶市 婺源县 0|海南省 海口市 龙华区 1|海南省 三亚市 吉阳区 0
西藏自治区 拉萨市 城关区 1|西藏自治区 日喀则市 江孜县 0| 重庆市 荣昌区 0| 重庆市 渝北区 0| 重庆市 巫山县 1
 北京市 东城区 1| 北京市 房山区 0| 上海市 黄浦区 0| 上海市 金山区 1| 天津市 南开区 0| 天津市 静海区 0
"""
_DEPARTMENTS = _words(
    "教育局 民政局 财政局 司法局 卫生健康委员会 市场监督管理局 自然资源局 生态环境局 住房和城乡建设局 交通运输局 "
    "水利局 农业农村局 商务局 文化和旅游局 应急管理局 审计局 统计局 医疗保障局 人力资源和社会保障局 "
    "退役军人事务局 发展和改革委员会 工业和信息化局 城市管理局 信访局 行政审批局 公安局 科学技术局 林业局 "
    "体育局 国有资产监督管理委员会"
)
_STREETS = _words(
    "东街 西街 渠东 新华 解放 和平 建设 胜利 安富 城关 向阳 长江 人民路 中山路 文化路 朝阳 金城 红星 友谊 光明 "
    "北关 南湖 东风 青年路 滨河 凤凰 龙山 望江 振兴 幸福 永安 新城 桃园 梅园 玉泉 龙泉 桥头 古城 五里 太平"
)
_TOWNS = _words(
    "岔河 老子山 黄集 石桥 清水 双河 大营 马坝 柳林 三合 白沙 青山 龙潭 新集 沙河 高桥 兴隆 永丰 长岭 云峰 泉塘 "
    "横溪 松林 八里 石门 平安 五里 太和 仙居 古楼"
)


@dataclass(frozen=True)
class Agency:
    """An agency: its printed name, what it calls itself, the government above it and how that is named in prose."""

    name: str
    self_name: str
    parent: str
    region: str

    @property
    def is_government(self) -> bool:
        """Whether it is a government, whose office compiles the report."""
        return self.name.endswith("人民政府")


def _places() -> list[tuple[str, str, str, str]]:
    """Province, city, county and the county as it is always printed."""
    places = []
    for number, entry in enumerate(_PLACES.strip("\n").replace("\n", "|").split("|")):
        province, city, county, full = entry.split(" ")
        places.append((province, city, county, city + county if full == "1" or number % 3 == 1 else county))
    return places


PLACES = _places()


def random_agency(rng: random.Random) -> Agency:
    """An agency of any kind: street offices, townships and county departments are the most."""
    province, city, county, printed = PLACES[rng.randrange(len(PLACES))]
    kind = rng.random()
    word = county[-1]
    if kind < 0.32:
        style = "人民政府" if PLACES.index((province, city, county, printed)) % 4 == 3 else ""
        return Agency(f"{printed}{style}{rng.choice(_STREETS)}街道办事处", "街道", printed, word)
    if kind < 0.5:
        rank = rng.choice(["镇", "镇", "乡"])
        return Agency(f"{printed}{rng.choice(_TOWNS)}{rank}人民政府", "我" + rank, printed, word)
    if kind < 0.82:
        organ = rng.choice(_DEPARTMENTS)
        return Agency(printed + organ, "我委" if organ.endswith("委员会") else "我局", printed, word)
    if kind < 0.89:
        return Agency(printed + rng.choice(["人民政府", "人民政府办公室"]), "我" + word, printed, word)
    if kind < 0.95:
        organ = rng.choice(_DEPARTMENTS)
        return Agency(city + organ, "我委" if organ.endswith("委员会") else "我局", city, city[-1])
    if kind < 0.97 or not province:
        return Agency(city + rng.choice(["人民政府", "人民政府办公室"]), "我" + city[-1], city, city[-1])
    word = "省" if province.endswith("省") else "区"
    organ = rng.choice(["民政厅", "水利厅", "教育厅", "财政厅", "商务厅", "审计厅", "司法厅"])
    return Agency(province + organ, "我厅", province, word)


def agency_from_name(name: str) -> Agency:
    """An agency of which only the name is known, for callers that bring their own."""
    region = next((place for place in ("区", "县", "市", "省") if place in name), "市")
    parent = name[: name.index(region) + 1] if region in name else ""
    return Agency(name, "本机关", parent, region)
