"""Slips of rows and columns: what the form does not know, in another order, twice, torn, or with a column more."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..layouts import Chunks
from ..sheet import Article, Line, Sheet
from ..truth import APPLICATIONS, PROACTIVE, Truth
from .base import GRIDS, WORDS, Slip, TableChange, each_row, join, plain, split, unstated

_GROUPS = {"三": "denied", "四": "unavailable", "五": "not_processed", "六": "other"}


def _only(table: str, change: Callable[[Chunks, Truth, random.Random], Chunks]) -> TableChange:
    """A change of one table."""
    return lambda name, chunks, truth, rng: change(chunks, truth, rng) if name == table else chunks


def _columns(table: str, order: Callable[[Sequence[str]], list[str]], *, first: int = 0) -> TableChange:
    """The columns of a table in another order, from a row on."""
    return _only(
        table,
        lambda chunks, truth, rng: each_row(
            chunks, lambda number, cells: order(cells) if number >= first else list(cells)
        ),
    )


def _remarks(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    words = rng.choice((("",), ("", "", "无"), ("", "含网上申请", "1件已撤回"), ("", "①", "/")))
    return each_row(chunks, lambda number, cells: [*cells, "备注" if number == 0 else rng.choice(words)])


def _serials(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    def add(number: int, cells: list[str]) -> list[str]:
        return ["序号" if number == 0 else ("" if number < 3 else str(number - 2)), *cells]

    return each_row(chunks, add)


def _index(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """The index of a data frame, and NaN for what is blank."""
    nothing = rng.choice(("NaN", "nan", ""))
    return each_row(chunks, lambda number, cells: [str(number), *(cell or nothing for cell in cells)])


def _without_total(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    for item in truth.applications:
        unstated(truth, (APPLICATIONS, item, "total"))
    return each_row(chunks, lambda number, cells: cells[:-1])


def _continued(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """The table goes on under 续表, its head and its last rows printed again."""
    cut, again = rng.randint(8, len(chunks) - 4), rng.randint(1, 3)
    head = chunks[:3]
    return [*chunks[:cut], ["续表"], *head, *chunks[cut - again : cut], *chunks[cut:]]


def _torn(mark: bool) -> Callable[[Chunks, Truth, random.Random], Chunks]:
    """A row over two lines, with or without the foot of a page between."""

    def change(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
        number = rng.randrange(5, len(chunks))
        (line,) = chunks[number]
        cells = line.split("\t")
        at = len(cells) - rng.randint(1, 6)
        between = [rng.choice(("- 3 -", "第 3 页", "3/9", "— 4 —"))] if mark else []
        row = ["\t".join(cells[:at]), *between, "\t".join(cells[at:])]
        return [*chunks[:number], row, *chunks[number + 1 :]]

    return change


def _torn_lines(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """The foot of a page between two cells, where each cell has a line."""
    number = rng.randrange(5, len(chunks))
    lines = chunks[number]
    at = rng.randint(1, len(lines) - 1)
    mark = rng.choice(("- 3 -", "第 3 页", "3/9", "— 4 —"))
    return [*chunks[:number], [*lines[:at], mark, *lines[at:]], *chunks[number + 1 :]]


def _subtotals(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """A row with the sums of a group before its first row, and the group's label in it."""
    made: Chunks = []
    seen: set[str] = set()
    for chunk in chunks:
        cells = split(chunk[0]) or []
        texts = [plain(cell) for cell in cells]
        for numeral, prefix in _GROUPS.items():
            rows = [row for item, row in truth.applications.items() if item.startswith(prefix + "_")]
            if numeral not in seen and rows and len(rows) > 1 and len(texts) == 10 and f"{numeral}）" in texts[1][:3]:
                seen.add(numeral)
                sums = [str(sum(row[column] or 0 for row in rows)) for column in range(7)]
                made.append([join(chunk[0], ["", texts[1], "小计", *sums])])
        made.append(chunk)
    return made


