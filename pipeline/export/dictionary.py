"""The data dictionary and the glossary, in Chinese and English, as Markdown and as pages that open by themselves.

Belongs here: layout. The texts come from the warehouse's COMMENTs, ``schemas/labels.csv`` and ``glossary.csv``.
"""

import html
from collections.abc import Iterable, Sequence

from pipeline.export import about
from pipeline.export.glossary import terms
from pipeline.export.relations import Relation
from pipeline.export.run_record import RunRecord
from schemas.labels import UNITS

TITLE = "数据字典 / Data dictionary"
GLOSSARY_TITLE = "术语表 / Glossary"
HEAD = ("列 / column", "中文名 / name", "类型 / type", "单位 / unit", "含义", "meaning")
GLOSSARY_HEAD = ("术语", "term", "含义", "meaning")


def documents(relations: Sequence[Relation], kind: str, run: RunRecord) -> dict[str, str]:
    """The documents of an export by file name."""
    return {
        "data_dictionary.md": markdown(relations, kind, run),
        "data_dictionary.html": page(relations, kind, run),
        "glossary.md": glossary_markdown(),
        "glossary.html": glossary_page(),
    }


def markdown(relations: Sequence[Relation], kind: str, run: RunRecord) -> str:
    """The dictionary in Markdown."""
    out = [f"# {TITLE}", "", _origin(run), "", "## 说明 / About the files", ""]
    out += [f"- {chinese}\n  {english}" for chinese, english in [*about.GENERAL, *about.FORMATS[kind]]]
    out += ["", "## 单位 / Units", "", *_markdown_table(("单位", "unit"), UNITS.items()), ""]
    out += ["## 目录 / Contents", ""]
    out += [f"- [{r.label.label_zh} {r.name}](#{r.name})" for r in relations]
    for relation in relations:
        out += ["", f'<a id="{relation.name}"></a>', "", f"## {relation.label.label_zh} {relation.name}", ""]
        out += [_escaped(relation.label.meaning_zh), "", _escaped(relation.comment), "", *_keys(relation)]
        out += _markdown_table(HEAD, rows(relation))
    return "\n".join([*out, ""])


def glossary_markdown() -> str:
    """The glossary in Markdown."""
    return "\n".join([f"# {GLOSSARY_TITLE}", "", *_markdown_table(GLOSSARY_HEAD, glossary_rows()), ""])


def page(relations: Sequence[Relation], kind: str, run: RunRecord) -> str:
    """The dictionary as a page."""
    out = [f"<h1>{_text(TITLE)}</h1>", f"<p>{_text(_origin(run))}</p>", "<h2>说明 / About the files</h2>", "<ul>"]
    for chinese, english in [*about.GENERAL, *about.FORMATS[kind]]:
        out.append(f'<li>{_text(chinese)}<br><span lang="en">{_text(english)}</span></li>')
    out += ["</ul>", "<h2>单位 / Units</h2>", *_page_table(("单位", "unit"), UNITS.items(), "单位 / Units")]
    out += ['<nav aria-label="目录 / Contents">', "<h2>目录 / Contents</h2>", "<ul>"]
    out += [f'<li><a href="#{r.name}">{_text(r.label.label_zh)} <code>{r.name}</code></a></li>' for r in relations]
    out += ["</ul>", "</nav>"]
    for relation in relations:
        name = relation.label.label_zh
        out += [f'<section id="{relation.name}">', f"<h2>{_text(name)} <code>{relation.name}</code></h2>"]
        out += [f"<p>{_text(relation.label.meaning_zh)}</p>", f'<p lang="en">{_text(relation.comment)}</p>']
        out += [f"<p>{_text(line)}</p>" for line in _keys(relation) if line]
        out += [*_page_table(HEAD, rows(relation), f"{name} {relation.name}"), "</section>"]
    return _PAGE.format(title=_text(TITLE), body="\n".join(out))


def glossary_page() -> str:
    """The glossary as a page."""
    body = [f"<h1>{_text(GLOSSARY_TITLE)}</h1>", *_page_table(GLOSSARY_HEAD, glossary_rows(), GLOSSARY_TITLE)]
    return _PAGE.format(title=_text(GLOSSARY_TITLE), body="\n".join(body))


def rows(relation: Relation) -> list[tuple[str, ...]]:
    """The columns of a relation under ``HEAD``."""
    return [(c.name, c.label.label_zh, c.type, c.label.unit, c.label.meaning_zh, c.comment) for c in relation.columns]


def glossary_rows() -> list[tuple[str, ...]]:
    """The terms under ``GLOSSARY_HEAD``."""
    return [(term.zh, term.en, term.meaning_zh, term.meaning_en) for term in terms()]


def _origin(run: RunRecord) -> str:
    return (
        f"由数据仓库生成 / generated from the warehouse: run {run.run_id}, {run.finished_at:%Y-%m-%d %H:%M} UTC, "
        f"{run.reports} 份报告 / reports, code {run.code_version}"
    )


def _keys(relation: Relation) -> list[str]:
    """Key and references in words, each followed by an empty line."""
    out = []
    if relation.key:
        out += [f"键 / key: {', '.join(relation.key)}", ""]
    if relation.references:
        arrows = [
            f"{', '.join(r.columns)} → {r.relation} ({', '.join(r.relation_columns)})" for r in relation.references
        ]
        out += [f"引用 / refers to: {'; '.join(arrows)}", ""]
    return out


def _markdown_table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"] + [
        f"| {' | '.join(map(_escaped, line))} |" for line in lines
    ]


def _escaped(text: str) -> str:
    """A text that is no markup in a Markdown table."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("*", "\\*")


def _page_table(head: Sequence[str], lines: Iterable[Sequence[str]], caption: str) -> list[str]:
    out = ['<div class="scroll" tabindex="0" role="region" ' + f'aria-label="{_text(caption)}"><table>', "<thead><tr>"]
    out += [f'<th scope="col">{_text(cell)}</th>' for cell in head]
    out.append("</tr></thead><tbody>")
    for first, *others in lines:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in others)
        out.append(f'<tr><th scope="row">{_text(first)}</th>{cells}</tr>')
    return [*out, "</tbody></table></div>"]


def _text(text: str) -> str:
    return html.escape(text)


_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #c8c8c8; --head: #f2f2f2; --link: #0b57a4; }}
@media (prefers-color-scheme: dark) {{ :root {{ --line: #555; --head: #2a2a2a; --link: #8ab8f0; }} }}
body {{ font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0 auto;
  max-width: 80rem; padding: 1rem; }}
a {{ color: var(--link); }}
h2 {{ margin-top: 2.5rem; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .9rem; }}
th, td {{ border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top;
  min-width: 4rem; }}
td:nth-child(n+5) {{ min-width: 16rem; }}
thead th {{ background: var(--head); }}
tbody th {{ font-weight: normal; font-family: ui-monospace, Consolas, monospace; }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
