"""Slips of the page: other separators, doubled tabs, padded sheets, hidden tables, entities, traditional characters."""

import random
from collections.abc import Callable

from ..layouts import Chunks
from ..prose import HEADINGS
from ..truth import Truth
from .base import Slip, TableChange, each_row, split

#: Simplified and traditional characters of the form and of its prose, in pairs.
_PAIRS = (
    "与與专專业業东東严嚴个個为為义義书書产產亲親仅僅从從仓倉众眾优優会會传傳体體"
    "关關兴興养養册冊军軍农農决決况況减減几幾击擊则則刚剛创創删刪办辦务務动動劳勞区區医醫华華协協单單卫衛历歷"
    "县縣参參双雙发發变變号號听聽启啟员員响響问問团團围圍国國图圖场場坚堅块塊处處备備复復头頭"
    "奖獎学學宁寧实實审審宪憲宽寬对對导導层層属屬岁歲师師带帶帮幫广廣庄莊应應库庫开開异異弃棄张張强強归歸当當录錄"
    "总總愿願执執扩擴报報担擔拟擬择擇据據换換损損数數断斷无無时時显顯术術机機权權条條来來构構标標树樹档檔检檢"
    "楼樓欢歡气氣汇匯没沒沟溝泽澤济濟浏瀏渐漸温溫满滿点點热熱环環现現监監盖蓋盘盤确確础礎离離种種积積称稱税稅"
    "稳穩竞競笔筆签簽简簡类類级級纪紀约約纠糾纳納线線练練组組细細终終经經结結给給络絡统統继繼续續维維综綜绿綠缴繳网網"
    "罚罰职職联聯聪聰肃肅胜勝节節范範荐薦获獲营營虑慮补補规規视視览覽觉覺计計认認训訓议議记記讲講许許论論设設访訪证證评評"
    "诉訴词詞试試话話询詢该該详詳语語误誤说說请請读讀调調谁誰谈談谢謝责責账賬质質购購贯貫费費资資赁賃转轉轮輪"
    "轻輕较較输輸辑輯边邊达達过過运運还還这這进進远遠违違连連适適选選递遞遗遺邮郵释釋鉴鑒针針链鏈销銷错錯镇鎮长長"
    "废廢护護举舉内內闭閉赛賽艺藝厅廳乡鄉岛島湾灣闽閩鲁魯苏蘇陕陝贵貴庆慶吴吳涟漣滨濱桥橋园園洁潔晓曉郑鄭阳陽阴陰杨楊赵趙钱錢"
    "彻徹将將绕繞态態财財栏欄万萬织織疗療于於极極够夠让讓虽雖尔爾键鍵样樣丰豐临臨丽麗云雲亚亞亿億余餘党黨冲衝凤鳳刘劉卖賣"
    "门門闻聞阅閱队隊阶階际際险險随隨难難项項须須顿頓预預领領频頻题題额額风風馆館验驗龙龍"
)
_TRADITIONAL = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


def _lines(change: Callable[[str, list[str]], str]) -> TableChange:
    """Every row of the tables written anew from its cells."""

    def made(name: str, chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
        return [[line if (cells := split(line)) is None else change(name, cells) for line in chunk] for chunk in chunks]

    return made


def _colons(name: str, chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """Rows of one number as label, colon and number."""
    if name != "proactive":
        return chunks
    colon = rng.choice(("：", ":", "： "))

    def change(line: str) -> str:
        cells = [cell for cell in line.split("\t") if cell]
        return colon.join(cells) if len(cells) == 2 else line

    return [[change(line) for line in chunk] for chunk in chunks]


def _template(name: str, chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """The editor's template, hidden, with its zeros, before the table."""
    zeros = [[_zeroed(line) for line in chunk] for chunk in chunks]
    opening = rng.choice(('<div style="display:none">', "<div hidden>", '<div style="display: none;">'))
    return [[opening], *zeros, ["</div>"], *chunks]


def _zeroed(line: str) -> str:
    cells = split(line)
    if cells is None:
        return line
    return "<tr>" + "".join("<td>0</td>" if ">" in c and c.split(">")[1][:1].isdigit() else c for c in cells) + "</tr>"


def _entities(text: str, rng: random.Random) -> str:
    """Every Chinese character of the page as an entity."""
    form = rng.choice(("&#{};", "&#x{:x};"))
    return "".join(form.format(ord(char)) if "\u3400" <= char <= "\uffef" else char for char in text)


def _sections(text: str, rng: random.Random) -> str:
    """Sections three and four have changed places."""
    heads = [f"\n{heading}\n" for heading in HEADINGS]
    if any(text.count(head) != 1 for head in heads[2:5]):
        return text
    third, fourth, fifth = (text.index(head) for head in heads[2:5])
    return text[:third] + text[fourth:fifth] + text[third:fourth] + text[fifth:]


PAGES = {
    "sections_exchanged": Slip(("tabs", "lines", "markdown"), text=_sections),
    "double_tabs": Slip(("tabs",), table=_lines(lambda name, cells: "\t\t".join(cells))),
    "padded_sheet": Slip(
        ("tabs", "markdown"),
        table=lambda name, chunks, truth, rng: each_row(
            chunks, lambda number, cells: [*cells, *[""] * (16 - len(cells))]
        ),
    ),
    "box_lines": Slip(("tabs",), table=_lines(lambda name, cells: "│" + "│".join(cells) + "│")),
    "wide_pipes": Slip(("tabs",), table=_lines(lambda name, cells: "｜".join(cells))),
    "wide_blanks": Slip(("tabs",), table=_lines(lambda name, cells: "　　".join(cell for cell in cells if cell))),
    "colon_rows": Slip(("tabs",), table=_colons),
    "hidden_template": Slip(("html",), table=_template),
    "entities": Slip(("html",), text=_entities),
    "traditional": Slip(("tabs", "markdown", "html", "lines"), text=lambda text, rng: text.translate(_TRADITIONAL)),
}
