"""Table three: each row of seven numbers gets its place on the form.

Rows whose label is certain are anchors. Between two anchors the rows without one are placed by the form's order, if
there are just as many of them as places, and if the sums of the whole table agree.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from pipeline import forms
from pipeline.forms import APPLICATION_COLUMNS, APPLICATIONS
from pipeline.forms.skeleton import skeleton
from pipeline.reader.findings import Finding, Where
from pipeline.reader.layouts import aligned, flat
from pipeline.reader.tables import row_labels
from pipeline.reader.tables.cell_values import BLANK
from pipeline.reader.tables.columns import Habits, expanded, fit, habits, header_centres, line_of, mended
from pipeline.reader.tables.label_runs import Run
from pipeline.reader.tables.reading import Cell, Line, Reading
from pipeline.reader.tables.row_labels import Named

_WIDTH = len(APPLICATION_COLUMNS)
#: Places on the form; the one row of the 2019 form comes before the three that took its place.
_PLACES = [item for item in forms.application_items() if item != "other_processing"]
_PLACES.insert(_PLACES.index("other_no_correction"), "other_processing")
_ORDER = {item: index for index, item in enumerate(_PLACES)}
_LAST = _ORDER["carried_forward"]
#: Table four's headers; numbers behind them are none of this table's.
_REVIEW_WORDS = re.compile("结果维持|结果纠正|尚未审结|直接起诉|复议后起诉|行政复议")
#: A letter of each of them.
_REVIEW_LETTERS = re.compile("[果审诉议]")
#: Labels that only one form has.
_ONLY_2021 = re.compile("逾期不补|逾期未按收费")
_ONLY_2019 = re.compile("本年新制作数量|上一年项目数量")
_MOST_ROWS = 400
#: Words before a row's numbers that are looked at, and words and letters among which headers of table four may be.
_WORDS, _REVIEW_HEADERS, _REVIEW_LETTERS_BEFORE = 40, 15, 200
#: Of words that are prose, no more than this is looked at.
_LONGEST = 400
#: A table has at least this many rows; fewer are prose that sounds like it.
_LEAST_ROWS = 3

Stretch = tuple[int, int]


@dataclass(slots=True)
class _Row:
    """A run that may be a row of the table: the place its words name, all places they mention.

    ``full`` says that it has all its numbers, ``own`` that words in the row itself name it, ``blank`` that the row is a
    label with empty lines behind it, ``rejoined`` that its numbers stand on two lines.
    """

    run: Run
    index: int
    full: bool
    item: str | None = None
    strong: bool = False
    mentioned: tuple[str, ...] = ()
    blank: bool = False
    own: bool = False
    rejoined: bool = False


def read_applications(runs: list[Run], known: Habits, reading: Reading) -> list[Stretch]:
    """Read table three; return the stretches of runs it stands in, several where it is repeated.

    ``known`` is what all runs show of rows of seven.
    """
    rows = _rows(runs, known.spacing)
    tables: list[dict[str, Line]] = []
    stretches: list[Stretch] = []
    for part in _parts(rows):
        table = _read(part, runs, reading)
        if len(table) < _LEAST_ROWS:
            continue
        tables.append(table)
        # A row of empty lines shares its run with the words behind it, which are another table's head.
        stretches.append((part[0].index, part[-1].index + (0 if part[-1].blank else 1)))
        lines = [line for row in part for line in row.run.lines]
        lines += [row.run.word_lines[-1] for row in part if row.run.word_lines]
        reading.regions.append((min(lines), max(lines)))
        reading.layouts |= {row.run.layout for row in part if row.run.cells}
    if tables:
        reading.applications = _agreed(tables, reading)
    return stretches


def _possible_forms(runs: list[Run]) -> list[str]:
    """The forms that rows without labels can be of: where any label is of one form only, that form."""
    text = "".join(run.label for run in runs)
    return ["2021"] if _ONLY_2021.search(text) else ["2019"] if _ONLY_2019.search(text) else ["2021", "2019"]


# Rows -------------------------------------------------------------------------------------------------------


def _rows(runs: list[Run], spacing: int) -> list[_Row]:
    """The runs that may be rows of the table, long stacks cut into rows, lone numbers between rows taken out."""
    flat_rows = sum(1 for run in runs if not run.stacked and len(run.filled) == _WIDTH) >= _LEAST_ROWS
    rows: list[_Row] = []
    carried: list[Run] = []
    for index, run in enumerate(runs):
        if flat_rows and run.stacked and len(run.filled) == 1 and rows:
            carried.append(run)  # a page number; the words before it belong to the row it interrupts
            continue
        whole = _joined([*carried, run]) if carried else run
        carried = []
        following = runs[index + 1] if index + 1 < len(runs) else None
        half = _with_next_line(whole, following) if run.layout == flat.NAME else None
        whole = half or whole
        if any(whole.word_gaps):
            rows += _blank_rows(whole, index, spacing)
        if not whole.cells or _is_of_review(tuple(whole.words[-_REVIEW_HEADERS:])):
            continue
        pieces = [whole] if len(whole.filled) == _WIDTH else _pieces(expanded(whole, _WIDTH))
        rows += [_Row(piece, index, len(piece.filled) == _WIDTH, rejoined=half is not None) for piece in pieces]
    scarce = sum(row.full for row in rows) < _LEAST_ROWS
    rows = [row for row in rows if row.full or scarce or _may_be_wide(row)]
    for row in rows:
        if not row.blank:
            _name_row(row, runs[row.index + 1] if row.index + 1 < len(runs) else None)
    return [row for row in rows if row.full or (row.item and row.strong and (scarce or _is_wide(row)))]


def _may_be_wide(row: _Row) -> bool:
    """Whether a row that is not full has room for its numbers; prose that names a row has one or two behind it."""
    return row.blank or row.run.layout == aligned.NAME or len(row.run.cells) + sum(row.run.gaps[1:]) >= _WIDTH - 2


def _is_wide(row: _Row) -> bool:
    """The same of a row whose name is known: an aligned one has it in its own line."""
    return row.own or row.run.layout != aligned.NAME or len(row.run.cells) + sum(row.run.gaps[1:]) >= _WIDTH - 2


def _name_row(row: _Row, following: Run | None) -> None:
    """Find the place that a row's words name, and all places that they mention."""
    if not row.run.words:
        return
    row.mentioned = row_labels.mentioned(tuple(row.run.words[-_WORDS:]))
    if (named := _name(row.run, following)) is not None:
        row.item, row.strong = named.item, named.strong
        row.own = _is_own(row.run, named, following)


