"""Tables that programs print with other separators than tabs, blanks and pipes, in the plain form of those.

Vertical bars of other scripts (``│ ｜ ┃ ¦``) and the commas or semicolons of a CSV text become pipes; rules that are
drawn between rows become padding; wide blanks become blanks, entities their characters. Lines stay lines.

Belongs here: what stands between cells. Does not: the cells (``markdown``, ``aligned``, ``tabs``).
"""

import csv
import html
import re
from collections.abc import Iterator
from itertools import groupby, pairwise

#: A line that is neither a row nor an empty cell: ``pipes`` passes over it.
_NO_ROW = "||"
_BARS = str.maketrans("│┃║｜¦┆┊╎", "||||||||")
#: A rule inside a row of cells, as beside a cell that spans several rows.
_IN_RULES: dict[int, str] = dict.fromkeys(range(0x2500, 0x2580), " ")
_IN_RULES |= dict.fromkeys([*range(0x250C, 0x254C), *range(0x2552, 0x256D), *map(ord, "│┃║｜¦┆┊╎")], "|")
_OF_RULES = "".join(map(chr, range(0x2500, 0x2580))) + "|+=-: \t\u3000"
_HAS_RULE = re.compile(r"[\u2500\u2501\u2504-\u250b\u250c-\u2550\u2552-\u257f]")
#: A rule of dashes under a header, a group for each column. Groups that are all as long may be nil marks.
_DASHES = re.compile(r"\s*[-=]+(?:\s+[-=]+)+\s*")
_LEAST_DASHES = 20
_SINGLE_DASHES = re.compile(r"\s*\|?(?:\s*:?-:?\s*\|)+\s*:?-?:?\s*")
#: Numbers that a program gives the columns: 0 1 2 3 …
_NUMBERED = re.compile(r"0[\s|,;│]{1,40}1[\s|,;│]{1,40}2[\s|,;│]{1,40}3\b")
#: Numbers that it gives the rows: 0, and 1 in the line below.
_INDEXED = re.compile(r"\n[|│ ]{0,4}0(?: *[|│,]|  |\t).{0,200}?[\u4e00-\u9fff].*\n[|│\s]{0,4}1(?: *[|│,]|  |\t)")
_DIGITS = re.compile("[0-9]+")
_INDEX = re.compile(r"([|\s]{0,12})(\d{1,3})( *\||  |\t)")
#: Numbers of so few columns are only believed where all cells end below them.
_FEW_NUMBERS = (["0", "1"], ["0", "1", "2"])
#: So many rows with their numbers show that these are an index, or fewer where the columns have numbers, too.
_LEAST_INDEXED = 4
#: What such a program prints for an empty cell.
_NAN = re.compile(r"(?<![A-Za-z<])(?:NaN|nan|None|<NA>)(?![A-Za-z>])")
_WORD = re.compile("[\u4e00-\u9fff]")
_PARTS = re.compile(r"[\s|,;│]+")
_WIDE_BLANK = re.compile("[\u2001\u2003]")
_BLANKS = re.compile("[\u00a0\u2000\u2002\u2004-\u200a\u202f\u205f]")
_VALUE = re.compile(r"[+\-]?[\d０-９][\d０-９,.]*(?:[万亿]?元|[件项个])?|[-—/／]|无")
_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});")
#: Characters of which one must stand in a text that has anything to be changed, but for CSV and numbered columns.
_SIGNS = ("│", "┃", "║", "｜", "¦", "─", "━", "\u2003", "\u00a0", "\u3000", "&", "+-", "+=", "--", "==")
_LONGEST_RULE = 300
_SINGLE_DASH_RULES = ("|-|", "| - |", ":-:")
#: A text with fewer separators is no table of the form in CSV; a block of fewer lines is none either.
_LEAST_SEPARATORS, _LEAST_LINES = 40, 3
#: A table with pipes between its cells alone has so many columns of numbers.
_LEAST_PIPES = 5
#: In a table of rows with as many cells, one of so many ends in a value.
_ROWS_A_VALUE = 3
#: A row of so many values and nothing else is no prose.
_LEAST_VALUES = 5
_LONGEST_IN_SHORT = 30
#: A number with a separator of thousands, or two cells.
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
#: Rules of a table that is drawn with one behind each row, and lines of one of its rows.
_LEAST_RULES, _MOST_LINES = 4, 60
#: Table four has more columns; where its digits belong its sums prove, line by line.
_MOST_WRAPPED = 9
#: Blanks beside the text of a drawn cell.
_AROUND = 2
_DRAWN_RULE = re.compile(r"\s*\+[-=+:]{2,}\+\s*|\|\|")