def _exchanged(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
    """Two rows of one group stand in the other order, each under its own label."""
    lines = list(sheet.lines)
    pairs = [n for n in range(len(lines) - 1) if lines[n].level == 2 and lines[n].group == lines[n + 1].group]
    for number in rng.sample(pairs, 1):
        lines[number], lines[number + 1] = lines[number + 1], lines[number]
    return replace(sheet, lines=tuple(lines))


def _organizations(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
    """The organizations in another order, headings and numbers alike."""
    order = [0, *rng.sample(range(1, 6), 5), 6]

    def ordered(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(texts[number] for number in order)

    lines = tuple(replace(line, texts=ordered(line.texts)) for line in sheet.lines)
    return replace(sheet, columns=ordered(sheet.columns), lines=lines)


def _foreign_row(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
    """A row that the form does not know, beside the form's or in the place of one."""
    name, near = rng.choice(
        (
            ("行政检查", "administrative_coercion"),
            ("行政确认", "administrative_license"),
            ("其他文件", "normative_document"),
            ("党内规范性文件", "normative_document"),
            ("政府性基金", "administrative_fee"),
        )
    )
    instead = rng.random() < 0.5

    def changed(article: Article) -> Article:
        lines: list[Line] = []
        for line in article.lines:
            foreign = Line("", name, tuple(str(rng.randint(1, 90)) for _ in line.texts))
            if line.item != near:
                lines.append(line)
            elif instead:
                lines.append(foreign)
                for item, measure in truth.proactive:
                    if item == near:
                        unstated(truth, (PROACTIVE, item, measure))
            else:
                lines += rng.choice(([line, foreign], [foreign, line]))
        return replace(article, lines=tuple(lines))

    return replace(sheet, articles=tuple(changed(article) for article in sheet.articles))


def _last_year(sheet: Sheet, truth: Truth, rng: random.Random) -> Sheet:
    """Last year's column beside this year's, which is blank in some rows."""
    last_first = rng.random() < 0.5
    articles = []
    for article in sheet.articles:
        if len(article.head) != 2:
            articles.append(article)
            continue
        heads = [article.head[1].replace("本年", "上年"), article.head[1]]
        lines = []
        for line in article.lines:
            this = line.texts[0]
            if rng.random() < 0.4:
                this = ""
                for item, measure in truth.proactive:
                    if item == line.item:
                        unstated(truth, (PROACTIVE, item, measure))
            texts = [str(rng.randint(1, 500)), this]
            lines.append(replace(line, texts=tuple(texts if last_first else texts[::-1])))
        head = (article.head[0], *(heads if last_first else heads[::-1]))
        articles.append(replace(article, head=head, lines=tuple(lines)))
    return replace(sheet, articles=tuple(articles))


def _other_table(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """No table four; fifteen numbers of something else stand there."""
    for track, row in truth.review.items():
        truth.review[track] = [None] * len(row)
    rows = [["季度", "公开数", "解读数", "回应数", "培训数", "合计"]]
    for quarter in ("一季度", "二季度", "三季度"):
        counts = [rng.randint(0, 40) for _ in range(4)]
        rows.append([quarter, *map(str, counts), str(sum(counts))])
    return [["（略）"], [""], ["各季度主动公开情况如下："], [""], *(["\t".join(row)] for row in rows)]


def _gap(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """Empty lines between the heads and the numbers of table four."""
    return [*chunks[:-1], [""] * rng.randint(3, 18), chunks[-1]]


def _blank(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """Table four without a number."""
    for track, row in truth.review.items():
        truth.review[track] = [None] * len(row)
    rows = [number for number, chunk in enumerate(chunks) if split(chunk[-1])]
    made = list(chunks)
    made[rows[-1]] = [join(chunks[rows[-1]][0], ["" for _ in range(15)])]
    return made


def _stacked(chunks: Chunks, truth: Truth, rng: random.Random) -> Chunks:
    """A row a track, in any order."""
    rows = [
        ("行政复议", truth.review["reconsideration"]),
        ("行政诉讼（未经复议直接起诉）", truth.review["litigation_direct"]),
        ("行政诉讼（复议后起诉）", truth.review["litigation_after_reconsideration"]),
    ]
    rng.shuffle(rows)
    head = "\t".join(("", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
    return [[head], *(["\t".join((label, *map(str, row)))] for label, row in rows)]


ROWS = {
    "remark_column": Slip(GRIDS, table=_only("applications", _remarks)),
    "serial_column": Slip(GRIDS, table=_only("applications", _serials)),
    "frame_index": Slip(("tabs", "markdown"), table=lambda name, chunks, truth, rng: _index(chunks, truth, rng)),
    "no_total_column": Slip(("tabs", "markdown"), table=_only("applications", _without_total)),
    "organizations_in_other_order": Slip((*GRIDS, "lines"), sheet=_organizations),
    "total_first": Slip(
        ("tabs", "markdown"), table=_columns("applications", lambda cells: [*cells[:3], cells[9], *cells[3:9]])
    ),
    "litigation_first": Slip(("tabs", "markdown"), table=_columns("review", lambda cells: [*cells[5:], *cells[:5]])),
    "litigation_exchanged": Slip(
        ("tabs", "markdown"),
        table=_columns("review", lambda cells: [*cells[:5], *cells[10:], *cells[5:10]], first=1),
    ),
    "tracks_as_rows": Slip(("tabs",), table=_only("review", _stacked)),
    "rows_exchanged": Slip((*WORDS, "aligned"), sheet=_exchanged),
    "foreign_row": Slip(WORDS, sheet=_foreign_row),
    "last_year_column": Slip(GRIDS, sheet=_last_year),
    "other_table_for_four": Slip(("tabs",), table=_only("review", _other_table)),
    "gap_before_four": Slip(("tabs", "lines"), table=_only("review", _gap)),
    "blank_four": Slip(GRIDS, table=_only("review", _blank)),
    "continued_table": Slip(("tabs", "html"), table=_only("applications", _continued)),
    "row_over_two_lines": Slip(("tabs",), table=_only("applications", _torn(mark=False))),
    "page_mark_in_row": Slip(("tabs",), table=_only("applications", _torn(mark=True))),
    "page_mark_between_cells": Slip(("lines",), table=_only("applications", _torn_lines)),
    "subtotals": Slip(("tabs", "markdown"), table=_only("applications", _subtotals)),
}
