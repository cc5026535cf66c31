"""Flattened rows, as ``pdftotext -raw`` writes them: a label and its numbers with single blanks between."""

import re

from pipeline.document import Row

NAME = "flat"

_NUMBER = r"(?:[+-]?\d[\d,]*(?:\.\d+)?|[-—/])"
_ROW = re.compile(rf"(?P<label>.*?[^\s\d.,+\-—/])?(?P<numbers>(?:(?:^|\s+){_NUMBER})+)")


def row(line: str, number: int) -> Row | None:
    """The label and the numbers of a line that ends in numbers parted by blanks."""
    stripped = line.strip()
    if not stripped or not ("0" <= stripped[-1] <= "9" or stripped[-1] in "-—/") or " " not in stripped:
        return None
    match = _ROW.fullmatch(stripped)
    if match is None:
        return None
    label = [match["label"].strip()] if match["label"] else []
    return Row(number, label + match["numbers"].split(), NAME)