def plain_lines(text: str, lines: list[str]) -> list[str]:
    """The lines of a text in the form that the layouts read; the same list where there is nothing to change."""
    found = {sign for sign in _SIGNS if sign in text}
    if found:
        lines = [_plain(line) if any(sign in line for sign in found) else line for line in lines]
    if any(rule in text for rule in _SINGLE_DASH_RULES):
        lines = _without_single_rules(lines)
    if "+-" in found or "+=" in found or "─" in found or "━" in found or "═" in text:
        lines = list(_drawn_rows(lines))
    for separator in ",;":
        if text.count(separator) >= _LEAST_SEPARATORS:
            lines = list(_without_commas(lines, separator))
    if _NUMBERED.search(text) or _INDEXED.search(text):
        lines = _without_numbering(lines)
    if " | " in text:
        lines = list(_with_outer_pipes(lines))
    return lines


def _with_outer_pipes(lines: list[str]) -> Iterator[str]:
    """The lines, those of a table that has pipes between its cells alone with a pipe at both ends, too.

    In such a table a row whose first cell is blank begins with a pipe, and other rows do not: all have as many pipes.
    """
    for count, group in groupby(lines, lambda line: line.count("|")):
        block = list(group)
        begins = {line.lstrip().startswith("|") for line in block}
        if count >= _LEAST_PIPES and len(block) >= _LEAST_LINES and begins == {False, True}:
            yield from (f"| {line} |" for line in block)
        else:
            yield from block


