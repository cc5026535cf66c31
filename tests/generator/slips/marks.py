"""Slips inside a cell: words, marks and signs around the number, units, letters for digits."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from ..cells import Cells, Place
from ..form import COLUMNS
from ..prose import _numeral
from ..sheet import Sheet
from ..truth import APPLICATIONS, PROACTIVE, REVIEW, Truth
from .base import GRIDS, WORDS, Slip, each_row, numbers

#: What stands for markup while the layout writes a cell; ``text`` puts the markup in.
_HIDDEN = "\ue100{}\ue101"


def _around(table: str, *forms: str, count: int = 3, least: int = 1) -> Callable[[Truth, Cells, random.Random], None]:
    """Some numbers of a table written in one of these forms; the number stays what it is."""

    def change(truth: Truth, cells: Cells, rng: random.Random) -> None:
        places = list(numbers(cells, table, least=least)) or list(numbers(cells, table))
        form = rng.choice(forms)
        for place in rng.sample(places, min(count, len(places))):
            cells.texts[place] = form.format(
                cells.texts[place], h=_numeral(int(cells.texts[place])), x=rng.randint(1, 9)
            )
            truth.notes[place] = "annotated"

    return change


def _first_column(*forms: str) -> Callable[[Truth, Cells, random.Random], None]:
    """Numbers of 自然人 written in one of these forms, in every row or in some."""

    def change(truth: Truth, cells: Cells, rng: random.Random) -> None:
        form, share = rng.choice(forms), rng.choice((1.0, 0.3))
        for place in numbers(cells, APPLICATIONS):
            if place[2] == COLUMNS[0] and (place[1] == "new_received" or rng.random() < share):
                cells.texts[place] = form.format(cells.texts[place])
                truth.notes[place] = "annotated"

    return change


def _letters(table: str, *letters: str, count: int) -> Callable[[Truth, Cells, random.Random], None]:
    """Zeros that the typist or the scanner made a letter of: a reader may take them for 0, or not."""

    def change(truth: Truth, cells: Cells, rng: random.Random) -> None:
        letter = rng.choice(letters)
        zeros = [place for place, text in cells.texts.items() if place[0] == table and text == "0"]
        if table == APPLICATIONS and count > 1:
            zeros = [place for place in zeros if place[2] == COLUMNS[0]]
        for place in rng.sample(zeros, min(count, len(zeros))):
            cells.texts[place] = letter
            truth.uncertain.add(place[:2])

    return change


def _blank_at_the_end(name: str, chunks: list[list[str]], truth: Truth, rng: random.Random) -> list[list[str]]:
    """An empty column behind the table."""
    return each_row(chunks, lambda number, cells: [*cells, ""]) if name == "applications" else chunks


def _amount(truth: Truth, cells: Cells, rng: random.Random) -> tuple[Place, Decimal] | None:
    """The cell of an amount, given a number that shows its unit."""
    for item, measure in truth.proactive:
        if measure == "amount":
            value = Decimal(rng.randint(12, 9999)).scaleb(-2)
            truth.proactive[item, measure] = value
            return (PROACTIVE, item, measure), value
    return None


def _amount_as(*forms: str) -> Callable[[Truth, Cells, random.Random], None]:
    """The amount with its unit in the cell; {yuan} and {wan} are the number in either unit."""

    def change(truth: Truth, cells: Cells, rng: random.Random) -> None:
        if found := _amount(truth, cells, rng):
            place, value = found
            cells.texts[place] = rng.choice(forms).format(yuan=int(value * 10_000), wan=value)
            truth.notes.pop(place, None)

    return change


def _amount_under(factor: int) -> Callable[[Truth, Cells, random.Random], None]:
    """The amount as a bare number of the unit that another place names: ``factor`` of it make 万元."""

    def change(truth: Truth, cells: Cells, rng: random.Random) -> None:
        if found := _amount(truth, cells, rng):
            place, value = found
            cells.texts[place] = f"{value * factor:f}".rstrip("0").rstrip(".")
            truth.notes.pop(place, None)

    return change


def _head(*heads: str) -> Callable[[Sheet, Truth, random.Random], Sheet]:
    """The heading of the amount in another wording."""

    def change(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
        head = rng.choice(heads)
        return _articles(sheet, lambda text: re.sub(r"^(本年收费金额|采购总金额)(（.*）)?$", rf"\1{head}", text))

    return change


def _label(*endings: str) -> Callable[[Sheet, Truth, random.Random], Sheet]:
    """The unit behind the row's label, and none in the heading."""

    def change(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
        ending = rng.choice(endings)
        sheet = _articles(sheet, lambda text: re.sub(r"^(本年收费金额|采购总金额)(（.*）)?$", r"\1", text))
        return _articles(sheet, lambda text: re.sub(r"^(行政事业性收费|政府集中采购)$", rf"\1{ending}", text))

    return change


def _labels(*forms: str) -> Callable[[Sheet, Truth, random.Random], Sheet]:
    """The decisions of table two under a label that is not quite the form's."""

    def change(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
        form = rng.choice(forms)
        return _articles(sheet, lambda text: form.format(text) if re.match("行政(许可|处罚|强制)$", text) else text)

    return change


def _articles(sheet: Sheet, change: Callable[[str], str]) -> Sheet:
    """All labels and headings of table two changed."""
    articles = [
        replace(
            article,
            head=tuple(change(text) for text in article.head),
            lines=tuple(replace(line, label=change(line.label)) for line in article.lines),
        )
        for article in sheet.articles
    ]
    return replace(sheet, articles=tuple(articles))


def _one_of(markups: Sequence[tuple[str, str]]) -> Callable[[str, random.Random], str]:
    """One of the pairs of tags for what ``_HIDDEN`` stands for."""

    def change(text: str, rng: random.Random) -> str:
        opening, closing = rng.choice(markups)
        return text.replace("\ue100", opening).replace("\ue101", closing)

    return change


def _caption(*captions: str) -> Callable[[str, list[list[str]], Truth, random.Random], list[list[str]]]:
    """A line on the unit above or below table two; its headings name none."""

    def change(name: str, chunks: list[list[str]], truth: Truth, rng: random.Random) -> list[list[str]]:
        if name != "proactive":
            return chunks
        caption = rng.choice(captions)
        as_html = any(line.startswith("<t") for chunk in chunks for line in chunk)
        line = [f"<p>{caption}</p>" if as_html else caption]
        return [*chunks, line] if caption.startswith("注") else [line, *chunks]

    return change


_NO_UNIT = _label("")
#: Ways in which HTML hides what it has.
_UNSEEN = (
    'style="display:none"',
    'style="font-size:0"',
    "hidden",
    'style="visibility: hidden"',
    'style="display: none;"',
)
MARKS = {
    "words_in_first_cell": Slip(GRIDS, cells=_first_column("{}人", "{}件", "{}个", "{} 人"), table=_blank_at_the_end),
    "note_in_first_cell": Slip(GRIDS, cells=_first_column("{}注", "{}†", "{}*", "{}‡"), table=_blank_at_the_end),
    "direction_mark_in_first_cell": Slip(
        GRIDS, cells=_first_column("\u200e{}", "{}\u200e", "\u202a{}\u202c", "\u2066{}\u2069"), table=_blank_at_the_end
    ),
    "letter_for_zero_in_first_cell": Slip(
        GRIDS, cells=_letters(APPLICATIONS, "O", "○", "〇", "o", "◯", count=9), table=_blank_at_the_end
    ),
    "one_letter_for_zero": Slip(WORDS, cells=_letters(APPLICATIONS, "O", "o", "Ｏ", count=1)),
    "letter_for_zero_in_table_two": Slip(WORDS, cells=_letters(PROACTIVE, "O", "o", "○", count=1)),
    "footnote_in_table_two": Slip(
        WORDS, cells=_around(PROACTIVE, "{}①", "{}¹", "{}[1]", "{}注1", "{}❶", "{}⑴", "{}（注{x}）", "{}［{x}］")
    ),
    "footnote_in_table_three": Slip(WORDS, cells=_around(APPLICATIONS, "{}①", "{}¹", "{}②", "{}³")),
    "footnote_in_table_four": Slip(WORDS, cells=_around(REVIEW, "{}①", "{}¹", "{}[1]")),
    "words_in_table_two": Slip(
        WORDS, cells=_around(PROACTIVE, "{}件", "{}户", "{}含变更{x}件", "{}宗", "共{}件", "{}（件）", "约{}件")
    ),
    "han_number": Slip(WORDS, cells=_around(PROACTIVE, "{h}", "{h}件", count=1)),
    "bidi_in_table_two": Slip(WORDS, cells=_around(PROACTIVE, "\u202d{}\u202c", "\u200f{}", "\ue5e5{}", "{}\uf020")),
    "yuan_in_cell": Slip(
        WORDS, cells=_amount_as("{yuan}（元）", "{yuan}元整", "人民币{yuan}元", "￥{yuan}元", "{yuan}元", "{yuan}(元)")
    ),
    "wan_in_cell": Slip(WORDS, cells=_amount_as("{wan}万元", "{wan}（万元）", "{wan}万", "人民币{wan}万元")),
    "yuan_in_head": Slip(
        (*WORDS, "aligned", "flat"),
        cells=_amount_under(10_000),
        sheet=_head("（人民币：元）", "（以元为单位）", "（￥元）", "（元）", "（单位：人民币元）"),
    ),
    "thousand_yuan_in_head": Slip(WORDS, cells=_amount_under(10), sheet=_head("（千元）", "（单位：千元）")),
    "yuan_in_label": Slip(WORDS, cells=_amount_under(10_000), sheet=_label("（元）", "（单位：元）", "（人民币元）")),
    "yuan_in_caption": Slip(
        GRIDS,
        cells=_amount_under(10_000),
        sheet=_NO_UNIT,
        table=_caption("金额单位：元", "（单位：件、元）", "注：收费金额单位为元。"),
    ),
    "sup_footnote": Slip(
        ("html",),
        cells=_around(PROACTIVE, "{}" + _HIDDEN.format("1"), "{}" + _HIDDEN.format("①"), "{}" + _HIDDEN.format("[2]")),
        text=_one_of([("<sup>", "</sup>")]),
    ),
    "struck_number": Slip(
        ("html",),
        cells=_around(PROACTIVE, _HIDDEN.format("88") + "{}", "{}" + _HIDDEN.format("88")),
        text=_one_of([(f"<{tag}>", f"</{tag}>") for tag in ("del", "s", "strike")]),
    ),
    "hidden_number": Slip(
        ("html",),
        cells=_around(APPLICATIONS, _HIDDEN.format("7") + "{}", "{}" + _HIDDEN.format("7")),
        text=_one_of([(f"<span {how}>", "</span>") for how in _UNSEEN]),
    ),
    "label_of_table_two": Slip(
        (*WORDS, "aligned", "flat"),
        sheet=_labels("{}决定", "1.{}", "{}：", "（一）{}", "{}事项", "{}类", "1、{}", "{}（件）"),
    ),
    "heads_cut_short": Slip(
        GRIDS,
        sheet=lambda sheet, truth, rng: _articles(sheet, lambda text: "本年新" if text.startswith("本年新") else text),
    ),
    "nested_table": Slip(
        ("html",),
        cells=_around(PROACTIVE, _HIDDEN.format("{}")),
        text=_one_of(
            [("<table><tr><td>", "</td></tr></table>"), ("<table><tbody><tr><td>", "</td></tr></tbody></table>")]
        ),
    ),
    "number_in_a_field": Slip(
        ("html",),
        cells=_around(PROACTIVE, _HIDDEN.format("{}")),
        text=_one_of([('<input type="text" readonly value="', '"/>')]),
    ),
}
