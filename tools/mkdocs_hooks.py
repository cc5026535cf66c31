"""What MkDocs calls while it builds the documentation.

Adds the pages that are generated (``reference``), the picture of the packages (``architecture``) and the READMEs that
stand elsewhere in the project; leads links into the project to their pages; offers each page in its other language;
tells the search where Chinese words end.
"""

import csv
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from pipeline.settings import PROJECT
from tools import architecture, reference

#: Documents of the project that stand beside what they are about, and their place in the documentation.
ELSEWHERE = {
    "deploy/README.md": "deploy/index.md",
    "deploy/scale/README.md": "deploy/scale.md",
    "deploy/kubernetes/README.md": "deploy/kubernetes.md",
    "pipeline/forms/labels/README.md": "how-to/labels.md",
    "tests/agencies/README.md": "explanation/test-agencies.md",
    "tests/narrative/README.md": "explanation/test-narrative.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
_BACK = {page: source for source, page in ELSEWHERE.items()}
_LINK = re.compile(r"(?P<image>!?)\[(?P<words>(?:[^\[\]]|`[^`]*`)*)\]\((?P<target>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")
_CHINESE = re.compile("[\u3400-\u9fff]+")
#: A line's end between Chinese characters, which must not become a blank.
_BREAK = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef”])\n(?=[\u3000-\u9fff\uff00-\uffef“])")
_BLOCK = re.compile(r"(^```.*?^```)", re.S | re.M)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in the folder of the documentation."""
    made = reference.pages()
    made |= {page: (PROJECT / source).read_text(encoding="utf-8") for source, page in ELSEWHERE.items()}
    made["images/architecture.svg"] = architecture.svg(PROJECT)
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links to where their target is in the documentation; what is not in it is named."""
    name = page.file.src_uri
    here = _BACK.get(name, f"docs/{name}")

    def led(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), link["target"]))
        inside = ELSEWHERE.get(target) or ELSEWHERE.get(f"{target}/README.md") or target.removeprefix("docs/")
        file = files.get_file_from_path(inside)
        if file is not None and file.inclusion.is_included():
            way = posixpath.relpath(inside, posixpath.dirname(name) or ".")
            return f"{link['image']}[{link['words']}]({way}{link['anchor'] or ''})"
        if (PROJECT / target).exists():  # code or data
            return link["words"] if target in link["words"] else f"{link['words']} (`{target}`)"
        return link[0]  # MkDocs says that it leads nowhere

    parts = _BLOCK.split(markdown)
    return "".join(part if odd % 2 else _LINK.sub(led, _BREAK.sub("", part)) for odd, part in enumerate(parts))


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Say the theme's words in the page's language, and lead to the same page in the other one."""
    name = page.file.src_uri
    config.theme["language"] = "zh" if name.startswith("zh/") else "en"
    english = name.removeprefix("zh/")
    chinese = f"zh/{english}" if (PROJECT / "docs" / "zh" / english).is_file() else "zh/index.md"
    config.extra["alternate"] = [
        {"name": "English", "link": english.removesuffix(".md") + ".html", "lang": "en"},
        {"name": "中文", "link": chinese.removesuffix(".md") + ".html", "lang": "zh"},
    ]
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Without the theme's links to a site of its own for each language, whose list of pages it would fetch."""
    return re.sub(r'<link rel="alternate"[^>]*>', "", output)


def on_post_build(config: MkDocsConfig) -> None:
    """Mark the ends of Chinese words in the search's index, with a blank that has no width.

    The search in the browser finds these words in what is asked. A character that is in no known word is one.
    """
    path = Path(config.site_dir) / "search" / "search_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    known = set(words())
    for entry in index["docs"]:
        for field in ("title", "text"):
            entry[field] = _CHINESE.sub(lambda run: "\u200b".join(["", *split(run[0], known), ""]), entry[field])
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def words() -> Iterator[str]:
    """The Chinese words that the project has names for: terms, columns, indicators, divisions, and a few of its own."""
    sources = (
        ("pipeline/export/glossary.csv", "zh", 6),
        ("schemas/labels.csv", "label_zh", 6),
        ("pipeline/indicators/indicators.csv", "name_zh", 6),
        ("pipeline/regions/divisions.csv", "county", 4),
    )
    for name, column, longest in sources:
        with (PROJECT / name).open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                yield from (word for word in _CHINESE.findall(row[column]) if 2 <= len(word) <= longest)
    yield from _CHINESE.findall(
        "结转 公开 申请 机关 报告 名录 豁免 规则 视图 指标 仓库 矛盾 设置 命令 版式 勾稽 问题 原因"
    )


def split(run: str, known: set[str]) -> Iterator[str]:
    """A run of Chinese characters as words, the longest known one first.

    >>> list(split("公开率高", {"公开", "公开率"}))
    ['公开率', '高']
    """
    at = 0
    while at < len(run):
        word = next((run[at:end] for end in range(min(at + 6, len(run)), at + 1, -1) if run[at:end] in known), run[at])
        yield word
        at += len(word)