def _without_numbering(lines: list[str]) -> list[str]:
    """The lines without the numbers that a program gave the columns and rows of its tables, from 0 on.

    Its word for an empty cell becomes one.
    """
    plain = list(lines)
    at = 0
    while at < len(plain):
        numbers = _PARTS.split(plain[at].strip(" |,;\t"))
        columns = are_column_numbers(numbers)
        rows = _indexed(plain, at + 1) if columns or numbers in _FEW_NUMBERS else {}
        columns = columns or (bool(rows) and _column_ends(plain[at], [plain[row] for row in rows]) is not None)
        rows = rows if columns else _indexed(plain, at)
        with_words = sum(_WORD.search(plain[row]) is not None for row in rows)
        ends = _column_ends(plain[at], [plain[row] for row in rows]) if columns and rows else None
        if ends is not None:
            for row in rows:
                plain[row] = _cells_before(plain[row], ends)
        elif columns or with_words >= max(_LEAST_INDEXED, len(rows) * 3 // 4):
            for row, match in rows.items():
                behind = _NAN.sub(lambda nan: " " * len(nan[0]), plain[row][match.end() :])
                plain[row] = f"|{behind}" if "|" in match[3] else behind if match[3] == "\t" else f"    {behind}"
        if columns:
            plain[at] = _NO_ROW
        at = max([at, *rows]) + 1
    return plain


def _column_ends(numbers: str, rows: list[str]) -> list[int] | None:
    """Where each column ends, the rows' numbers first, in rows whose cells all end below the numbers of the columns.

    None where they do not. The numbers' line may have lost its blanks, and all are as wide as the widest of them.
    """
    found = [match.start() for match in _DIGITS.finditer(numbers)]
    width = len(rows[0])
    shift = width - found[-1]
    ends = [len(str(len(rows) - 1)), *(start + shift for start in found)]
    if shift < 0 or any(len(row) != width for row in rows) or ends != sorted(set(ends)):
        return None
    for row in rows:
        for before, end in pairwise(ends):
            cell = row[before:end]
            if cell.strip() and (cell[0] != " " or cell[-1] == " " or "|" in cell):
                return None
    return ends


def _cells_before(row: str, ends: list[int]) -> str:
    """The cells of a row that end at some places, but for the row's number, between pipes."""
    cells = (row[before:end].strip() for before, end in pairwise(ends))
    return f"| {' | '.join('' if _NAN.fullmatch(cell) else cell for cell in cells)} |"


def _indexed(lines: list[str], first: int) -> dict[int, re.Match[str]]:
    """The rows from a line on that begin with 0, 1, 2 and so on, up to the first that does not."""
    found: dict[int, re.Match[str]] = {}
    for at in range(first, len(lines)):
        match = _INDEX.match(lines[at])
        if match and match[2] == str(len(found)) and lines[at][match.end() :].strip(" |\t"):
            found[at] = match
        elif lines[at].strip("|-+=: ") or not lines[at]:
            break
    return found


def are_column_numbers(cells: list[str]) -> bool:
    """Whether cells are the numbers that a program gives the columns of a table: 0, 1, 2, 3 and so on.

    No row of the form has them: none of its sums would hold.
    """
    numbers = cells[1:] if cells and not cells[0] else cells
    return len(numbers) > 3 and numbers[3] == "3" and numbers == list(map(str, range(len(numbers))))


def _plain(line: str) -> str:
    if "&" in line and _ENTITY.search(line):
        line = _ENTITY.sub(lambda entity: html.unescape(entity[0]).replace("\n", " ").replace("\r", " "), line)
    if len(line) >= _LEAST_DASHES and _DASHES.fullmatch(line) and len(set(map(len, line.split()))) > 1:
        return _NO_ROW
    if line.isascii():
        return line
    line = _BLANKS.sub(" ", _WIDE_BLANK.sub("  ", line))
    if _HAS_RULE.search(line) and not line.strip(_OF_RULES):
        return _NO_ROW
    barred = line.translate(_IN_RULES if _HAS_RULE.search(line) else _BARS)
    if barred != line:
        return barred if barred.count("|") > 1 or _VALUE.fullmatch(barred.rpartition("|")[2].strip()) else line
    return _tabbed(line) if "\u3000" in line.strip() else line


def _tabbed(line: str) -> str:
    """A line whose cells single wide blanks part, with tabs instead."""
    cells = line.strip().split("\u3000")
    is_row = "" not in cells and len(cells) > 1 and _VALUE.fullmatch(cells[-1].strip())
    return "\t".join(cells) if is_row and "  " not in line.strip() and "\t" not in line else line


def _without_single_rules(lines: list[str]) -> list[str]:
    """The lines without rules of one dash a column, which stand under the first line of a table and nowhere else."""
    plain = list(lines)
    for at in range(1, len(lines)):
        is_second = "|" in lines[at - 1] and (at < 2 or "|" not in lines[at - 2])
        if is_second and len(lines[at]) < _LONGEST_RULE and _SINGLE_DASHES.fullmatch(lines[at]):
            plain[at] = _NO_ROW
    return plain


# Drawn tables -----------------------------------------------------------------------------------------------


def _drawn_rows(lines: list[str]) -> Iterator[str]:
    """The lines, with each row of a table that has a rule behind each row on one line."""
    for is_drawn, group in groupby(lines, lambda line: "|" in line or _DRAWN_RULE.fullmatch(line) is not None):
        block = list(group)
        yield from _rows_on_lines(block) if is_drawn else block


def _rows_on_lines(block: list[str]) -> list[str]:
    kinds = [(is_rule, list(rows)) for is_rule, rows in groupby(block, lambda line: bool(_DRAWN_RULE.fullmatch(line)))]
    rules = sum(is_rule for is_rule, _ in kinds)
    if rules < _LEAST_RULES or any(len(rows) > _MOST_LINES for is_rule, rows in kinds if not is_rule):
        return [_NO_ROW if _DRAWN_RULE.fullmatch(line) else line for line in block]
    plain: list[str] = []
    for is_rule, rows in kinds:
        cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
        if is_rule:
            plain += [_NO_ROW] * len(rows)
        elif len(rows) == 1 or len({len(row) for row in cells}) > 1 or not _are_one_row(rows, cells):
            plain += rows
        else:
            joined = [" ".join(filter(None, column)) for column in zip(*cells, strict=True)]
            plain += [f"| {' | '.join(joined)} |", *[_NO_ROW] * (len(rows) - 1)]
    return plain


def _has_values(column: tuple[str, ...]) -> bool:
    """Whether more than one line of a column is a value: the lines are rows, or pieces of a number."""
    return sum(_VALUE.fullmatch(cell) is not None for cell in column) > 1


def _are_one_row(rows: list[str], cells: list[list[str]]) -> bool:
    return not any(map(_has_values, zip(*cells, strict=True))) or _are_wrapped(rows, cells)


def _are_wrapped(rows: list[str], cells: list[list[str]]) -> bool:
    """Whether digits stand on a second line because their column is full, and all lines are one row.

    Lines whose first has numbers that add up are rows of their own; so are those whose second has as many, unless both
    together add up.
    """
    columns = list(zip(*cells, strict=True))
    count = next((at for at, column in enumerate(reversed(columns)) if not _has_only_digits(column)), len(columns))
    if not 0 < count <= _MOST_WRAPPED:
        return False
    numbers = [row[-count:] for row in cells]
    if any(map(_has_values, columns[:-count])) or _adds_up(numbers[0]):
        return False
    texts = list(zip(*numbers, strict=True))
    pieces = zip(*(row.strip().strip("|").split("|")[-count:] for row in rows), strict=True)
    if not all(map(_is_full_before, texts, pieces)):
        return False
    filled = [sum(map(bool, row)) for row in numbers[:2]]
    return _adds_up(["".join(column) for column in texts]) or filled[1] < filled[0]


def _has_only_digits(column: tuple[str, ...]) -> bool:
    return all(not cell or (cell.isascii() and cell.isdigit()) for cell in column)


def _is_full_before(column: tuple[str, ...], raw: tuple[str, ...]) -> bool:
    """Whether each line of a cell is as wide as the cell, up to the last that has any digits."""
    last = max((at for at, text in enumerate(column) if text), default=0)
    return all(len(column[at]) >= len(raw[at]) - _AROUND for at in range(last))


def _adds_up(numbers: list[str]) -> bool:
    *parts, total = (int(number or 0) for number in numbers)
    return bool(parts) and sum(parts) == total


# CSV --------------------------------------------------------------------------------------------------------


def _without_commas(lines: list[str], separator: str) -> Iterator[str]:
    """The lines, with pipes between the cells of those that are CSV for certain.

    Where a text has such a block, a block of a line or two of short cells is one, too.
    """
    groups = groupby(lines, lambda line: separator in line and "\t" not in line and "|" not in line)
    blocks = [(list(group), is_row) for is_row, group in groups]
    found = [_csv_rows(block, separator) if is_row else None for block, is_row in blocks]
    is_csv = any(rows and len(rows) >= _LEAST_LINES for rows in found)
    for (block, _), rows in zip(blocks, found, strict=True):
        is_certain = is_csv and rows and (len(rows) >= _LEAST_LINES or all(map(_is_short, rows)))
        yield from (f"| {' | '.join(row)} |" for row in rows or ()) if is_certain else block


def _is_short(row: list[str]) -> bool:
    return all(len(cell) <= _LONGEST_IN_SHORT and "。" not in cell for cell in row)


def _csv_rows(block: list[str], separator: str) -> list[list[str]] | None:
    """The cells of some lines; None where they may be anything else.

    They are CSV if half of them end in a value (of rows with as many cells, a third, since table two has two headers
    above each row or two), or one is nothing but values, and if all have as many cells or no comma can part thousands.
    """
    if any(line.count('"') % 2 for line in block):
        return None
    try:
        rows = [row for line in block for row in csv.reader([line.replace("|", "／")], delimiter=separator)]
    except csv.Error:
        return None
    rows = [[cell.strip() for cell in row] for row in rows]
    if len(rows) != len(block) or not all(rows):
        return None
    is_regular = len({len(row) for row in rows}) == 1 and len(rows[0]) > 2
    is_clear = is_regular or separator != "," or not any(map(_THOUSANDS.search, block))
    ending = sum(not row[-1] or _VALUE.fullmatch(row[-1]) is not None for row in rows)
    # Behind the values may stand a column of remarks or units: then each row has a value somewhere behind its label.
    holding = sum(any(map(_VALUE.fullmatch, filter(None, row[1:]))) for row in rows) if is_regular else 0
    is_numeric = any(map(_has_only_values, rows))
    is_table = is_regular and len(rows) >= _LEAST_LINES and max(ending, holding) * _ROWS_A_VALUE >= len(rows)
    return rows if is_clear and (is_numeric or is_table or ending * 2 >= len(rows)) else None


def _has_only_values(row: list[str]) -> bool:
    filled = list(filter(None, row))
    return len(row) >= _LEAST_VALUES and bool(filled) and all(map(_VALUE.fullmatch, filled))