@lru_cache(maxsize=2048)
def _is_of_review(words: tuple[str, ...]) -> bool:
    """Whether the last words are headers of table four; numbers behind them are none of this table's."""
    text = "".join(words)[-_REVIEW_LETTERS_BEFORE:]
    return len(_REVIEW_LETTERS.findall(text)) > 1 and len(_REVIEW_WORDS.findall(skeleton(text))) > 1


def _with_next_line(run: Run, following: Run | None) -> Run | None:
    """A flattened row with the rest of its numbers from the next line, if together they are a row that adds up."""
    if not run.words or not 0 < len(run.cells) < _WIDTH or following is None:
        return None
    if following.words or following.layout != flat.NAME:
        return None
    whole = replace(run, cells=[*run.cells, *following.cells], lines=[*run.lines, *following.lines])
    numbers = [cell.number for cell in whole.cells if cell.number is not None]
    return whole if len(numbers) == len(whole.cells) == _WIDTH and sum(numbers[:-1]) == numbers[-1] > 0 else None


def _joined(runs: list[Run]) -> Run:
    """The last run with the words of those before it in front of its own."""
    return replace(
        runs[-1],
        words=[word for run in runs for word in run.words],
        word_lines=[line for run in runs for line in run.word_lines],
        word_gaps=[gap for run in runs for gap in run.word_gaps],
        word_centres=[centre for run in runs for centre in run.word_centres],
    )


