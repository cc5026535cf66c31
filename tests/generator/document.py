"""Puts title, prose and tables together to a whole document: plain text, the text of a PDF file, or an HTML page.

A document kind knows how headings, paragraphs and pages are set; the tables come from the layout as chunks of lines.
Noise between the rows of a table is asked from `noise.py`.
"""

from collections.abc import Callable

from . import chrome
from .dice import Dice
from .layouts import Chunks, Layout, Pager
from .layouts.html import Html
from .layouts.paper import wrap
from .names import Agency
from .noise import between_rows, stray_characters
from .prose import Prose
from .sheet import Sheet
from .truth import Truth


def _tables(layout: Layout, sheet: Sheet, dice: Dice, pager: Pager) -> list[Callable[[], Chunks]]:
    """The three tables, made only when their turn comes, so that pages are counted in order."""
    return [
        lambda: layout.proactive(sheet, dice, pager),
        lambda: layout.applications(sheet, dice, pager),
        lambda: layout.review(sheet, dice, pager),
    ]


def build_document(layout: Layout, sheet: Sheet, prose: Prose, truth: Truth, agency: Agency, dice: Dice) -> str:
    """The whole report as text, lines ending in a line feed."""
    if layout.document == "html":
        return _html_document(layout, sheet, prose, truth, agency, dice)
    if layout.document == "pdf":
        return _pdf_document(layout, sheet, prose, dice)
    return _text_document(layout, sheet, prose, truth, agency, dice)


def _text_document(layout: Layout, sheet: Sheet, prose: Prose, truth: Truth, agency: Agency, dice: Dice) -> str:
    pager = Pager(dice, lone_number=layout.name == "tabs")
    pager.page = dice.number(1, 4)
    hashes = _hashes(layout, dice)
    gap = "" if dice.chance(0.25) else "\n"
    indent = dice.vary("", "　　", "    ", p=0.3)
    lines: list[str] = []
    if dice.chance(0.2):
        lines += chrome.top_lines(truth, agency, dice)
    lines += [("# " if hashes[0] else "") + line if number == 0 else line for number, line in enumerate(prose.title)]
    lines += [indent + text for text in prose.intro]
    tables = _tables(layout, sheet, dice, pager)
    repeated = dice.number(0, 2) if dice.chance(0.025) else -1
    for number, heading in enumerate(prose.headings):
        if heading:
            lines.append(hashes[number] + heading)
        if number in (1, 2, 3):
            chunks = tables[number - 1]()
            printed = between_rows(chunks, dice, pager)
            lines += [indent + text for text in prose.before[number - 1]]
            lines.append("\n".join(line for chunk in printed for line in chunk))
            if number - 1 == repeated:
                lines.append("\n".join(line for chunk in chunks for line in chunk))
            lines += [indent + text for text in prose.after[number - 1]]
        else:
            texts = {0: prose.overall, 4: prose.problems, 5: prose.others}[number]
            lines += [indent + (stray_characters(text, dice) if number else text) for text in texts]
    if dice.chance(0.15):
        lines += chrome.bottom_lines(truth, agency, dice)
    return "\n" * dice.number(0, 2) + ("\n" + gap).join(lines) + dice.vary("\n", "", p=0.4)


def _hashes(layout: Layout, dice: Dice) -> list[str]:
    """What stands before the six headings: nothing, Markdown marks, or marks that sink deeper and deeper."""
    if not dice.chance(0.5 if layout.name in ("tabs", "markdown") else 0.1):
        return [""] * 6
    depths = dice.pick([(2, 2, 2, 2, 2, 2), (2, 2, 3, 4, 4, 4), (1, 1, 1, 1, 1, 1), (2, 3, 3, 3, 3, 3)])
    return ["#" * depth + " " for depth in depths]


