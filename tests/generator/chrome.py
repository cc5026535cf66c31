"""What a web page prints around a report: breadcrumbs, index tables, dates, print links, footers, scripts.

None of it is the report's: the dates lie in the next year, the names are those of portals. The lines for text and the
pieces for HTML are made here; where they stand is decided in `document.py`.
"""

from .dice import Dice
from .names import Agency
from .truth import Truth

_LINKS = ("国务院部门网站", "地方政府网站", "市政府部门网站", "区（县）政府网站", "部门街镇网站", "其他网站")
SCRIPT = """<script type="text/javascript">
var site = {id: 320800, year: 2018, views: [3, 12, 45]};
function doZoom(size) { document.getElementById('zoom').style.fontSize = size + 'px'; }
if (a < 3 && b > 10) { document.write("<table><tr><td>规章</td><td>99</td></tr></table>"); }
</script>"""
STYLE = "<style>td{border:1px solid #000;width:66px} .article{font-size:16px;line-height:2em}</style>"


def publication(truth: Truth, dice: Dice) -> str:
    """A date on which the report may have been put online: in the year after."""
    return f"{truth.year + 1}-{dice.number(1, 3):02d}-{dice.number(10, 28)}"


def portal(agency: Agency, dice: Dice) -> str:
    """The name of the site, which is not the agency's."""
    return dice.pick([f"{agency.parent}人民政府门户网站", f"中国·{agency.parent}", f"{agency.parent}政务公开"])


def top_lines(truth: Truth, agency: Agency, dice: Dice) -> list[str]:
    """Lines above the title of a page that was saved as text."""
    date = publication(truth, dice)
    lines = [
        f"当前位置：首页 > 政务公开 > 政府信息公开年报 > {truth.year + 1}年",
        portal(agency, dice),
        f"索引号：{dice.number(10000000, 99999999)}-0/{truth.year + 1}-000{dice.number(10, 99)}",
        f"发布机构：{agency.name}",
        f"发布日期：{date} {dice.number(8, 17):02d}:{dice.number(10, 59)}",
        f"浏览次数：{dice.number(3, 900)} 次",
        "字体：【大 中 小】 打印 关闭",
        f"来源：{agency.name} 时间：{date}",
        "分享到：",
    ]
    first = dice.number(0, 3)
    return [line for line in lines[first:] if dice.chance(0.6)]


def bottom_lines(truth: Truth, agency: Agency, dice: Dice) -> list[str]:
    """Lines below the report."""
    lines = [
        *(_LINKS if dice.chance(0.4) else ()),
        f"主办：{agency.parent}人民政府办公室  技术支持：大数据中心",
        f"苏ICP备0{dice.number(1000000, 9999999)}号-1  网站标识码：3208{dice.number(100000, 999999)}",
        f"联系电话：0517-83{dice.number(100000, 999999)}  今天是{truth.year + 1}年6月{dice.number(1, 30)}日",
        f"上一篇：{truth.year - 1}年度部门决算公开",
        f"附件：{truth.year}年度报告.pdf（{dice.number(100, 900)}KB）",
    ]
    return [line for line in lines if dice.chance(0.6)]


def html_top(truth: Truth, agency: Agency, dice: Dice) -> list[str]:
    """Breadcrumb, index table and links above an article."""
    date = publication(truth, dice)
    parts = [
        f'<div class="header"><a href="/">{portal(agency, dice)}</a> 繁體版 无障碍 长者版</div>',
        '<ul class="nav"><li><a href="#">首页</a></li><li><a href="#">政务公开</a></li><li>互动交流</li></ul>',
        f'<div class="bread">您的位置：<a href="/">首页</a> &gt; <a>政府信息公开</a> &gt; {truth.year + 1}年</div>',
        '<table class="index" width="100%"><tr><td>索 引 号：</td>'
        f"<td>{dice.number(10000000, 99999999)}/{truth.year + 1}-00012</td><td>公开方式：</td><td>主动公开</td></tr>"
        f"<tr><td>发布机构：</td><td>{agency.name}</td><td>生成日期：</td><td>{date}</td></tr>"
        "<tr><td>文　　号：</td><td></td><td>有 效 性：</td><td>有效</td></tr></table>",
        f'<p class="info">发布时间：{date} 15:32 浏览量：<span id="hits">{dice.number(3, 900)}</span> 次 字号：'
        '[<a href="javascript:doZoom(16)">大</a> <a href="javascript:doZoom(14)">中</a> 小] 打印</p>',
    ]
    return [part for part in parts if dice.chance(0.75)]


def html_bottom(truth: Truth, agency: Agency, dice: Dice) -> list[str]:
    """Footer and links below an article."""
    parts = [
        '<div class="share">分享到：<a href="javascript:window.print()">打印本页</a> 关闭窗口</div>',
        "<select>" + "".join(f"<option>{link}</option>" for link in _LINKS) + "</select>",
        '<table class="footer"><tr><td>主办单位：'
        f"{agency.parent}人民政府</td><td>ICP备1{dice.number(1000000, 9999999)}号</td><td>8</td></tr></table>",
        f'<div id="footer">版权所有 © 2008-{truth.year + 1} {portal(agency, dice)} 电话：12345</div>',
    ]
    return [part for part in parts if dice.chance(0.75)]
