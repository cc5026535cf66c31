"""Rows of cells as text: with tabs, as Markdown pipes, or as pandas writes a frame."""

from collections.abc import Sequence

import pandas

Rows = Sequence[Sequence[str | None]]


def flat(cell: str | None) -> str:
    """A cell's text on one line, the pieces of a wrapped word together again."""
    return "".join((cell or "").split("\n")).strip()


def tabs(rows: Rows) -> str:
    """A row a line, a tab between cells."""
    return "\n".join("\t".join(flat(cell) for cell in row) for row in rows)


def pipes(rows: Rows) -> str:
    """Markdown; the first row is the head."""
    lines = ["| " + " | ".join(flat(cell) for cell in row) + " |" for row in rows]
    if lines:
        lines.insert(1, "|" + " --- |" * max(len(row) for row in rows))
    return "\n".join(lines)


def frame(rows: Rows) -> pandas.DataFrame:
    """A frame; None stays None, as in what pdfplumber gives for a place that a span covers."""
    return pandas.DataFrame([[cell if cell is None else flat(cell) for cell in row] for row in rows])


def frame_with_head(rows: Rows) -> pandas.DataFrame:
    """A frame whose columns are named by the first row."""
    made = frame(rows)
    made.columns = [str(name or "") for name in made.iloc[0]]
    return made.iloc[1:]


#: What a frame becomes: pandas's own writers, with and without the index.
FRAMES = {
    "markdown": lambda rows: frame(rows).to_markdown(),
    "markdown_head": lambda rows: frame_with_head(rows).to_markdown(index=False),
    "csv": lambda rows: frame(rows).to_csv(index=False, header=False),
    "string": lambda rows: frame(rows).to_string(),
}
