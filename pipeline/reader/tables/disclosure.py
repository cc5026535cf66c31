"""Table two: a row's columns are those of the header above it."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pipeline import forms
from pipeline.forms import PROACTIVE
from pipeline.forms.skeleton import skeleton
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.cell_values import Value
from pipeline.reader.tables.columns import Habits, fit, habits
from pipeline.reader.tables.label_runs import Run
from pipeline.reader.tables.reading import Cell, Reading

#: A wrapped label has at least this many letters before its numbers.
_LEAST_OF_LABEL = 3
#: No head of the table has more words, or letters, than this; what stands before it is prose.
_HEAD_WORDS, _HEAD_LETTERS = 60, 200
Columns = list[tuple[forms.Measure, str | None]]


@dataclass(slots=True)
class _Section:
    """The rows under one header: its columns with their units, and each row with its item where its words name one."""

    article: str | None
    columns: Columns
    rows: list[tuple[Run, str | None]]


def read_disclosure(runs: list[Run], end: int, applications: Habits, reading: Reading) -> None:
    """Read table two from the runs before the one with index ``end``, at which table three begins.

    ``applications`` is what all runs show of rows of seven: the tables of a text are printed alike.
    """
    sections = _sections(runs, end)
    reading.header_forms |= _forms(sections, runs[: end + 1])
    known = habits((run for section in sections for run, _ in section.rows if run.stacked), 3)
    known.empty_cells |= applications.empty_cells
    seen: list[int] = []
    for section in sections:
        for run, item in _named_by_order(section, reading):
            if item is None:
                _name_unknown(run, reading)
            elif not any((item, measure.measure) in forms.disclosure_items() for measure, _ in section.columns):
                _name_headless(item, run, reading)
                continue
            else:
                _read_row(item, run, section.columns, known, reading)
            seen += run.word_lines[-1:] + run.lines
            reading.layouts.add(run.layout)
    if seen:
        reading.regions.append((min(seen), max(seen)))


def _forms(sections: list[_Section], runs: list[Run]) -> set[str]:
    """The forms that the headers are of: those with rows under them, or any that the text mentions if none has."""
    headers = [[measure for measure, _ in section.columns] for section in sections if section.rows and section.columns]
    if not headers:
        found = (
            forms.measure_labels()[token["measure"]]
            for run in runs
            for token in _tokens(tuple(run.words))
            if token["measure"]
        )
        headers = [[measure] for measure in found if measure.measure not in ("decisions", "amount")]
    seen = set()
    for header in headers:
        if any(measure.measure == "prior_year_items" for measure in header):
            seen.add("2019")
        elif [measure.measure for measure in header] != ["decisions"] or header[0].form == "2021":
            seen |= {measure.form for measure in header}
    return seen


def _sections(runs: list[Run], end: int) -> list[_Section]:
    """The runs by the header above them; runs before the first header are prose and page chrome."""
    sections: list[_Section] = []
    behind = runs[end : end + 1]
    runs = [piece for run in runs[:end] for piece in _with_blank_rows(run)]
    runs += [piece for run in behind for piece in _with_blank_rows(run)[:-1]]  # the last words are table three's
    for run, next_run in zip(runs, [*runs[1:], *behind, None], strict=False):
        head = _head(run, next_run)
        item, columns = head.item, head.columns
        if columns:
            sections.append(_Section(head.article, columns, []))
        elif head.begins:
            sections.append(_Section(head.article, [], []))
        if item is None and not (sections and sections[-1].columns and run.filled):
            continue
        if not run.cells and not any(run.word_gaps[-1:]):
            continue
        if not run.cells and run.word_gaps[-1] < len(sections[-1].columns if sections else columns):
            continue  # an empty line or two that stand for nothing
        if not sections:
            if item is None or not run.filled:
                continue
            sections.append(_Section(None, [], []))
        sections[-1].rows.append((run, item))
    return sections


def _with_blank_rows(run: Run) -> list[Run]:
    """A run, with the rows among its words parted from it whose cells are empty lines."""
    if not any(run.word_gaps):
        return [run]
    pieces: list[Run] = []
    start = 0
    for position, word in enumerate(run.words[:-1]):
        if run.word_gaps[position] and skeleton(word) in forms.disclosure_spellings():
            part = slice(start, position + 1)
            pieces.append(
                Run(
                    run.words[part],
                    run.word_lines[part],
                    run.word_gaps[part],
                    [],
                    run.word_lines[part][-1:],
                    run.layout,
                    stacked=True,
                    gaps=[run.word_gaps[position]],
                )
            )
            start = position + 1
    if not pieces:
        return [run]
    rest = replace(run, words=run.words[start:], word_lines=run.word_lines[start:], word_gaps=run.word_gaps[start:])
    return [*pieces, rest]


def _shuffled_header(words: tuple[str, ...]) -> Columns:
    """The header whose letters the words have in another order, as narrow columns leave them; empty if none."""
    label = _bare(words)
    for spelling in forms.disclosure_spellings():
        if label.endswith(spelling):
            label = label.removesuffix(spelling)
            break
    label = _NO_HEADER.sub("", label)
    if not label.endswith(("数", "量", "额", "件", "减")):
        return []
    for letters, header in forms.headers_by_letters().items():
        if len(letters) <= len(label) and "".join(sorted(label[-len(letters) :])) == letters:
            return [(forms.measure_labels()[text], None) for text in header.values()]
    return []


def _named_by_order(section: _Section, reading: Reading) -> list[tuple[Run, str | None]]:
    """The section's rows; those without a name get one where the form has just as many rows under the header."""
    full = [(run, item) for run, item in section.rows if len(run.filled) == len(section.columns) > 0]
    named = [item for _, item in full]
    if None not in named or len(full) != len(section.rows):
        return section.rows
    expected = forms.rows_under([measure.measure for measure, _ in section.columns], section.article)
    if len(full) != len(expected):
        return section.rows
    if any(item not in (None, wanted) for item, wanted in zip(named, expected, strict=True)):
        return section.rows
    for (run, item), wanted in zip(full, expected, strict=True):
        if item is None:
            reading.findings.append(
                Finding(
                    "read_by_order",
                    Where(PROACTIVE, wanted, line=run.line),
                    PROACTIVE,
                    label=wanted,
                    numbers=run.text,
                )
            )
    return [(run, wanted) for (run, _), wanted in zip(full, expected, strict=True)]


