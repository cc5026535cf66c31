"""Tables whose format itself says where a cell begins and ends: the names of their rows' layouts.

Belongs here: the names that the matcher asks for. Formats that know their cells are in ``reader.formats``.
"""

#: Rows of a page's table.
HTML = "html"
#: Rows of a table of a document: PDF, Word, OFD, a sheet.
DOCUMENT = "document"
#: Rows that have a cell for each that stands in the table.
NAMES = frozenset({HTML, DOCUMENT})
