"""Whether what pages show can be read as text: not where it is a picture, nor where its fonts code shapes.

Belongs here: the reasons to refuse a document of pages for what its characters are.
"""

from collections.abc import Sequence

from pipeline.reader.formats.pages import scan
from pipeline.reader.formats.pages.content import Glyph, PageContent
from pipeline.sources.fetch import RejectedError

#: A page without text is a scan if a picture covers as much of it; less is a seal or an ornament.
_LEAST_OF_SCAN = 0.3
#: The kinds of documents whose pictures are read where OCR is installed.
_READ_BY_OCR = {"PDF"}
#: Most of a page's characters that may be unknown where the rest is read: a bullet, a sign of a drawing.
_MOST_UNKNOWN = 0.02
#: In real reports nineteen Chinese characters in twenty are among the commonest; of shapes taken for characters few.
_LEAST_COMMON, _LEAST_CHARACTERS = 0.75, 30


def check(pages: Sequence[PageContent], kind: str) -> None:
    """Refuse what cannot be read.

    Raises:
        RejectedError: needs_ocr or unreadable_text.
    """
    is_printed = any(page.glyphs for page in pages)
    if found := scans(pages):
        hint = f"; to read it from the picture, install OCR: {scan.INSTALL}" if kind in _READ_BY_OCR else ""
        if not is_printed and not any(map(_is_picture, pages)):
            raise RejectedError("needs_ocr", f"the {kind} has no text on any page; what it shows is drawn{hint}")
        which = "all pages" if len(found) == len(pages) else f"page {', '.join(map(str, found[:10]))}"
        raise RejectedError("needs_ocr", f"a scan: {which} of the {kind} have no text, only a picture of it{hint}")
    seen = [glyph for page in pages if page.is_seen for glyph in page.glyphs]
    if not is_printed or _common(seen) < _LEAST_COMMON:
        raise RejectedError("needs_ocr", f"a scan: what is read from the pictures of the {kind} is no text")
    glyphs = [glyph for page in pages if not page.is_seen for glyph in page.glyphs]
    unknown = sum(page.unmapped for page in pages) + sum(_is_private(glyph.text) for glyph in glyphs)
    if unknown > len(glyphs) * _MOST_UNKNOWN:
        raise RejectedError(
            "unreadable_text", f"the fonts of the {kind} do not say which characters {unknown} of {len(glyphs)} are"
        )
    share = _common(glyphs)
    if share < _LEAST_COMMON:
        raise RejectedError(
            "unreadable_text", f"the fonts of the {kind} code shapes: only {share:.0%} of its characters are in use"
        )


def scans(pages: Sequence[PageContent]) -> list[int]:
    """The numbers of the pages that are nothing but a picture of text; all of them, if no page has any text."""
    own = [page for page in pages if not page.is_seen]
    if not any(page.glyphs for page in pages):
        return [page.number for page in own]
    return [page.number for page in own if _is_picture(page)]


def _is_picture(page: PageContent) -> bool:
    return not _has_text(page) and (page.pictures >= _LEAST_OF_SCAN or page.hidden > 0)


def _is_private(text: str) -> bool:
    """Whether a character is none that a font must know: for private use, or a control."""
    code = ord(text[0])
    return 0xE000 <= code <= 0xF8FF or code >= 0xF0000 or (code < 0x20 and code != 0x09)


def _has_text(page: PageContent) -> bool:
    return any(not glyph.text.isspace() for glyph in page.glyphs)


def _common(glyphs: Sequence[Glyph]) -> float:
    """The share of Chinese characters that are in common use: on the first level of GB 2312 or of Big5."""
    han = [glyph.text for glyph in glyphs if "\u3400" <= glyph.text <= "\u9fff"]
    if len(han) < _LEAST_CHARACTERS:
        return 1.0
    common = {text: _is_common(text) for text in set(han)}
    return sum(common[text] for text in han) / len(han)


def _is_common(text: str) -> bool:
    simplified, traditional = text.encode("gb2312", "ignore"), text.encode("big5", "ignore")
    return (len(simplified) == 2 and 0xB0 <= simplified[0] <= 0xD7) or (
        len(traditional) == 2 and 0xA4 <= traditional[0] <= 0xC6
    )