def _read_row(item: str, run: Run, columns: Columns, known: Habits, reading: Reading) -> None:
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
                    Where(PROACTIVE, item, measure.measure, cell.line),
                    PROACTIVE,
                    label=item,
                    actual=run.text,
                )
            )


class _Token:
    """A piece of table two's head: a header, a row's label, or what begins a new part."""

    __slots__ = ("article", "item", "measure", "resets", "unit")

    def __init__(self, found: re.Match[str] | None, item: str | None = None) -> None:
        self.item = item
        self.measure: forms.Measure | None = None
        self.unit: str | None = None
        self.resets = False
        self.article: str | None = None
        if found is not None:
            self.resets = bool(found["article"] or found["content"])
            numerals = re.findall("[一五六八九]", (found["article"] or "").replace("二十条", ""))
            self.article = numerals[-1] if numerals else None
            if found["measure"]:
                self.measure, self.unit = forms.measure_labels()[found["measure"]], found["unit"]
            elif found["item"]:
                self.item = forms.disclosure_item(found["item"])


_NO_HEADER = re.compile("信息内容|第?二十条第?[一二三四五六七八九]项")
_NOTE = re.compile(r"\s*[(（]?(?:注|备注|说明|填报说明)\s*[:：]")
_EXPLANATION = re.compile(r"[(（](?![一二三四五六七八九十]{1,2}[)）])(?!单位)[^()（）]{2,}[)）]")


@dataclass(frozen=True, slots=True)
class _Head:
    """What the words before a run's cells say: the columns of a header, its article, whether a part begins, and the
    row's item.
    """

    columns: Columns
    article: str | None
    begins: bool
    item: str | None


def _head(run: Run, following: Run | None) -> _Head:
    """What the words before a run say; its label may go on in the words of the ``following`` one."""
    words = _last_words(run)
    begun = _begun(words)
    label = following.label if begun and following else ""
    return _head_of(words, next((item for item, rest in begun if label.startswith(rest)), None))


def _last_words(run: Run) -> tuple[str, ...]:
    """The last words before a run's cells, among which a table's head and a row's label are looked for."""
    words = run.words[-_HEAD_WORDS:]
    length = 0
    for begin in range(len(words) - 1, -1, -1):
        length += len(words[begin])
        if length > _HEAD_LETTERS:
            return tuple(words[begin:])
    return tuple(words)