def _blank_rows(run: Run, index: int, spacing: int) -> list[_Row]:
    """Rows among a run's words: labels followed by so many empty lines that all their cells are empty."""
    rows = []
    last = len(run.words) - (1 if run.cells else 0)
    for position in range(last):
        if run.word_gaps[position] < _WIDTH * (spacing + 1):
            continue
        named = row_labels.exact(skeleton("".join(run.words[max(0, position - 2) : position + 1])))
        if named is not None:
            line = run.word_lines[position]
            empty = Run(run.words[: position + 1], run.word_lines[: position + 1], [], [], [line], run.layout)
            rows.append(_Row(empty, index, False, named.item, named.strong, blank=True, own=True))
    return rows


def _pieces(run: Run) -> list[Run]:
    """A stack of several rows' numbers as one run a row."""
    count = len(run.cells)
    if not run.stacked or count <= _WIDTH or count % _WIDTH or len(run.filled) != count:
        return [run]
    pieces = []
    for start in range(0, count, _WIDTH):
        part = slice(start, start + _WIDTH)
        first = start == 0
        pieces.append(
            Run(
                run.words if first else [],
                run.word_lines if first else [],
                run.word_gaps if first else [],
                run.cells[part],
                run.lines[part],
                run.layout,
                stacked=True,
                gaps=[*run.gaps[start : start + _WIDTH], 0],
            )
        )
    # Together they are rows only if each adds up; a stack that merely has the length is not cut.
    return pieces if all(_adds_up(piece) for piece in pieces) else [run]


def _adds_up(run: Run) -> bool:
    numbers = [cell.number for cell in run.cells]
    if any(number is None for number in numbers):
        return True
    known = [number for number in numbers if number is not None]
    return sum(known[:-1]) == known[-1]


def _name(run: Run, following: Run | None) -> Named | None:
    """The place that the words before a row's numbers name, where they name one for certain."""
    if not run.words or (len(run.cells) < _WIDTH - 3 and not run.filled):
        return None
    words, named = _named(tuple(run.words[-12:]))
    if named is None:
        return None
    if not named.rest:
        return named
    if following and row_labels.begins_with(following.words, named.rest):
        return Named(named.item, True)
    return Named(named.item, row_labels.is_little(named) or row_labels.is_begun_by(named, skeleton(words[-1])))


@lru_cache(maxsize=4096)
def _named(words: tuple[str, ...]) -> tuple[list[str], Named | None]:
    """Words without pieces of groups, and what they name; the last two or three together may begin with a label."""
    kept = row_labels.without_groups(words)
    last = tuple(skeleton("".join(kept[-size:])[:_LONGEST]) for size in (1, 2, 3) if size <= len(kept))
    return kept, row_labels.name(skeleton("".join(kept)[-_LONGEST:])[-90:], last) if kept else None


def _is_own(run: Run, named: Named, following: Run | None) -> bool:
    """Whether the words in the row itself name it, if need be with the rest of the label behind the numbers."""
    if not run.row_words:
        return False
    _, alone = _named(tuple(run.words[-run.row_words :]))
    if alone is None or alone.item != named.item:
        return False
    return not alone.rest or bool(following and row_labels.begins_with(following.words, alone.rest))


# Parts ------------------------------------------------------------------------------------------------------


def _parts(rows: list[_Row]) -> list[list[_Row]]:
    """The rows of each table three of the text: a new one begins where its first row comes again."""
    parts: list[list[_Row]] = []
    current: list[_Row] = []
    highest = -1
    for row in rows:
        if highest == _LAST and not (row.item and row.strong):
            continue  # behind the last row of the form other tables begin
        place = _ORDER.get(row.item or "") if row.strong else None
        if place is not None and place <= 1 and highest > 3:
            parts.append(current)
            current, highest = [], -1
        current.append(row)
        if place is not None and (row.run.row_words or len(row.mentioned) <= 1):
            highest = max(highest, place)
    parts.append(current)
    return [_trimmed(part) for part in parts if any(row.item for row in part)]


