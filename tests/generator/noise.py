"""Noise that leaves the truth alone: what stands between rows, stray characters, line ends, encodings.

Each function takes a text (or the chunks of a table) and the dice and can be used by itself; with a noise of 0 each
gives back what it got. Noise inside a table's layout is in `layouts/`, around the report in `chrome.py`.
"""

from .dice import Dice
from .layouts.base import Chunks, Pager

_NOTES = ("注：以上数据截至12月31日。", "（续表）", "注：第（一）项指《条例》第20条规定的内容。")
_STRAY = ("\u200b", "\uf0b7", "\x07", "\x0b", "\ufeff", "\u00a0", "\x00")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be")


def between_rows(chunks: Chunks, dice: Dice, pager: Pager) -> Chunks:
    """The rows with a page mark, a remark or a form feed between two of them, or with empty lines between all.

    Nothing is put before the third row or after the last one.
    """
    if len(chunks) < 8 or not dice.chance(0.25):
        return chunks
    places = {dice.number(3, len(chunks) - 1)}
    if len(chunks) > 20 and dice.chance(0.2):
        places.add(dice.number(3, len(chunks) - 1))
    result: Chunks = []
    for number, chunk in enumerate(chunks):
        if number in places:
            mark = dice.vary(pager.mark(), "\f", *_NOTES, p=0.25)
            result.append([mark] if not dice.chance(0.3) else ["", mark, ""])
        result.append(chunk)
    if dice.chance(0.1):
        result = [line for chunk in result for line in (chunk, [""])][:-1]
    return result


def stray_characters(text: str, dice: Dice) -> str:
    """A control character, a zero width blank or a private character of Word somewhere, but not at a number."""
    if not dice.chance(0.006) or len(text) < 4:
        return text
    place = dice.number(1, len(text) - 1)
    if text[place - 1].isdigit() or text[place].isdigit():
        return text
    return text[:place] + dice.pick(_STRAY) + text[place:]


def line_ends(text: str, dice: Dice) -> str:
    """CRLF instead of LF in some reports, form feeds and blanks at line ends in a few."""
    if dice.chance(0.05):
        text = text.replace("\n", " \n")
    return text.replace("\n", "\r\n") if dice.chance(0.15) else text


def choose_encoding(dice: Dice) -> str:
    """Mostly UTF-8."""
    return dice.vary(
        "utf-8", "utf-8-sig", "utf-8-sig", "gb18030", "gb18030", "gb18030", "utf-16-le", "utf-16-be", p=0.22
    )


def encode(text: str, encoding: str, dice: Dice, *, html: bool = False) -> bytes:
    """The bytes of a report, UTF-16 with its mark; an HTML page declares its charset, or the usual wrong one."""
    if html:
        declared = "utf-8" if encoding.startswith("utf-8") else dice.pick(["gb2312", "gbk", "GB18030"])
        if encoding.startswith("utf-16"):
            declared = "utf-16"
        meta = f'<meta charset="{declared}">'
        if dice.chance(0.4):
            meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}" />'
        if encoding == "utf-8" and dice.chance(0.1):
            meta = ""
        if encoding == "gb18030" and dice.chance(0.05):
            meta = '<meta charset="utf-8">'
        text = text.replace('<meta charset="utf-8">', meta, 1)
    if encoding.startswith("utf-16"):
        return ("\ufeff" + text).encode(encoding)
    return text.encode(encoding)
