"""The documentation: a strict build without a network, two languages, and commands that print what is shown."""

import json
import re
import socket
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.settings import PROJECT
from tests.conftest import Place
from tests.support import shown

pytest.importorskip("mkdocs", reason="mkdocs is missing: make setup")

CHINESE = sorted((shown.DOCS / "zh").rglob("*.md"))
#: Every command that a page shows with its output, once; publishing takes longer and is asked for elsewhere.
SHOWN = sorted({step for page in shown.PAGES for step in shown.commands(page.read_text(encoding="utf-8"))})
READING = [step for step in SHOWN if step[0].startswith("ogi ") and "ducklake:" not in step[0]]


def build(folder: Path) -> None:
    """Build the site in this process, in which no connection can be made. A warning ends the build."""
    from mkdocs.commands import build
    from mkdocs.config import load_config

    def refuse(_: socket.socket, address: object) -> None:
        raise AssertionError(f"the build calls {address}")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", refuse)
        patched.setenv("NO_MKDOCS_2_WARNING", "1")
        build.build(load_config(str(PROJECT / "mkdocs.yml"), strict=True, site_dir=str(folder)))


def test_the_site_is_built_and_whole(tmp_path: Path) -> None:
    """One test, so that the site is built once."""
    build(tmp_path)
    pages = {path: LexborHTMLParser(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.rglob("*.html"))}
    assert len(pages) > 40
    no_page_asks_another_machine_for_anything(tmp_path, pages)
    links_lead_to_a_page_and_an_anchor(pages)
    a_page_leads_to_itself_in_the_other_language(tmp_path, pages)
    the_search_knows_chinese_words(tmp_path)


def no_page_asks_another_machine_for_anything(site: Path, pages: dict[Path, LexborHTMLParser]) -> None:
    asked = "script[src], img[src], iframe[src], source[src], video[src], object[data], link[href]"
    for path, page in pages.items():
        for node in page.css(asked):
            target = node.attributes.get("src") or node.attributes.get("href") or node.attributes.get("data") or ""
            assert not re.match(r"[a-z]+:|//", target), (path, target)
            place = (site / target[1:]) if target.startswith("/") else (path.parent / target.partition("?")[0])
            assert place.exists() or path.name == "404.html", (path, target)
        assert not page.css(".mermaid"), path  # for which the theme fetches a script
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", style.read_text(encoding="utf-8")), style


def links_lead_to_a_page_and_an_anchor(pages: dict[Path, LexborHTMLParser]) -> None:
    anchors = {path: {node.attributes["id"] for node in page.css("[id]")} for path, page in pages.items()}
    wrong = []
    for path, page in pages.items():
        for node in page.css("a[href]") if path.name != "404.html" else []:
            target, _, anchor = (node.attributes["href"] or "").partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            to = (path.parent / target).resolve() if target else path
            if not to.exists() or (anchor and to in anchors and anchor not in anchors[to] and anchor != "__search"):
                wrong.append((path.name, node.attributes["href"]))
    assert wrong == []


def a_page_leads_to_itself_in_the_other_language(site: Path, pages: dict[Path, LexborHTMLParser]) -> None:
    for path in CHINESE:
        name = path.relative_to(shown.DOCS / "zh").with_suffix(".html")
        english, chinese = site / name, site / "zh" / name
        for here, language, there in ((english, "zh", chinese), (chinese, "en", english)):
            [link] = [
                node.attributes["href"]
                for node in pages[here].css("a.md-select__link")
                if node.attributes["hreflang"] == language
            ]
            assert (here.parent / (link or "")).resolve() == there.resolve()
            assert pages[here].css_first("html").attributes["lang"] == {"zh": "en", "en": "zh"}[language]


def the_search_knows_chinese_words(site: Path) -> None:
    """Terms of the field stand in the index as words; what no list knows is taken character by character."""
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["en", "zh"]
    separator = re.compile(index["config"]["separator"])
    terms = {term for entry in index["docs"] for term in separator.split(entry["title"] + " " + entry["text"])}
    assert {"公开率", "结转", "行政诉讼", "豁免", "红旗区", "carry", "ledger"} <= terms
    assert [t for t in terms if "\u3400" <= t[:1] <= "\u9fff" and len(t) > 6] == []


def test_the_tutorial_and_the_how_to_pages_are_in_both_languages() -> None:
    english = {
        path.relative_to(shown.DOCS)
        for folder in ("tutorial", "how-to")
        for path in (shown.DOCS / folder).glob("*.md")
        if path.name != "queries.md"  # which is in both itself
    }
    chinese = {path.relative_to(shown.DOCS / "zh") for path in CHINESE}
    assert chinese == english | {Path("index.md")}


@pytest.mark.parametrize("path", CHINESE, ids=lambda path: path.relative_to(shown.DOCS).as_posix())
def test_both_languages_say_the_same(path: Path) -> None:
    english = shown.DOCS / path.relative_to(shown.DOCS / "zh")

    def parts(document: Path) -> dict[str, object]:
        text = document.read_text(encoding="utf-8")
        prose = shown.prose(text)
        local = [link for link in shown.links(text) if "://" not in link and link != "index.md"]
        return {
            "headings": re.findall(r"^(#+) ", prose, re.M),
            "blocks": shown.BLOCK.findall(text),
            "rows of tables": len(re.findall(r"^\|", prose, re.M)),
            "points": len(re.findall(r"^(?:- |\d+\. )", prose, re.M)),
            "named": shown.named(text),
            "links": sorted(
                shown.path_of(link, document).relative_to(PROJECT).as_posix().replace("docs/zh/", "docs/")
                for link in local
                if "zh/index.md" not in link and "../index.md" not in link
            ),
        }

    ours, theirs = parts(english), parts(path)
    for name, part in ours.items():
        assert theirs[name] == part, name


def test_what_is_shown_was_found() -> None:
    """So that the tests of it are not empty."""
    assert len(READING) >= 8
    assert {command.split()[1] for command, _ in READING} >= {"show", "trace", "issues", "agencies", "sql"}


@pytest.mark.parametrize(("command", "output"), READING, ids=[command[:60] for command, _ in READING])
def test_a_command_prints_what_is_shown(seeds: Place, command: str, output: str) -> None:
    printed = shown.run(command, seeds)
    assert shown.is_shown(printed, output), printed


def test_the_first_command_is_shown_as_in_the_readme() -> None:
    """Which another test compares with what it prints."""
    ingested = {output for command, output in SHOWN if command == "make ingest"}
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert ingested == {output for command, output in shown.commands(readme) if command == "make ingest"}


def test_commands_without_an_output_exist() -> None:
    """Each ``ogi`` command in a block that is not run is one that there is, with options that it has."""
    from pipeline.cli.main import main

    for path in shown.PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", path.read_text(encoding="utf-8"), re.S | re.M):
            for name, rest in re.findall(r"(?:^|/)ogi (\w+)(.*)$", block, re.M):
                known = {option for each in main.commands[name].params for option in each.opts}
                assert set(re.findall(r"(?<=\s)--[\w-]+", rest)) <= known, (path, name)
