"""Table four (政府信息公开行政复议、行政诉讼情况): its rows by track.

Its fifteen numbers stand in one row, in three rows of five, or scattered by the program that extracted the text.

Belongs here: everything about table four.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain, combinations, pairwise, permutations
from typing import NamedTuple

from pipeline.forms import REVIEW, REVIEW_COLUMNS, TRACK_LABELS, TRACKS
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.columns import Geometry, assign_columns, form_row
from pipeline.reader.tables.label_runs import LabelRun
from pipeline.reader.tables.reading import FormCell, FormRow, Region, TableReading
from pipeline.reader.tables.row_sums import join_split_numbers

_GROUP = len(REVIEW_COLUMNS)
_RESULTS = _GROUP - 1
_WIDTH = _GROUP * len(TRACKS)
#: Tracks by what the form calls them: 行政复议, 未经复议直接起诉, 复议后起诉.
_TRACKS_BY_NAME = {label.split()[-1]: track for track, (label, _) in TRACK_LABELS.items()}
_WORDS = re.compile("复议|诉讼|维持|纠正|审结|起诉|其他结果")
#: A heading behind the table; what follows it is prose.
_END = re.compile("(?:^|[^\u4e00-\u9fff])[五5六6]?(?:存在的?(?:主要)?问题|其他需要报告的事项|需要报告的其他)")
#: The table begins within so many runs.
_NEAR = 12
#: Words that the table's head has at the most.
_HEADER_WORDS = 40

Table = dict[str, FormRow]
#: Indexes of a track's four results and of their total, among scattered numbers.
Group = list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReading(TableReading):
    """Table four: its rows by track."""

    rows: Table = field(default_factory=dict)


class _Scattered(NamedTuple):
    """One of the scattered numbers, its cell, and the label before its run."""

    number: Decimal
    cell: FormCell
    run: LabelRun


def read_review(runs: list[LabelRun]) -> ReviewReading:
    """Read table four from the runs behind table three."""
    candidates = _candidates(runs)
    table, findings = _read(candidates) if candidates else ({}, [])
    if not table:
        return ReviewReading(findings=findings)
    lines = list(chain.from_iterable(run.lines for run in candidates))
    return ReviewReading(
        rows=table,
        findings=findings,
        layouts=frozenset(run.layout for run in candidates),
        regions=[Region(min(lines), max(lines))],
    )


def _read(candidates: list[LabelRun]) -> tuple[Table, list[Finding]]:
    table, findings = _row_of_fifteen(candidates)
    if table:
        return table, findings
    table = _three_rows(candidates)
    return (table, []) if table else _scattered(candidates)


def _candidates(runs: list[LabelRun]) -> list[LabelRun]:
    """The runs that may be the table: up to the next heading, with numbers or with blanks under its header."""
    found: list[LabelRun] = []
    for each in runs[:_NEAR]:
        run = _without_repetition(each)
        words = "".join(run.words)
        if not found and (blank := _blank_stack(run)):
            return [blank]
        if found and _END.search(words):
            break
        if not found and len(run.filled) < _RESULTS and not (run.values and _WORDS.search(run.label)):
            if _END.search(words) and not _WORDS.search(words):
                break
            continue
        if run.filled or (len(run.values) >= _GROUP and _WORDS.search(run.label)):
            found.append(run)
    return found


def _without_repetition(run: LabelRun) -> LabelRun:
    """The run without the repetition of a table that stands twice."""
    numbers = [value.number for value in run.values]
    half = len(numbers) // 2
    if half != _WIDTH or len(numbers) != 2 * _WIDTH or numbers[:half] != numbers[half:]:
        return run
    return replace(run, values=run.values[:half], lines=run.lines[:half], gaps=run.gaps[: half + 1])


def _blank_stack(run: LabelRun) -> LabelRun | None:
    """The row of empty lines under the table's header, if there is one among a run's words."""
    for position, gap in enumerate(run.word_gaps):
        if gap < _WIDTH:
            continue
        words, lines = run.words[: position + 1], run.word_lines[: position + 1]
        if len(_WORDS.findall("".join(words[-_HEADER_WORDS:]))) > 1:
            return LabelRun(words, lines, [], [], lines[-1:], run.layout, stacked=True, gaps=[gap, 0])
    return None


# One row ----------------------------------------------------------------------------------------------------


def _row_of_fifteen(runs: list[LabelRun]) -> tuple[Table, list[Finding]]:
    """The table that the first run of fifteen cells makes; unreadable where it is not known which cell is which."""
    for run in runs:
        has_all_numbers = len(run.filled) >= _WIDTH
        if not has_all_numbers and len(run.values) + sum(run.gaps) < _WIDTH:
            continue
        cells = assign_columns(run, _WIDTH, _geometry_of_row(run))
        findings = []
        if cells is None or any(cell.value.joined is not None for cell in cells):
            joined = join_split_numbers(run, len(TRACKS), _GROUP)
            if joined is not None:
                cells = joined
                findings = [Finding("read_by_sums", Where(REVIEW, line=run.line), REVIEW, actual=run.text)]
        if cells is not None or has_all_numbers:
            return _table_of(run, cells), findings
    return {}, []


def _table_of(run: LabelRun, cells: list[FormCell] | None) -> Table:
    """The tracks' rows from the cells of one row."""
    return {
        track: form_row(track, run, cells and cells[start : start + _GROUP], REVIEW_COLUMNS)
        for track, start in zip(TRACKS, range(0, _WIDTH, _GROUP), strict=True)
    }