def _pdf_document(layout: Layout, sheet: Sheet, prose: Prose, dice: Dice) -> str:
    pager = Pager(dice)
    aligned = layout.name == "aligned"
    width = dice.number(26, 30)
    lines: list[str] = [pager.mark()] if layout.name == "flat" and dice.chance(0.3) else []
    page_length = dice.number(22, 28)
    left = 0

    def add(texts: list[str], indent: int = 3) -> None:
        nonlocal left
        for text in texts:
            for number, piece in enumerate(wrap(text, width)):
                if left >= page_length:
                    lines.extend(["", " " * (aligned * 44) + pager.mark()])
                    left, piece = 0, pager.start(piece)
                lines.append(" " * (indent if aligned and number == 0 else 0) + piece)
                left += 1

    lines += [" " * (aligned * 8) + line for line in prose.title] + [""]
    add(prose.intro)
    tables = _tables(layout, sheet, dice, pager)
    for number, heading in enumerate(prose.headings):
        if heading:
            add([heading])
        if number in (1, 2, 3):
            add(prose.before[number - 1])
            lines += [line for chunk in tables[number - 1]() for line in chunk]
            left = dice.number(5, 20)
            add(prose.after[number - 1])
        else:
            add({0: prose.overall, 4: prose.problems, 5: prose.others}[number])
    lines += ["", pager.mark(), "\f" if pager.feed else ""]
    return "\n".join(lines)


def _html_document(layout: Layout, sheet: Sheet, prose: Prose, truth: Truth, agency: Agency, dice: Dice) -> str:
    """A page; the charset that it declares is set in `noise.encode`."""
    look = layout if isinstance(layout, Html) else Html.choose(dice)
    rich = look.messy or dice.chance(0.5)
    title = "".join(prose.title) or f"{truth.year}年政府信息公开工作年度报告"
    head = ["<!DOCTYPE html>", "<html>", "<head>", '<meta charset="utf-8">', f"<title>{title}</title>"]
    if rich and dice.chance(0.2):
        head.append(f"<title>{chrome.portal(agency, dice)}</title>")
    head += [chrome.STYLE, chrome.SCRIPT] if rich else []
    body = ["</head>", "<body>", *(chrome.html_top(truth, agency, dice) if rich else [])]
    framed = look.messy and dice.chance(0.1)
    body.append('<table width="1000"><tr><td class="article">' if framed else '<div class="article" id="zoom">')
    for line in prose.title:
        body.append(f'<h1 align="center">{line}</h1>' if dice.chance(0.5) else f"<p><strong>{line}</strong></p>")
    paragraph = _paragraph(look, dice)
    body += [paragraph(text) for text in prose.intro]
    heading_tag = dice.vary("p", "h2", "h3", "strong", p=0.5)
    tables = _tables(layout, sheet, dice, Pager(dice))
    for number, heading in enumerate(prose.headings):
        if heading:
            body.append(f"<{heading_tag}>{heading}</{heading_tag}>" + "<br/>" * (heading_tag == "strong"))
        if number in (1, 2, 3):
            table = "\n".join(line for chunk in tables[number - 1]() for line in chunk)
            body += [paragraph(text) for text in prose.before[number - 1]]
            body += [table] * (2 if dice.chance(0.01) else 1)
            body += [paragraph(text) for text in prose.after[number - 1]]
        else:
            texts = {0: prose.overall, 4: prose.problems, 5: prose.others}[number]
            body += [paragraph(text) for text in texts]
    body.append("</td></tr></table>" if framed else "</div>")
    body += chrome.html_bottom(truth, agency, dice) if rich else []
    return "\n".join([*head, *body, "</body>", "</html>", ""])


def _paragraph(look: Html, dice: Dice) -> Callable[[str], str]:
    """How this page sets a paragraph."""
    if not look.messy:
        return "<p>{}</p>".format
    kind = dice.number(0, 3)
    if kind == 0:
        return f'<p style="text-indent:2em;"><span style="{look.font}">{{}}</span></p>'.format
    if kind == 1:
        return "<p>&nbsp;&nbsp;&nbsp;&nbsp;{}</p>".format
    if kind == 2:
        return "&emsp;&emsp;{}<br />".format
    return f'<p class="MsoNormal"><span style="{look.font}">{{}}</span><o:p></o:p></p>'.format
