"""The label runs that may be rows of table three, each with the row of the form that its words name.

A row has its seven numbers, or a label that names it for certain. Stacks of several rows are cut, numbers that stand on
two lines are joined, and page numbers between rows are taken out.

Belongs here: one run at a time. Does not: rows without a label, and labels out of order (``application_order``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pipeline.forms import APPLICATION_COLUMNS
from pipeline.forms.skeleton import skeleton
from pipeline.reader.layouts import aligned, flat
from pipeline.reader.tables import row_labels
from pipeline.reader.tables.cell_values import CellValue
from pipeline.reader.tables.columns import split_narrow_columns
from pipeline.reader.tables.label_runs import UNKNOWN_ROW, LabelRun
from pipeline.reader.tables.row_labels import LabelMatch
from pipeline.reader.tables.row_sums import adds_up

WIDTH = len(APPLICATION_COLUMNS)
#: A table has at least this many rows; fewer are prose that sounds like it.
LEAST_ROWS = 3
#: So many numbers fewer than the table's columns a row may have that is no prose.
_MOST_MISSING = 2
#: Table four's headers; numbers behind them are none of this table's.
_REVIEW_HEADERS = re.compile("结果维持|结果纠正|尚未审结|直接起诉|复议后起诉|行政复议")
#: A letter of each of them.
_REVIEW_LETTERS = re.compile("[果审诉议]")
#: So many words, and letters, before a row's numbers are searched for headers of table four.
_REVIEW_WORDS_BEFORE, _REVIEW_LETTERS_BEFORE = 15, 200
#: So many words before a row's numbers are searched for labels of any row, and for its own.
_WORDS_OF_ROWS, _WORDS_OF_LABEL = 40, 12
#: So many letters of them are searched for a label; what stands before them is prose.
_LONGEST = 400
#: So many letters at their end may be a label with a slip or one that goes on behind the numbers.
_LONGEST_LABEL = 90


@dataclass(slots=True)
class CandidateRow:
    """A run that may be a row of the table.

    ``index`` is the run's index in the document. ``full``: it has all its numbers. ``item`` is the row that its words
    name, ``strong`` says that they prove it, and ``mentioned`` are all rows that they mention. ``own``: words in the
    source row itself name it. ``blank``: it is a label with empty lines behind it. ``rejoined``: its numbers stand on
    two lines.
    """

    run: LabelRun
    index: int
    full: bool
    item: str | None = None
    strong: bool = False
    mentioned: tuple[str, ...] = ()
    blank: bool = False
    own: bool = False
    rejoined: bool = False


def find_candidates(runs: list[LabelRun], spacing: int) -> list[CandidateRow]:
    """The runs that may be rows of the table; ``spacing`` is the number of empty lines between stacked cells."""
    following = [*runs[1:], None]
    rows = _rows_of_runs(runs, following, spacing)
    scarce = sum(row.full for row in rows) < LEAST_ROWS
    rows = [row for row in rows if row.full or scarce or row.blank or _has_room(row)]
    rows = [row if row.blank or row.run.item is not None else _with_label(row, following[row.index]) for row in rows]
    rows = [row for row in rows if row.item or not row.full or not _is_sentence(row.run)]
    return [row for row in rows if row.full or (row.item and row.strong and (scarce or _has_room_when_labelled(row)))]


def _has_room(row: CandidateRow) -> bool:
    """Whether a row that is not full has room for its numbers; prose that names a row has one or two behind it."""
    return row.run.layout == aligned.NAME or _is_wide(row.run)


def _has_room_when_labelled(row: CandidateRow) -> bool:
    """The same of a row whose label is known: a row of aligned text has it in its own line, which is no sentence."""
    return (row.own and not _is_sentence(row.run)) or row.run.layout != aligned.NAME or _is_wide(row.run)


def _is_sentence(run: LabelRun) -> bool:
    """Whether a sentence ends among the words or the numbers of a run's own line."""
    texts = [*run.words[-run.row_words :], *(value.raw for value in run.values)]
    return any("。" in text for text in texts)


def _is_wide(run: LabelRun) -> bool:
    return len(run.values) + sum(run.gaps[1:]) >= WIDTH - _MOST_MISSING


def _rows_of_runs(runs: list[LabelRun], following: Sequence[LabelRun | None], spacing: int) -> list[CandidateRow]:
    """The runs as rows that have no label yet, but for blank rows, which have nothing else.

    ``following`` has the run behind each.
    """
    has_table_rows = sum(1 for run in runs if not run.stacked and len(run.filled) == WIDTH) >= LEAST_ROWS
    rows: list[CandidateRow] = []
    interrupted: list[LabelRun] = []
    for index, run in enumerate(runs):
        if has_table_rows and run.stacked and len(run.filled) == 1 and rows:
            interrupted.append(run)  # a page number; the words before it belong to the row that it interrupts
            continue
        if run.item is not None:
            known = run.item != UNKNOWN_ROW
            rows.append(CandidateRow(run, index, True, run.item if known else None, strong=known, own=known))
            interrupted = []
            continue
        whole = _with_words_of([*interrupted, run]) if interrupted else run
        interrupted = []
        rejoined = _with_next_line(whole, following[index]) if run.layout == flat.NAME else None
        whole = rejoined or whole
        if any(whole.word_gaps):
            rows += _blank_rows(whole, index, spacing)
        if not whole.values or _is_of_review(tuple(whole.words[-_REVIEW_WORDS_BEFORE:])):
            continue
        pieces = [whole] if len(whole.filled) == WIDTH else _cut_stack(split_narrow_columns(whole, WIDTH))
        rows += [
            CandidateRow(piece, index, len(piece.filled) == WIDTH, rejoined=rejoined is not None) for piece in pieces
        ]
    return rows


