"""Word documents written by hand, part by part: what a test says of WordprocessingML, and nothing else."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = " ".join(
    (
        f'xmlns:w="{TRANSITIONAL}"',
        f'xmlns:r="{RELATIONS}"',
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
    )
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/></Types>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></cp:coreProperties>'
)


def document(body: str) -> str:
    """The main part with a body."""
    return f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"


def part(root: str, content: str) -> str:
    """Another part of Word's: styles, numbering, footnotes, endnotes."""
    return f"<w:{root} {NAMESPACES}>{content}</w:{root}>"


def docx(body: str = "", **parts: str) -> bytes:
    """A file with a body and other parts by the last word of their relation, as ``styles='<w:styles …>'``."""
    relations = "".join(f'<Relationship Id="r{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>' for name in parts)
    files: dict[str, str | bytes] = {
        "word/document.xml": document(body),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    for name, content in parts.items():
        files[f"word/{name}.xml"] = content
    return package(files)


def package(files: Mapping[str, str | bytes], main: str = "word/document.xml") -> bytes:
    """A file of these parts, with the list of types and the relation to the main part where they are not given."""
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="{main}"/>'
            f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>'
        ),
    } | dict(files)
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return data.getvalue()


def run(text: str, properties: str = "") -> str:
    """A run with a text."""
    return f'<w:r>{properties and f"<w:rPr>{properties}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content: str = "", properties: str = "") -> str:
    """A paragraph: of a text, or of whatever elements begin with ``<``."""
    inner = content if content.startswith("<") or not content else run(content)
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{inner}</w:p>"


def cell(content: str = "", properties: str = "") -> str:
    """A cell: of a text, or of whatever blocks begin with ``<w:p``, ``<w:tbl`` or ``<w:sdt``."""
    inner = content if content.startswith(("<w:p", "<w:tbl", "<w:sdt")) else paragraph(content)
    return f"<w:tc>{properties and f'<w:tcPr>{properties}</w:tcPr>'}{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row: a cell of each text, and cells that are written out."""
    inner = "".join(each if each.startswith(("<w:tc", "<w:sdt")) else cell(each) for each in cells)
    return f"<w:tr>{properties and f'<w:trPr>{properties}</w:trPr>'}{inner}</w:tr>"


def table(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"
