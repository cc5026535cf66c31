"""Table four: fifteen numbers in a row, three times five, or scattered by the text extraction."""

import re
from dataclasses import replace
from itertools import pairwise, permutations

from pipeline.forms import REVIEW, REVIEW_COLUMNS, TRACKS
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables.columns import Habits, fit, line_of, mended
from pipeline.reader.tables.label_runs import Run
from pipeline.reader.tables.reading import Cell, Line, Reading

_GROUP = len(REVIEW_COLUMNS)
_WIDTH = _GROUP * len(TRACKS)
_WORDS = re.compile("复议|诉讼|维持|纠正|审结|起诉|其他结果")
#: A heading behind the table; what follows it is prose.
_END = re.compile("(?:^|[^\u4e00-\u9fff])[五5六6]?(?:存在的?(?:主要)?问题|其他需要报告的事项|需要报告的其他)")
_NEAR = 12
#: Words that the table's head has at the most.
_HEADER_WORDS = 40


def read_review(runs: list[Run], reading: Reading) -> None:
    """Read table four from the runs behind table three."""
    candidates = _candidates(runs)
    if not candidates:
        return
    table = _row_of_fifteen(candidates, reading) or _three_rows(candidates) or _scattered(candidates, reading)
    if not table:
        return
    reading.review = table
    lines = [line for run in candidates for line in run.lines]
    reading.regions.append((min(lines), max(lines)))
    reading.layouts |= {run.layout for run in candidates}


def _candidates(runs: list[Run]) -> list[Run]:
    """The runs that may be the table: up to the next heading, with numbers or with blanks under its header."""
    found: list[Run] = []
    for each in runs[:_NEAR]:
        run = _once(each)
        words = "".join(run.words)
        if not found and (blank := _blank_stack(run)):
            return [blank]
        if found and _END.search(words):
            break
        if not found and len(run.filled) < _GROUP - 1 and not (run.cells and _WORDS.search(run.label)):
            if _END.search(words) and not _WORDS.search(words):
                break
            continue
        if run.filled or (len(run.cells) >= _GROUP and _WORDS.search(run.label)):
            found.append(run)
    return found


def _once(run: Run) -> Run:
    """The run without the repetition of a table that stands twice."""
    numbers = [cell.number for cell in run.cells]
    half = len(numbers) // 2
    if half != _WIDTH or len(numbers) != 2 * _WIDTH or numbers[:half] != numbers[half:]:
        return run
    return replace(run, cells=run.cells[:half], lines=run.lines[:half], gaps=run.gaps[: half + 1])


def _blank_stack(run: Run) -> Run | None:
    """The row of empty lines under the table's header, if there is one among a run's words."""
    for position, gap in enumerate(run.word_gaps):
        if gap < _WIDTH:
            continue
        words, lines = run.words[: position + 1], run.word_lines[: position + 1]
        if len(_WORDS.findall("".join(words[-_HEADER_WORDS:]))) > 1:
            return Run(words, lines, [], [], lines[-1:], run.layout, stacked=True, gaps=[gap, 0])
    return None


def _row_of_fifteen(runs: list[Run], reading: Reading) -> dict[str, Line]:
    for run in runs:
        gaps = sum(run.gaps)
        blank = not run.cells and sum(run.gaps) >= _WIDTH
        if len(run.filled) < _WIDTH and len(run.cells) + gaps < _WIDTH and not blank:
            continue
        cells = fit(run, _WIDTH, _habits(run))
        if cells is None or any(cell.value.glued is not None for cell in cells):
            cells = _named_mended(run, reading) or cells
        if cells is None and len(run.filled) < _WIDTH:
            continue
        if cells is None:
            return {track: line_of(track, run, None, REVIEW_COLUMNS) for track in TRACKS}
        return {
            track: line_of(track, run, cells[start : start + _GROUP], REVIEW_COLUMNS)
            for track, start in zip(TRACKS, range(0, _WIDTH, _GROUP), strict=True)
        }
    return {}


def _named_mended(run: Run, reading: Reading) -> list[Cell] | None:
    cells = mended(run, len(TRACKS), _GROUP)
    if cells is not None:
        reading.findings.append(
            Finding(
                "read_by_sums",
                Where(REVIEW, line=run.line),
                REVIEW,
                actual=run.text,
            )
        )
    return cells


