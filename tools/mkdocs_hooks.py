"""What MkDocs calls while it builds the documentation.

Adds the pages that are generated (``reference``), the picture of the packages (``architecture``) and the READMEs that
stand elsewhere in the project; leads links into the project to their pages; offers each page in its other language.
"""

import posixpath
import re
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
    return "".join(part if odd % 2 else _LINK.sub(led, part) for odd, part in enumerate(parts))


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
