"""What the layouts made from PDF files have in common: wrapping, and a canvas on which cells are placed."""

_NOT_FIRST = "，。、；：）)”》！？,;:"


def wrap(text: str, width: int) -> list[str]:
    """Cut a text to lines of `width` characters; punctuation hangs over, and numbers stay whole."""
    lines = []
    start = 0
    while start < len(text):
        end = start + width
        while end < len(text) and text[end] in _NOT_FIRST:
            end += 1
        cut = end
        while start < cut < len(text) and text[cut].isascii() and text[cut - 1].isascii() and text[cut].isalnum():
            cut -= 1
        end = cut if cut > start else end
        lines.append(text[start:end].strip())
        start = end
    return lines


class Canvas:
    """A page of characters; pdftotext counts a Chinese character like any other, and so does this."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []

    def put(self, left: int, top: int, text: str) -> None:
        """Write a text; what stood there before is an error of the layout."""
        while len(self.rows) <= top:
            self.rows.append([])
        row = self.rows[top]
        row.extend(" " * (left + len(text) - len(row)))
        if any(char != " " for char in row[max(0, left - 1) : left + len(text) + 1]):
            raise ValueError(f"{text!r} does not fit at {left} into {''.join(row)!r}")
        row[left : left + len(text)] = text

    def centred(self, middle: int, top: int, text: str) -> None:
        """Write a text around a column."""
        self.put(max(0, middle - len(text) // 2), top, text)

    def lines(self) -> list[str]:
        """The page as text."""
        return ["".join(row).rstrip() for row in self.rows]
