"""Random damage to a report's text: what no report should have, and what the reader must bear without falling over."""

import random
from collections.abc import Callable

#: Characters that `str` methods, regular expressions and Unicode's normal forms take for digits, letters or blanks.
ODD = (
    "①¹❶⑴²½Ⅷ㊀〇○零兆٣৩๓𝟗０．，￥＄‰﹣－−"
    "\u200e\u202e\u2066\u00ad\u200b\ufeff\u3000\u00a0\u2028\x00\x0b\x0c\x1f\ue5e5\U000f0001\u0301"
    "|│｜\t<>&;#-+.,()（）[]{}*_~`\"'%"
)
_NUMBERS = (
    "9" * 40,
    "1e9",
    "-0",
    "1,2,3",
    "0.0000",
    "１２",
    "1 2",
    "NaN",
    "inf",
    "１．５万",
    "三百万",
    "0x1F",
    "1/0",
    "+",
    "1-2",
)
_TAGS = (
    "<table>",
    "</td>",
    "<tr><td rowspan=0>",
    '<td colspan="9999">',
    "<!--",
    "-->",
    "<script>",
    "&#0;",
    "&#x110000;",
    "<td",
)


def _at(text: str, rng: random.Random) -> int:
    return rng.randint(0, len(text))


def _insert(text: str, rng: random.Random) -> str:
    place = _at(text, rng)
    return text[:place] + rng.choice((*ODD, *_NUMBERS, *_TAGS)) * rng.choice((1, 1, 2, 30)) + text[place:]


def _odd_cell(text: str, rng: random.Random) -> str:
    """Something odd in the place of, before or after a number."""
    places = [place for place, char in enumerate(text) if char.isdigit()]
    if not places:
        return text
    place = rng.choice(places)
    odd = rng.choice((*ODD, *_NUMBERS))
    return text[:place] + rng.choice((odd, odd + text[place], text[place] + odd)) + text[place + 1 :]


def _delete(text: str, rng: random.Random) -> str:
    start = _at(text, rng)
    return text[:start] + text[start + rng.choice((1, 3, 40, 400)) :]


def _lines(change: Callable[[list[str], random.Random], None]) -> Callable[[str, random.Random], str]:
    def made(text: str, rng: random.Random) -> str:
        lines = text.split("\n")
        change(lines, rng)
        return "\n".join(lines)

    return made


def _swap(lines: list[str], rng: random.Random) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _repeat(lines: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(lines))
    length = rng.choice((1, 2, 20, 60))
    lines[start:start] = lines[start : start + length] * rng.choice((1, 1, 5))


def _drop(lines: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(lines))
    del lines[start : start + rng.choice((1, 2, 15))]


def _join(lines: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(lines))
    length = rng.choice((2, 5, 40))
    lines[start : start + length] = [rng.choice((" ", "", "\t", "|")).join(lines[start : start + length])]


def _cut(lines: list[str], rng: random.Random) -> None:
    number = rng.randrange(len(lines))
    place = _at(lines[number], rng)
    lines[number : number + 1] = [lines[number][:place], lines[number][place:]]


def _separators(text: str, rng: random.Random) -> str:
    found, new = (
        rng.choice(("\t", " ", "|", "\n", "、", "（", "0")),
        rng.choice(("", " ", "\t", "|", "\n", "　", "O", "\r")),
    )
    return text.replace(found, new, rng.choice((1, 5, -1)))


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _insert,
    _insert,
    _odd_cell,
    _odd_cell,
    _odd_cell,
    _delete,
    _separators,
    *(_lines(change) for change in (_swap, _repeat, _drop, _join, _cut)),
)


def mutate(text: str, rng: random.Random) -> str:
    """The text with one to six of the mutations."""
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        text = rng.choice(MUTATIONS)(text, rng)
    return text