def _trimmed(part: list[_Row]) -> list[_Row]:
    """Without what only looks like rows: full rows far outside the labelled ones stay, others go."""
    return [row for row in part if row.full or row.item is not None]


# Placing ----------------------------------------------------------------------------------------------------


def _read(part: list[_Row], runs: list[Run], reading: Reading) -> dict[str, Line]:
    """The table that the rows make."""
    known = habits((row.run for row in part), _WIDTH)
    known.centres = known.centres or _header_centres(part)
    placed, doubtful = _arranged(part, runs, known)
    placed = {index: item for index, item in placed.items() if index not in doubtful}
    table = _lines(part, placed, known, reading)
    ordered = [index for index in placed if part[index].item != placed[index]]
    if ordered and not _proves(table) and not _is_bounded(part, placed, ordered):
        for index in ordered:
            table.pop(placed[index], None)
        doubtful |= set(ordered)
    elif len(table) >= _LEAST_ROWS:
        _name_ordered([part[index] for index in ordered], [placed[index] for index in ordered], reading)
    left = [row for index, row in enumerate(part) if (index in doubtful or index not in placed) and row.run.filled]
    if left and len(table) >= _LEAST_ROWS:
        _name_ambiguous(left, reading)
    return table


def _arranged(part: list[_Row], runs: list[Run], known: Habits) -> tuple[dict[int, str], set[int]]:
    """Row index to place, and the rows whose place is doubtful: two ways are tried, and the sums decide.

    By label each row is what the words before it say. By order only labels in the row itself are believed, and the
    rows between take the places between: right where labels have come apart from their numbers.
    """
    full = {index for index, row in enumerate(part) if row.full}
    anchors = _anchors(part, _labels_apart(part))
    if full.issubset(anchors):
        return {index: part[index].item or "" for index in anchors}, set()  # every row has its own label, in order
    possible = _possible_forms(runs)
    by_label = _placed(part, anchors, possible)
    by_order = _placed(part, _anchors(part, {index for index, row in enumerate(part) if not row.own}), possible)
    if full <= {index for index in by_label if part[index].item == by_label[index]}:
        return by_label, set()
    if full <= set(by_order) and by_order != by_label:
        label_proves, order_proves = (_proves(_lines(part, p, known, None)) for p in (by_label, by_order))
        if order_proves and not (label_proves and full <= set(by_label)):
            return by_order, set()
        if order_proves or not label_proves:
            return by_label, {index for index in full if by_order.get(index) != by_label.get(index)}
    elif not full <= set(by_label):
        # Rows are left over, so some label may stand before another row's numbers: believe only labels in the row.
        return by_label, {index for index in full if not part[index].own}
    return by_label, set()


def _is_bounded(part: list[_Row], placed: dict[int, str], ordered: list[int]) -> bool:
    """Whether rows placed by order all stand between rows whose label is certain: no sum need speak for them."""
    labelled = [index for index, item in placed.items() if part[index].item == item and part[index].strong]
    return bool(labelled) and min(labelled) < min(ordered) and max(ordered) < max(labelled)


def _lines(part: list[_Row], placed: dict[int, str], known: Habits, reading: Reading | None) -> dict[str, Line]:
    """The rows as placed; what is to be said of them goes to ``reading``, if one is given."""
    table: dict[str, Line] = {}
    for index in sorted(placed):
        item, row = placed[index], part[index]
        line = _line(item, row, known, reading)
        if item not in table:
            table[item] = line
        elif reading is not None:
            _name_repeated(item, table[item], line, reading)
    return table


