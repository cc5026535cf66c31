"""PDF files of a few objects, written by hand: what they print is known to the point."""

from collections.abc import Sequence

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def pdf(objects: Sequence[bytes]) -> bytes:
    """A file of these objects, the first of which is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    )


def pages(*contents: bytes, entries: bytes = b"", font: bytes = _FONT, more: Sequence[bytes] = ()) -> bytes:
    """A file with a page of A4 for each content; ``entries`` are more entries of the pages, ``more`` further objects.

    The first of those is number 4.
    """
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)),
        font,
        *more,
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R%s>>" % (first + 2 * number + 1, entries)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    return pdf(objects)


def text(x: float, y: float, words: str, before: str = "", size: float = 12) -> bytes:
    """Words that begin at a point; ``before`` are operators of their own."""
    return f"BT {before} /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET\n".encode()


def grid(xs: Sequence[float], ys: Sequence[float]) -> bytes:
    """Rules across at each y and down at each x."""
    across = "".join(f"{xs[0]} {y} m {xs[-1]} {y} l S\n" for y in ys)
    return (across + "".join(f"{x} {ys[0]} m {x} {ys[-1]} l S\n" for x in xs)).encode()
