"""Damage inside a PDF: streams that do not unpack. PDFium shows what comes before and says nothing of the rest.

Belongs here: whether the packed text of pages is whole. Fonts and pictures are not looked at: what is wrong with them
changes no character.
"""

import re
import zlib

from pipeline.sources.fetch import RejectedError

#: A stream that is packed, with what its dictionary says of it.
_PACKED = re.compile(rb"obj\b(?P<said>[^\x00]{0,2000}?)\bstream\r?\n", re.DOTALL)
#: What the dictionaries of fonts, pictures, colours and descriptions of the file have; and of streams packed otherwise.
_NOT_TEXT = re.compile(
    rb"/Length[123]\b|/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType|XML)|/Alternate\b|/FunctionType\b"
)
_FLATE = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\s*\]?\s*(?![\s\[]*/(?:[A-Z]\w*Decode))")
#: The pages of the longest real reports unpack to 5 MB.
_MOST_UNPACKED = 200_000_000
_PIECE, _UNPACKED_PIECE = 1 << 14, 1 << 20


def check(data: bytes) -> None:
    """Look at the packed streams of a PDF that is not locked.

    Raises:
        RejectedError: damaged_document or too_large.
    """
    if b"/Encrypt" in data:
        return  # packed first and locked then
    left = _MOST_UNPACKED
    for match in _PACKED.finditer(data):
        said = match["said"].rpartition(b"obj")[2]
        if _FLATE.search(said) and not _NOT_TEXT.search(said):
            left -= _unpacked(data, match.end(), left)


def _unpacked(data: bytes, begin: int, most: int) -> int:
    """How many bytes a stream unpacks to."""
    unpacker = zlib.decompressobj()
    whole, at, size, rest = memoryview(data), begin, 0, b""
    try:
        while not unpacker.eof and (rest or at < len(data)):
            if not rest:
                rest, at = bytes(whole[at : at + _PIECE]), at + _PIECE
            size += len(unpacker.decompress(rest, _UNPACKED_PIECE))
            rest = unpacker.unconsumed_tail
            if size > most:
                raise RejectedError("too_large", f"the PDF unpacks to more than {_MOST_UNPACKED} bytes")
    except zlib.error as error:
        raise RejectedError("damaged_document", f"a stream of the PDF, from byte {begin} on, is damaged") from error
    if not unpacker.eof:
        raise RejectedError("damaged_document", f"a stream of the PDF, from byte {begin} on, is cut off")
    return size