def _header_centres(part: list[_Row]) -> list[float]:
    run = part[0].run
    return header_centres(run.words[-30:], run.word_centres[-30:]) if run.word_centres else []


def _placed(part: list[_Row], anchors: list[int], possible: list[str]) -> dict[int, str]:
    """Row index to place: the anchors', and by the form's order those of the rows between them."""
    placed = {index: part[index].item or "" for index in anchors}
    return placed | _by_order(part, anchors, possible)


def _anchors(part: list[_Row], disbelieved: set[int]) -> list[int]:
    """Indexes of the rows whose labels are believed: the heaviest choice of them that is in the form's order."""
    return _longest_rising(
        part, [index for index, row in enumerate(part) if row.item is not None and index not in disbelieved]
    )


def _labels_apart(part: list[_Row]) -> set[int]:
    """Rows that only seem labelled: several labels before them, and rows without any behind them."""
    apart = set()
    for index, row in enumerate(part):
        if row.item is None or row.run.row_words:
            continue
        following = part[index + 1 : index + 2]
        orphan_follows = bool(following) and following[0].item is None and following[0].full
        if len(row.mentioned) > 1 and orphan_follows:
            apart.add(index)
    return apart


def _longest_rising(part: list[_Row], candidates: list[int]) -> list[int]:
    """The heaviest rising subsequence by place; strong labels weigh three times a weak one. Equal places may repeat."""
    if len(candidates) > _MOST_ROWS:
        return []  # no table is that long
    if all(_ORDER[part[a].item or ""] <= _ORDER[part[b].item or ""] for a, b in pairwise(candidates)):
        return candidates
    best: list[tuple[int, list[int]]] = []
    ends: list[tuple[int, int, list[int]]] = []  # (place, weight, indexes), tried in order of the text
    for index in candidates:
        place = _ORDER[part[index].item or ""]
        weight = 3 if part[index].strong else 1
        before = max(((w, chosen) for p, w, chosen in ends if p <= place), default=(0, []), key=lambda pair: pair[0])
        ends.append((place, before[0] + weight, [*before[1], index]))
        best.append((before[0] + weight, ends[-1][2]))
    return max(best, key=lambda pair: pair[0])[1] if best else []


def _by_order(part: list[_Row], anchors: list[int], possible: list[str]) -> dict[int, str]:
    """Places of the full rows that are no anchors: between two anchors, where they are just as many as the places."""
    loose = [index for index, row in enumerate(part) if index not in anchors and row.full]
    taken = {part[index].item for index in anchors}
    if not loose:
        return {}
    for form in possible:
        places = [item for item in _PLACES if item in forms.application_rows(form)]
        if all(item in places for item in taken):
            ordered = _fill(part, anchors, loose, places)
            if ordered is not None:
                return ordered
    return {}


def _fill(part: list[_Row], anchors: list[int], loose: list[int], places: list[str]) -> dict[int, str] | None:
    """Every loose row on a place, or None if some gap has not just as many rows as places."""
    order = {item: place for place, item in enumerate(places)}
    ordered: dict[int, str] = {}
    bounds = [-1, *anchors, len(part)]
    for before, after in pairwise(bounds):
        inside = loose[bisect_left(loose, before + 1) : bisect_left(loose, after)]
        if not inside:
            continue
        low = order[part[before].item or ""] if before >= 0 else -1
        high = order[part[after].item or ""] if after < len(part) else len(places)
        free = places[low + 1 : high]
        if len(free) != len(inside):
            return None
        ordered |= dict(zip(inside, free, strict=True))
    return ordered


