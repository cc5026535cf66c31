"""Tab rows: a table row a line, cells between tabs, ragged at both ends."""

from pipeline.reader.document import Row

NAME = "tabs"


def row(line: str, number: int) -> Row | None:
    """The cells of a line that has a tab in it."""
    if "\t" not in line:
        return None
    cells = [cell.strip() for cell in line.split("\t")]
    return Row(number, cells, NAME)