def _habits(run: Run) -> Habits:
    """The one row shows its own habits: empty lines inside it beyond the least are empty cells."""
    spacing = min(run.gaps[1:-1], default=0)
    return Habits(spacing=spacing, empty_cells=any(gap > spacing for gap in run.gaps[1:-1]))


def _track(words: str) -> str | None:
    """The track that words name, the last of them if several."""
    found = [
        (words.rfind(part), track)
        for part, track in (
            ("未经复议直接起诉", "litigation_direct"),
            ("复议后起诉", "litigation_after_reconsideration"),
            ("行政复议", "reconsideration"),
        )
        if part in words
    ]
    return max(found)[1] if found else None


def _three_rows(runs: list[Run]) -> dict[str, Line]:
    """Five numbers a track: by the track's name where each row has one, by the form's order where none has."""
    rows = [run for run in runs if len(run.filled) == _GROUP or (not run.filled and len(run.cells) >= _GROUP)]
    if len(rows) != len(TRACKS) or len(rows) != len([run for run in runs if run.filled] or rows):
        return {}
    names = [_track(run.label) for run in rows]
    named = sorted(name or "" for name in names) == sorted(TRACKS)
    tracks = [name or "" for name in names] if named else list(TRACKS)
    return {
        track: line_of(track, run, fit(run, _GROUP, Habits()), REVIEW_COLUMNS)
        for track, run in zip(tracks, rows, strict=True)
    }


def _scattered(runs: list[Run], reading: Reading) -> dict[str, Line]:
    """Fifteen numbers in pieces: four results side by side, their total somewhere behind them.

    Only the one way to group them in which all three totals hold is believed; which of the two lawsuits is which
    is told by order, or by the name that stands right before its numbers.
    """
    numbers = [(run.cells[i], run.lines[i], run) for run in runs for i in run.filled]
    if len(numbers) != _WIDTH or any(value.number is None for value, _, _ in numbers):
        if sum(len(run.filled) for run in runs) >= _GROUP:
            _name_ambiguous(runs, reading)
        return {}
    values = [value.number for value, _, _ in numbers]
    groupings = _groupings([value for value in values if value is not None])
    if len(groupings) != 1:
        _name_ambiguous(runs, reading)
        return {}
    (groups,) = groupings
    in_order = all(group[-1] < following[0] for group, following in pairwise(groups))
    tracks = list(TRACKS)
    if not in_order:
        names = [_track(numbers[group[0]][2].label) for group in groups]
        if names[1] == "litigation_after_reconsideration" and names[2] != names[1]:
            tracks = [TRACKS[0], TRACKS[2], TRACKS[1]]
        elif names[2] != "litigation_after_reconsideration":
            _name_ambiguous(runs, reading)
            return {}
    reading.findings.append(
        Finding(
            "read_by_order",
            Where(REVIEW, line=numbers[0][1]),
            REVIEW,
        )
    )
    return {
        track: Line(
            track,
            {
                column: Cell(numbers[place][0], numbers[place][1])
                for column, place in zip(REVIEW_COLUMNS, group, strict=True)
            },
        )
        for track, group in zip(tracks, groups, strict=True)
    }


def _groupings(values: list[object]) -> list[list[list[int]]]:
    """All ways to cut fifteen numbers into three fours that stand together and their totals behind them."""
    found = []
    last = len(values) - len(REVIEW_COLUMNS) + 2
    for a in range(last):
        for b in range(a + 4, last):
            for c in range(b + 4, last):
                blocks = [list(range(start, start + 4)) for start in (a, b, c)]
                rest = [i for i in range(len(values)) if not any(i in block for block in blocks)]
                for totals in permutations(rest):
                    groups = [[*block, total] for block, total in zip(blocks, totals, strict=True)]
                    if all(
                        group[4] > group[3] and sum(values[i] for i in group[:4]) == values[group[4]]  # type: ignore[misc]
                        for group in groups
                    ):
                        found.append(groups)
    distinct = {tuple(tuple(values[i] for i in group) for group in groups): groups for groups in found}
    return list(distinct.values())


def _name_ambiguous(runs: list[Run], reading: Reading) -> None:
    printed = " | ".join(run.text for run in runs if run.filled)
    reading.findings.append(
        Finding(
            "ambiguous_reading",
            Where(REVIEW, line=runs[0].line),
            REVIEW,
            actual=printed,
        )
    )