def _line(item: str, row: _Row, known: Habits, reading: Reading | None) -> Line:
    if row.blank:
        return Line(item, {column: Cell(BLANK, row.run.line) for column in APPLICATION_COLUMNS})
    cells = fit(row.run, _WIDTH, known)
    better: list[Cell] | None = None
    if cells is None or (not row.run.plain and any(cell.value.glued is not None for cell in cells)):
        better = mended(row.run, 1, _WIDTH) or _without_page_number(row.run)
        if better is not None:
            cells = better
    if (better is not None or row.rejoined) and reading is not None:
        reading.findings.append(
            Finding(
                "read_by_sums",
                Where(APPLICATIONS, item, line=row.run.line),
                APPLICATIONS,
                label=(row_labels.canonical(item), item),
                actual=row.run.text,
            )
        )
    return line_of(item, row.run, cells, APPLICATION_COLUMNS)


def _without_page_number(run: Run) -> list[Cell] | None:
    """The row that is left without one number, where its sum holds for just one such reading."""
    filled = run.filled
    if len(filled) != _WIDTH + 1 or not run.stacked:
        return None
    found: dict[tuple[Decimal, ...], list[Cell]] = {}
    for lone in filled:
        cells = [Cell(run.cells[index], run.lines[index]) for index in filled if index != lone]
        numbers = tuple(cell.value.number for cell in cells if cell.value.number is not None)
        if len(numbers) == _WIDTH and sum(numbers[:-1]) == numbers[-1]:
            found.setdefault(numbers, cells)
    return next(iter(found.values())) if len(found) == 1 else None


def _proves(table: dict[str, Line]) -> bool:
    """Whether the sums of the form hold for the whole table: the dispositions by column, and the balance."""
    total, forward = table.get("total_processed"), table.get("carried_forward")
    new, over = table.get("new_received"), table.get("carried_over")
    parts = [line for item, line in table.items() if forms.application_items()[item].outcome not in ("intake", "total")]
    if total is None or not parts:
        return False
    for column in APPLICATION_COLUMNS:
        numbers = [line.cells[column].value.number for line in (*parts, total)]
        if all(number is not None for number in numbers):
            known = [number for number in numbers if number is not None]
            if sum(known[:-1]) != known[-1]:
                return False
        if new and over and forward:
            four = [line.cells[column].value.number for line in (new, over, total, forward)]
            if all(number is not None for number in four):
                a, b, c, d = (number for number in four if number is not None)
                if a + b != c + d:
                    return False
    return True


# Saying -----------------------------------------------------------------------------------------------------


def _name_ordered(rows: list[_Row], items: list[str], reading: Reading) -> None:
    for row, item in zip(rows, items, strict=True):
        reading.findings.append(
            Finding(
                "read_by_order",
                Where(APPLICATIONS, item, line=row.run.line),
                APPLICATIONS,
                label=(row_labels.canonical(item), item),
            )
        )


def _name_ambiguous(rows: list[_Row], reading: Reading) -> None:
    for row in rows:
        reading.findings.append(
            Finding(
                "ambiguous_reading",
                Where(APPLICATIONS, line=row.run.line),
                APPLICATIONS,
                actual=row.run.text,
            )
        )


def _numbers(line: Line) -> dict[str, Decimal]:
    return {column: cell.value.number for column, cell in line.cells.items() if cell.value.number is not None}


def _name_repeated(item: str, kept: Line, other: Line, reading: Reading) -> None:
    if _numbers(kept) == _numbers(other):
        return
    printed = " ".join(cell.value.raw for cell in other.cells.values())
    reading.findings.append(
        Finding(
            "row_repeated",
            Where(APPLICATIONS, item, line=other.source_line),
            APPLICATIONS,
            label=(row_labels.canonical(item), item),
            actual=printed,
        )
    )


def _agreed(tables: list[dict[str, Line]], reading: Reading) -> dict[str, Line]:
    """The fullest of the tables a report repeats; where another one differs, the difference is named."""
    if len(tables) > 1:
        tables = sorted(tables, key=lambda table: -sum(len(_numbers(line)) for line in table.values()))
    chosen = tables[0]
    for other in tables[1:]:
        for item, line in other.items():
            if item in chosen:
                _name_repeated(item, chosen[item], line, reading)
    return chosen
