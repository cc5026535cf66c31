"""One cell a line; also prose, of which the matcher takes no notice. Takes every line."""

from pipeline.reader.document import Row

NAME = "lines"


def row(line: str, number: int) -> Row:
    """The line as one cell; no cell when it is empty."""
    stripped = line.strip()
    return Row(number, [stripped] if stripped else [], NAME)
