"""PDF files that programs wrote: their characters and lines, read by PDFium.

Refused is what cannot be read for certain: locked and cut files, fonts that code shapes. Pages that are pictures are
read by OCR (``scan``) where it is installed, and marked as such; else they are refused, too.

Belongs here: whether a file can be read at all. What a page shows is ``pdf_content``'s, what that makes is
``layout``'s.
"""

from pipeline.reader.document import Document
from pipeline.reader.formats.pages import layout, pdf_damage, readable, scan
from pipeline.reader.formats.pages.content import Bounds, PageContent
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

NAME = "pdf"
SUFFIXES = frozenset({".pdf"})
IS_DOCUMENT = True

_MAGIC = b"%PDF-"
#: So far from its begin and its end a file may have something else before and behind the PDF.
_MOST_BEFORE, _MOST_BEHIND = 1024, 4096
_NOT_INSTALLED = "PDF files are read by pypdfium2; install it with: pip install 'ogi-warehouse[documents]'"
#: PDFium's number for a file that needs a password, and for one whose lock it does not know.
_LOCKED = {4, 5}


def claims(file: RawFile) -> bool:
    """Whether a file is a PDF, whatever it is called."""
    return _MAGIC in file.data[:_MOST_BEFORE] and not file.data[:_MOST_BEFORE].lstrip().startswith(b"<")


def read(file: RawFile) -> Document:
    """The document of a PDF.

    Raises:
        RejectedError: unsupported_format, encrypted, damaged_document, too_large, needs_ocr or unreadable_text.
    """
    pages = _pages(file.data)
    readable.check(pages, "PDF")
    return layout.document(pages, reader="pdfium+ocr" if any(page.is_seen for page in pages) else "pdfium")


def _pages(data: bytes) -> list[PageContent]:
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError as error:
        raise RejectedError("unsupported_format", _NOT_INSTALLED) from error

    from pipeline.reader.formats.pages.pdf_content import page_content

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in _LOCKED:
            raise RejectedError("encrypted", "the PDF opens with a password only") from error
        raise RejectedError("damaged_document", f"no PDF that can be read: {error}") from error
    try:
        if b"%%EOF" not in data[-_MOST_BEHIND:]:
            raise RejectedError("damaged_document", "the PDF is cut off: its end is missing")
        bounds = Bounds(len(pdf))
        pdf_damage.check(data)
        found = []
        for index in range(len(pdf)):
            try:
                page = pdf[index]
            except pypdfium2.PdfiumError as error:
                raise RejectedError("damaged_document", f"page {index + 1} of the PDF cannot be read") from error
            found.append(page_content(raw, page.raw, index + 1, bounds))
            page.close()
        scans = readable.scans(found) if scan.is_installed() else []
        for number in scans:
            found[number - 1] = scan.page_content(pdf[number - 1], found[number - 1], bounds)
        return found
    finally:
        pdf.close()