def _with_words_of(runs: list[LabelRun]) -> LabelRun:
    """The last run with the words of those before it in front of its own."""
    return replace(
        runs[-1],
        words=[word for run in runs for word in run.words],
        word_lines=[line for run in runs for line in run.word_lines],
        word_gaps=[gap for run in runs for gap in run.word_gaps],
    )


def _with_next_line(run: LabelRun, following: LabelRun | None) -> LabelRun | None:
    """A flattened row with the rest of its numbers from the next line; None unless they are seven that add up."""
    if not run.words or not 0 < len(run.values) < WIDTH or following is None:
        return None
    if following.words or following.layout != flat.NAME:
        return None
    whole = replace(run, values=[*run.values, *following.values], lines=[*run.lines, *following.lines])
    numbers = [value.number for value in whole.values if value.number is not None]
    return whole if len(numbers) == len(whole.values) == WIDTH and sum(numbers[:-1]) == numbers[-1] > 0 else None


def _blank_rows(run: LabelRun, index: int, spacing: int) -> Iterator[CandidateRow]:
    """Rows among a run's words: labels followed by so many empty lines that all their cells are empty."""
    last = len(run.words) - (1 if run.values else 0)
    for position in range(last):
        if run.word_gaps[position] < WIDTH * (spacing + 1):
            continue
        label = row_labels.match_ending(skeleton("".join(run.words[max(0, position - 2) : position + 1])))
        if label is not None:
            line = run.word_lines[position]
            empty = LabelRun(run.words[: position + 1], run.word_lines[: position + 1], [], [], [line], run.layout)
            yield CandidateRow(empty, index, False, label.item, label.strong, blank=True, own=True)


@lru_cache(maxsize=2048)
def _is_of_review(words: tuple[str, ...]) -> bool:
    """Whether the last words before some numbers are headers of table four."""
    text = "".join(words)[-_REVIEW_LETTERS_BEFORE:]
    return len(_REVIEW_LETTERS.findall(text)) > 1 and len(_REVIEW_HEADERS.findall(skeleton(text))) > 1


def _cut_stack(run: LabelRun) -> list[LabelRun]:
    """A stack of several rows' numbers as one run a row; uncut unless each of them adds up."""
    count = len(run.values)
    if not run.stacked or count <= WIDTH or count % WIDTH or len(run.filled) != count:
        return [run]
    pieces = []
    for start in range(0, count, WIDTH):
        part = slice(start, start + WIDTH)
        is_first = start == 0
        pieces.append(
            LabelRun(
                run.words if is_first else [],
                run.word_lines if is_first else [],
                run.word_gaps if is_first else [],
                run.values[part],
                run.lines[part],
                run.layout,
                stacked=True,
                gaps=[*run.gaps[part], 0],
            )
        )
    return pieces if all(adds_up(map(_counted, piece.values)) for piece in pieces) else [run]


def _counted(value: CellValue) -> Decimal | None:
    """What a cell counts in its row's sum: a mark for nothing is no unknown number."""
    return Decimal(0) if value.state == "nil_mark" else value.number


def _with_label(row: CandidateRow, following: LabelRun | None) -> CandidateRow:
    """The row with the row of the form that its words name, and all rows that they mention."""
    run = row.run
    if not run.words:
        return row
    mentioned = row_labels.mentioned(tuple(run.words[-_WORDS_OF_ROWS:]))
    label = _match(run, following)
    if label is None:
        return CandidateRow(run, row.index, row.full, mentioned=mentioned, rejoined=row.rejoined)
    own = _is_in_own_row(run, label, following)
    return CandidateRow(run, row.index, row.full, label.item, label.strong, mentioned, own=own, rejoined=row.rejoined)


def _match(run: LabelRun, following: LabelRun | None) -> LabelMatch | None:
    """The row that the words before a run's numbers name; its label may go on in the words of the ``following`` run."""
    if not run.words or (len(run.values) < WIDTH - 3 and not run.filled):
        return None
    words, match = match_words(tuple(run.words[-_WORDS_OF_LABEL:]))
    if match is None or not match.rest:
        return match
    if following and row_labels.continues(following.words, match.rest):
        return LabelMatch(match.item, True)
    certain = row_labels.is_nearly_complete(match) or row_labels.begins_only(match, skeleton(words[-1]))
    return LabelMatch(match.item, certain)


@lru_cache(maxsize=4096)
def match_words(words: tuple[str, ...]) -> tuple[list[str], LabelMatch | None]:
    """Words without pieces of groups' labels, and the row that they name."""
    kept = row_labels.without_groups(words)
    if not kept:
        return kept, None
    last = tuple(skeleton("".join(kept[-size:])[:_LONGEST]) for size in (1, 2, 3) if size <= len(kept))
    return kept, row_labels.match_label(skeleton("".join(kept)[-_LONGEST:])[-_LONGEST_LABEL:], last)


def _is_in_own_row(run: LabelRun, match: LabelMatch, following: LabelRun | None) -> bool:
    """Whether the words in the source row itself name it, if need be with the rest of the label behind the numbers."""
    if not run.row_words:
        return False
    _, alone = match_words(tuple(run.words[-run.row_words :]))
    if alone is None or alone.item != match.item:
        return False
    return not alone.rest or bool(following and row_labels.continues(following.words, alone.rest))
