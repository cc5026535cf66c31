"""No text makes the reader raise: mutations of the cases, with characters of every Unicode category."""

import sys
import unicodedata
from random import Random

import pytest

from pipeline.reader import raw_report
from pipeline.reader.extraction import extract
from pipeline.reader.tables.cell_characters import plain_text
from pipeline.reader.tables.cell_values import parse, parse_in_column
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from tests.accuracy.cells import CASES

#: Characters that look like digits or part cells in some program; others are drawn from the categories.
_LIKELY = "①¹❶⑴⒈㈠㊀½Ⅷ٣१๓〇○OoIl零一二十百千万亿元件注*†%‰￥¥−－＋+-/\\|｜│"
_LIKELY += "\t\u3000\xa0\u200e\u202e\ufffd\0\x0b\x1c\x1f\x85\u2028"
_TEXTS = sorted(path for path in CASES.glob("*/*/report.*") if path.suffix in (".txt", ".html", ".md"))
_PARTS, _MUTATIONS = 4, 60


def categories() -> dict[str, list[str]]:
    """The characters of each Unicode category, of the large ones some."""
    found: dict[str, list[str]] = {}
    for code in range(sys.maxunicode + 1):
        if 0x3500 < code < 0x9F00 or 0xAD00 < code < 0xDFFF or code > 0x1FBFF:
            continue  # more of what stands before
        found.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
    return found


_CATEGORIES = categories()


def character(random: Random) -> str:
    if random.random() < 0.5:
        return random.choice(_LIKELY)
    return random.choice(_CATEGORIES[random.choice(sorted(_CATEGORIES))])


def mutated(text: str, random: Random) -> str:
    """The text with some lines changed: characters added, lost and exchanged, lines lost, moved and repeated."""
    lines = text.split("\n")
    for _ in range(random.randint(1, 12)):
        at, other = random.randrange(len(lines)), random.randrange(len(lines))
        line = lines[at]
        place = random.randrange(len(line) + 1)
        changes = [
            [line[:place] + character(random) + line[place:]],
            [line[:place] + character(random) + line[place + 1 :]],
            [line[:place] + line[place + 1 :]],
            [line, character(random)],
            [line, lines[other]],
            ["".join(character(random) if c.isdigit() else c for c in line)],
            [line.replace("\t", random.choice(["\t\t", " ", "|", "  "]), 1)],
            [],
        ]
        lines[at : at + 1] = random.choice(changes)
        lines = lines or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("part", range(_PARTS))
def test_no_text_makes_the_reader_raise(part: int) -> None:
    random = Random(part)
    for _ in range(_MUTATIONS):
        path = random.choice(_TEXTS)
        text = mutated(path.read_bytes().decode("utf-8", "replace"), random)
        file = SourceFile(path.name, path.name)
        try:
            extract(raw_report.parse(file, text.encode("utf-8", "replace"), "0" * 64, None, Settings()))
        except RejectedError as error:
            assert error.reason != "parser_error", error.message


def test_no_character_beside_a_number_is_a_digit_of_it() -> None:
    """But for digits in another width, which are folded."""
    categories = ("No", "Nl", "So", "Sk", "Sm", "Po", "Cf", "Mn", "Me", "Co")
    for beside in (c for category in categories for c in _CATEGORIES[category]):
        folded = plain_text(beside).text
        if folded.isascii() and folded:
            continue  # a sign or a stop, perhaps in another width
        for text in (f"114{beside}", f"{beside}114"):
            assert parse_in_column(text).number in (None, 114), text
        inside = parse_in_column(f"11{beside}4")
        assert inside.number is None or (folded == "" and inside.number == 114), beside
        parse(beside)


@pytest.mark.parametrize("text", ["①", "¹", "❶", "⑴", "\t①\t", "1\t①", "①\t0\t0\t0\t0\t0\t0"])
def test_a_lone_mark_in_a_row(text: str) -> None:
    path = CASES / "tabs" / "jurong_shuiliju_2023" / "report.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(index for index, line in enumerate(lines) if "本年新收" in line)
    for place in (at, at + 1):
        changed = "\n".join([*lines[:place], text, *lines[place:]])
        file = SourceFile(path.name, path.name)
        extract(raw_report.parse(file, changed.encode(), "0" * 64, None, Settings()))