@lru_cache(maxsize=4096)
def _head_of(words: tuple[str, ...], wrapped: str | None) -> _Head:
    """What some words say, the last of which may begin the row ``wrapped``."""
    tail = _tokens_at_end(words, wrapped)
    begin = max((place for place, token in enumerate(tail) if token.resets), default=0)
    # A header that is spread over several columns leaves repetitions.
    header = {token.measure.measure: (token.measure, token.unit) for token in tail[begin:] if token.measure}
    article = next((token.article for token in reversed(tail) if token.article), None)
    return _Head(
        list(header.values()) or _shuffled_header(words),
        article,
        article is not None or any(token.resets for token in tail),
        tail[-1].item if tail else None,
    )


def _tokens_at_end(words: tuple[str, ...], wrapped: str | None) -> list[_Token]:
    """The tokens at the end of some words, the last of which may begin the row ``wrapped``."""
    label, found = _bare(words), _tokens(words)
    tokens: list[_Token] = []
    end = len(label)
    if wrapped:
        tokens.append(_Token(None, wrapped))
        end = found[-1].end() if found else 0
    for match in reversed(found):
        if match.end() != end and not _is_leftover(label[match.end() : end]):
            break
        tokens.append(_Token(match))
        end = match.start()
    tokens.reverse()
    alone = len(tokens) == 1 and tokens[0].item is not None and end > 0 and not _is_leftover(label[:end])
    if alone and not wrapped and skeleton(_without_explanations(words[-1])) not in forms.disclosure_spellings():
        return []  # prose that happens to end with a row's label; the label is no cell of its own
    return tokens


@lru_cache(maxsize=4096)
def _begun(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """The rows whose labels begin behind the last token and may go on behind the numbers: item, and what they lack."""
    label, found = _bare(words), _tokens(words)
    begun = label[found[-1].end() :] if found else label
    return [
        (spelling.item, spelling.text[len(begun) :])
        for spelling in forms.disclosure_labels()
        if spelling.text.startswith(begun) and _LEAST_OF_LABEL <= len(begun) < len(spelling.text)
    ]


@lru_cache(maxsize=64)
def _tokens(words: tuple[str, ...]) -> list[re.Match[str]]:
    return list(forms.disclosure_vocabulary().finditer(_bare(words)))


@lru_cache(maxsize=64)
def _bare(words: tuple[str, ...]) -> str:
    return skeleton(_without_explanations("".join(word for word in words if not _NOTE.match(word))))


def _without_explanations(words: str) -> str:
    """A label without the brackets that explain it: 规范性文件（行政机关制定发布的…见2018年…）."""
    return _EXPLANATION.sub("", words)


def _is_leftover(text: str) -> bool:
    """The rest of a label whose numbers stood before its end."""
    return len(text) <= 4 and any(label.endswith(text) for label in forms.disclosure_spellings())


def _fit(run: Run, width: int, known: Habits) -> list[Cell] | None:
    """The cells of a row, counted from its label: the form has nothing between them."""
    filled = run.filled
    if width == 1 and len(filled) > 1 and len({run.cells[index].raw for index in filled}) == 1 and not run.stacked:
        return [Cell(run.cells[filled[0]], run.lines[filled[0]])]  # one number repeated over the columns it spans
    if run.stacked or not filled or len(filled) >= width:
        return fit(run, width, known)
    if run.layout in ("aligned", "flat"):
        return None
    if filled[-1] >= width or len(run.cells) < width:
        return None
    return [Cell(run.cells[index], run.lines[index]) for index in range(width)]


def _in_ten_thousands(value: Value, header_unit: str | None) -> Value:
    """An amount in 万元: a unit beside the number counts, else the header's, else the form's (万元)."""
    unit = (value.unit if value.unit in ("元", "万", "万元", "亿元") else None) or header_unit
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
            Where(PROACTIVE, item, line=run.line),
            label=item,
            actual=run.text,
        )
    )


def _name_unknown(run: Run, reading: Reading) -> None:
    words = "".join(run.words)[-60:]
    reading.findings.append(
        Finding(
            "row_unknown",
            Where(PROACTIVE, line=run.line),
            words=words,
            actual=run.text,
        )
    )