def _geometry_of_row(run: LabelRun) -> Geometry:
    """The geometry that the one row itself shows: empty lines inside it beyond the least are empty cells."""
    spacing = min(run.gaps[1:-1], default=0)
    return Geometry(spacing=spacing, empty_cells=any(gap > spacing for gap in run.gaps[1:-1]))


# Three rows -------------------------------------------------------------------------------------------------


def _three_rows(runs: list[LabelRun]) -> Table:
    """Five numbers a track: by the track's name where each row has one, by the form's order where none has."""
    rows = [run for run in runs if len(run.filled) == _GROUP or (not run.filled and len(run.values) >= _GROUP)]
    if len(rows) != len(TRACKS) or len(rows) != len([run for run in runs if run.filled] or rows):
        return {}
    names = [_track(run.label) or "" for run in rows]
    tracks = names if sorted(names) == sorted(TRACKS) else TRACKS
    return {
        track: form_row(track, run, assign_columns(run, _GROUP, Geometry()), REVIEW_COLUMNS)
        for track, run in zip(tracks, rows, strict=True)
    }


def _track(label: str) -> str | None:
    """The track that a label names, the last of them if several."""
    found = [(label.rfind(name), track) for name, track in _TRACKS_BY_NAME.items() if name in label]
    return max(found)[1] if found else None


# Scattered numbers ------------------------------------------------------------------------------------------


def _scattered(runs: list[LabelRun]) -> tuple[Table, list[Finding]]:
    """Fifteen numbers in pieces: four results side by side, their total somewhere behind them.

    Only the one way to group them in which all three totals hold is believed. Which of the two lawsuits is which is
    told by order, or by the name right before its numbers.
    """
    numbers = list(_numbers(runs))
    if len(numbers) != _WIDTH or len(numbers) != sum(len(run.filled) for run in runs):
        enough = sum(len(run.filled) for run in runs) >= _GROUP
        return {}, [_ambiguous(runs)] if enough else []
    groupings = _groupings([each.number for each in numbers])
    tracks = _tracks(groupings[0], numbers) if len(groupings) == 1 else None
    if tracks is None:
        return {}, [_ambiguous(runs)]
    table = {
        track: FormRow(track, {column: numbers[at].cell for column, at in zip(REVIEW_COLUMNS, group, strict=True)})
        for track, group in zip(tracks, groupings[0], strict=True)
    }
    return table, [Finding("read_by_order", Where(REVIEW, line=numbers[0].cell.line), REVIEW)]


def _numbers(runs: list[LabelRun]) -> Iterator[_Scattered]:
    """The runs' values that are numbers."""
    for run in runs:
        for index in run.filled:
            value = run.values[index]
            if value.number is not None:
                yield _Scattered(value.number, FormCell(value, run.lines[index]), run)


def _groupings(numbers: list[Decimal]) -> list[list[Group]]:
    """The ways to cut fifteen numbers into three fours that stand together and their totals behind them.

    Ways that give the same numbers are one.
    """
    distinct: dict[tuple[tuple[Decimal, ...], ...], list[Group]] = {}
    for starts in combinations(range(len(numbers) - _RESULTS + 1), len(TRACKS)):
        if any(following - start < _RESULTS for start, following in pairwise(starts)):
            continue
        blocks = [list(range(start, start + _RESULTS)) for start in starts]
        rest = set(range(len(numbers))).difference(*blocks)
        for totals in permutations(sorted(rest)):
            groups = [[*block, total] for block, total in zip(blocks, totals, strict=True)]
            if all(_holds(group, numbers) for group in groups):
                distinct[tuple(tuple(numbers[index] for index in group) for group in groups)] = groups
    return list(distinct.values())


def _holds(group: Group, numbers: list[Decimal]) -> bool:
    """Whether a group's total stands behind its results and is their sum."""
    *results, total = group
    return total > results[-1] and sum(numbers[index] for index in results) == numbers[total]


def _tracks(groups: list[Group], numbers: list[_Scattered]) -> list[str] | None:
    """The track of each group: by the form's order, or by the names before them; None where these do not tell."""
    if all(group[-1] < following[0] for group, following in pairwise(groups)):
        return TRACKS
    first, direct, after = TRACKS
    _, second, third = (_track(numbers[group[0]].run.label) for group in groups)
    if third == after:
        return TRACKS
    return [first, after, direct] if second == after else None


def _ambiguous(runs: list[LabelRun]) -> Finding:
    printed = " | ".join(run.text for run in runs if run.filled)
    return Finding("ambiguous_reading", Where(REVIEW, line=runs[0].line), REVIEW, actual=printed)
