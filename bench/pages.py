"""Generated pages in the dress of real sites: head, navigation, scripts, header and footer, and Word's styles on cells.

A generated page is an article of 8 to 70 kB. A site prints as much again around it, and what was pasted from Word has
a style on each cell. Nothing of it changes what the report says.

Belongs here: what a site adds. Does not: the article (``tests.generator``).
"""

import random
import re

from tests.generator import Report

#: Of such size are pages at least: navigation and scripts fill them up.
_SIZE = 37_000
_LEAST_MENUS = 6
_BARE_CELL = re.compile(r"<(td|th)(?=[ >])(?![^>]*style=)", re.IGNORECASE)
_WORD_STYLES = (
    "width:62.35pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt",
    "border-top:none;border-left:none;mso-border-alt:solid windowtext .5pt",
    "width:9.96%;padding:0cm 0cm;mso-border-top-alt:solid black .5pt;height:22pt",
)
_TOPICS = ("机构职能", "政策文件", "规划计划", "财政预决算", "重大项目", "公共服务", "行政执法", "应急管理", "招标采购")
_AREAS = ("教育", "医疗卫生", "社会保险", "住房保障", "生态环境", "安全生产", "公共交通", "农业农村", "文化旅游")
_STYLES = """<style type="text/css">
body, div, ul, li { margin: 0; padding: 0; font-size: 14px; } a { color: #333; text-decoration: none; }
.top-bar { height: 36px; background: #f5f5f5; } .top-bar a:hover { color: #c00; }
.sub-nav { display: none; position: absolute; z-index: 99; } .nav li:hover .sub-nav { display: block; }
.qr-code { display: none } .article { width: %dpx; margin: 0 auto; line-height: 2; }
@media screen and (max-width: 768px) { .article { width: auto; padding: 0 12px; } .side { display: none; } }
@media print { .top-bar, .nav, .foot, .share { display: none; } }
</style>"""
_SCRIPT = """<script type="text/javascript">
(function () {
  var site = { id: %d, channel: %d, host: location.host }, menus = document.querySelectorAll('.nav li');
  for (var i = 0; i < menus.length; i++) { menus[i].onmouseover = function () { this.className = 'on'; }; }
  if (window.innerWidth < 768 && site.id > 0) { document.write('<link rel="stylesheet" href="/css/phone.css">'); }
  function count(key, times) { return fetch('/api/visits?site=' + site.id + '&key=' + key + '&n=' + times); }
  document.addEventListener('DOMContentLoaded', function () { count('%d', 1); });
})();
</script>"""


def as_on_a_site(report: Report) -> bytes:
    """The bytes of a generated page within the page of a site; the same for the same report."""
    rng = random.Random(f"site {report.name}")
    text = report.data.decode(report.encoding)
    style = rng.choice(_WORD_STYLES)
    text = _BARE_CELL.sub(rf'<\1 valign="center" style="{style}"', text)
    scripts, menus = [_script(rng)], [_menu(rng) for _ in range(_LEAST_MENUS)]
    while sum(len(piece.encode()) for piece in (text, *scripts, *menus)) < _SIZE:
        if len(scripts) < len(menus) // 2:
            scripts.append(_script(rng))
        else:
            menus.append(_menu(rng))
    head = ['<link rel="stylesheet" href="/css/common.css"/>', _STYLES % rng.randint(900, 1300), *scripts]
    text = text.replace("</head>", "\n".join([*head, "</head>"]), 1)
    text = text.replace("<body>", f"<body>\n{_top(menus[::2])}", 1)
    text = text.replace("</body>", f"{_bottom(menus[1::2], rng)}\n</body>", 1)
    return text.encode(report.encoding)


def _script(rng: random.Random) -> str:
    return _SCRIPT % (rng.randint(1000, 9999), rng.randint(10, 99), rng.randint(10**9, 10**10))


def _menu(rng: random.Random) -> str:
    """An entry of a menu with those below it."""
    below = "".join(
        f'<li><a href="/zwgk/{rng.randint(100, 999)}/index.html" target="_blank" title="{area}">{area}</a></li>'
        for area in rng.sample(_AREAS, 6)
    )
    return f'<li class="item"><a href="javascript:;">{rng.choice(_TOPICS)}</a><ul class="sub-nav">{below}</ul></li>'


def _top(menus: list[str]) -> str:
    return "\n".join(
        [
            '<div class="top-bar"><a href="/wza">无障碍浏览</a> <a href="/phone">手机版</a><form action="/search">'
            '<input type="text" name="q" placeholder="请输入关键字"/><button type="submit">搜索</button></form></div>',
            '<div class="nav"><ul>',
            *menus,
            "</ul></div>",
        ]
    )


def _bottom(menus: list[str], rng: random.Random) -> str:
    return "\n".join(
        [
            '<div class="side"><ul>',
            *menus,
            '</ul></div><div class="qr-code">扫一扫在手机打开当前页</div>',
            '<div class="foot"><p>主办单位：市人民政府办公室</p>',
            f"<p>备案号 {rng.randint(10**7, 10**8)} 号　网站标识码 {rng.randint(10**9, 10**10)}</p></div>",
        ]
    )
