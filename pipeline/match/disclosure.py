"""Table two: a row's columns are those of the header above it."""

import re

from pipeline import forms
from pipeline.match.fit import Habits, fit, habits
from pipeline.reading import PROACTIVE, Cell, Finding, Reading
from pipeline.runs import Run
from pipeline.skeleton import skeleton
from pipeline.values import Value
from decimal import Decimal

#: A wrapped label may lack this many letters before its numbers and still be known.
_LEAST_OF_LABEL = 3


def read_disclosure(runs: list[Run], reading: Reading) -> None:
    """Read table two from the runs before table three."""
    known = habits((run for run in runs if run.stacked), 3)
    header: list[tuple[forms.Measure, str | None]] = []
    seen: list[int] = []
    for index, run in enumerate(runs):
        following = runs[index + 1].label if index + 1 < len(runs) else ""
        tail = _tail(run, following)
        measures = [token for token in tail if token.measure]
        if measures:
            header = [(token.measure, token.unit) for token in measures if token.measure]
        elif any(token.resets for token in tail):
            header = []
        if not tail or not tail[-1].item:
            if tail and not run.cells:
                continue
            if run.cells and header and any(not cell.is_blank for cell in run.cells) and seen:
                _name_unknown(run, reading)
            continue
        item = tail[-1].item
        if not run.cells and not run.gaps:
            continue
        columns = [(measure, unit) for measure, unit in header]
        if not any((item, measure.measure) in forms.disclosure_items() for measure, _ in columns):
            if run.filled:
                _name_headless(item, run, reading)
            continue
        _read_row(item, run, columns, known, reading)
        seen += run.word_lines[-1:] + run.lines
        reading.layouts.add(run.layout)
    if seen:
        reading.regions.append((min(seen), max(seen)))


def _read_row(
    item: str, run: Run, columns: list[tuple[forms.Measure, str | None]], known: Habits, reading: Reading
) -> None:
    cells = _fit(run, len(columns), known)
    for index, (measure, unit) in enumerate(columns):
        key = (item, measure.measure)
        if key not in forms.disclosure_items():
            continue
        cell = cells[index] if cells else Cell(Value(run.text, state="unreadable"), run.line)
        if forms.disclosure_items()[key].unit == "万元":
            cell = Cell(_in_ten_thousands(cell.value, unit), cell.line)
        if key not in reading.proactive:
            reading.proactive[key] = cell
        elif cell.value.number != reading.proactive[key].value.number:
            reading.findings.append(
                Finding(
                    "row_repeated",
                    f"“{item}”一行出现两次且数字不同，采用第一次出现的数字：{run.text}",
                    f"The row {item} stands twice with different numbers; the first is loaded: {run.text}",
                    PROACTIVE,
                    item,
                    measure.measure,
                    cell.line,
                    run.text,
                )
            )


class _Token:
    """A piece of table two's head: a header, a row's label, or what begins a new part."""

    __slots__ = ("item", "measure", "resets", "unit")

    def __init__(self, found: re.Match[str] | None, item: str | None = None) -> None:
        self.item = item
        self.measure: forms.Measure | None = None
        self.unit: str | None = None
        self.resets = False
        if found is not None:
            self.resets = bool(found["article"] or found["content"])
            if found["measure"]:
                self.measure, self.unit = forms.measure_labels()[found["measure"]], found["unit"]
            elif found["item"]:
                self.item = forms.disclosure_item(found["item"])


_EXPLANATION = re.compile(r"[(（](?![一二三四五六七八九十]{1,2}[)）])(?!单位)[^()（）]{2,}[)）]|[(（](?:如|指|含)[^()（）]*[)）]")


def _tail(run: Run, following: str) -> list[_Token]:
    """The tokens that stand without a gap at the end of a run's words: a header's and a row's, no prose between."""
    label = _bare(run)
    tokens: list[_Token] = []
    found = list(forms.disclosure_vocabulary().finditer(label))
    end = len(label)
    rest = label[found[-1].end() :] if found else label
    wrapped = _wrapped(rest, following)
    if wrapped:
        tokens.append(_Token(None, wrapped))
        end -= len(rest)
    for match in reversed(found):
        if match.end() != end:
            if not _is_leftover(label[match.end() : end]):
                break
        tokens.append(_Token(match))
        end = match.start()
    tokens.reverse()
    if tokens and len(tokens) == 1 and tokens[0].item and end > 0 and not _is_leftover(label[:end]):
        # Prose that happens to end with a row's label, unless the label is a cell of its own.
        if skeleton(_without_explanations(run.words[-1])) not in forms.disclosure_spellings() and not wrapped:
            return []
    return tokens


def _bare(run: Run) -> str:
    return skeleton(_without_explanations("".join(run.words)))


def _without_explanations(words: str) -> str:
    """A label without the brackets that explain it: 规范性文件（行政机关制定发布的…见2018年…）."""
    return _EXPLANATION.sub("", words)


def _is_leftover(text: str) -> bool:
    """The rest of a label whose numbers stood before its end."""
    return len(text) <= 4 and any(label.endswith(text) for label in forms.disclosure_spellings())


def _wrapped(rest: str, following: str) -> str | None:
    """The row of a label that goes on behind its numbers."""
    for label in forms.disclosure_labels():
        if label.text.startswith(rest) and _LEAST_OF_LABEL <= len(rest) < len(label.text):
            if following.startswith(label.text[len(rest) :]):
                return label.item
    return None


def _fit(run: Run, width: int, known: Habits) -> list[Cell] | None:
    """The cells of a row, counted from its label: the form has nothing between them."""
    filled = run.filled
    if run.stacked or not filled or len(filled) >= width:
        return fit(run, width, known)
    if run.layout in ("aligned", "flat"):
        return None
    if filled[-1] >= width or len(run.cells) < width:
        return None
    return [Cell(run.cells[index], run.lines[index]) for index in range(width)]


def _in_ten_thousands(value: Value, header_unit: str | None) -> Value:
    """An amount in 万元: a unit beside the number counts, else the header's, else the form's (万元)."""
    unit = (value.unit if value.unit in ("元", "万元", "亿元") else None) or header_unit
    factor = {"元": Decimal("0.0001"), "亿元": Decimal(10000)}.get(unit or "")
    if value.number is None or factor is None:
        return value
    number = value.number * factor
    if number != number.quantize(Decimal("0.000001")):
        return Value(value.raw, state="unreadable")
    return Value(value.raw, number, "unit_converted", value.unit)


def _name_headless(item: str, run: Run, reading: Reading) -> None:
    reading.findings.append(
        Finding(
            "column_unknown",
            f"“{item}”一行的数字没有可识别的列名，未入库：{run.text}",
            f"No known column header stands above the row {item}; its numbers are not loaded: {run.text}",
            PROACTIVE,
            item,
            line=run.line,
            actual=run.text,
        )
    )


def _name_unknown(run: Run, reading: Reading) -> None:
    words = "".join(run.words)[-60:]
    reading.findings.append(
        Finding(
            "row_unknown",
            f"表中有表样以外的一行，未入库：{words} {run.text}",
            f"A row that the form does not have is not loaded: {words} {run.text}",
            PROACTIVE,
            line=run.line,
            actual=run.text,
        )
    )
