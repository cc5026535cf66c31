"""OFD files (GB/T 33190), the official format of Chinese documents: a ZIP archive of XML.

Belongs here: which pages there are, and whether they can be read at all. What a page shows is ``ofd_content``'s, what
that makes is ``layout``'s.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.reader.document import Document
from pipeline.reader.formats.pages import layout, ofd_package, readable
from pipeline.reader.formats.pages.content import Bounds, PageContent
from pipeline.reader.formats.pages.ofd_content import POINTS, PageReader, child, local, numbers
from pipeline.reader.formats.pages.ofd_package import Package
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

NAME = "ofd"
SUFFIXES = frozenset({".ofd"})
IS_DOCUMENT = True

#: A4, where nothing says how large a page is.
_A4 = (0.0, 0.0, 210.0, 297.0)


def claims(file: RawFile) -> bool:
    """Whether a file is an OFD, whatever it is called."""
    return ofd_package.is_ofd(file.data)


def read(file: RawFile) -> Document:
    """The document of an OFD.

    Raises:
        RejectedError: unsupported_format, encrypted, damaged_document, too_large, needs_ocr or unreadable_text.
    """
    package = Package(file.data)
    try:
        pages = _pages(package)
    except (ValueError, OverflowError) as error:
        raise RejectedError("damaged_document", f"a number in the OFD is none: {error}") from error
    readable.check(pages, "OFD")
    return layout.document(pages, reader="ofd")


def _pages(package: Package) -> list[PageContent]:
    documents = list(_documents(package))
    named = [(name, root, page) for name, root in documents for page in _named(root, "Pages", "Page")]
    limits = Bounds(len(named))
    if not named:
        raise RejectedError("damaged_document", "the OFD names no page")
    return [_page(package, number, name, root, page, limits) for number, (name, root, page) in enumerate(named, 1)]


def _documents(package: Package) -> Iterator[tuple[str, Any]]:
    """The documents of a file, nearly always one: its name and its root."""
    for body in package.xml("OFD.xml"):
        location = child(body, "DocRoot") if local(body) == "DocBody" else None
        if location is not None:
            name = _find(package, location.text or "", "OFD.xml")
            yield name, package.xml(name)


def _page(package: Package, number: int, document: str, root: Any, page: Any, limits: Bounds) -> PageContent:
    common = child(root, "CommonData")
    common = root if common is None else common
    own = package.xml(_find(package, page.get("BaseLoc") or "", document))
    inner = child(own, "Content")
    # Some programs write a page's area into its content.
    areas = (child(own, "Area"), child(inner, "PageArea") if inner is not None else None, child(common, "PageArea"))
    _, _, wide, high = next((size for size in map(_size, areas) if size), _A4)
    content = PageContent(number, wide * POINTS, high * POINTS)
    reader = PageReader(content, limits)
    templates = {each.get("ID"): each for each in common if local(each) == "TemplatePage"}
    for each in own:
        template = templates.get(each.get("TemplateID")) if local(each) == "Template" else None
        if template is not None:
            reader.add(package.xml(_find(package, template.get("BaseLoc") or "", document)))
    reader.add(own)
    return content


def _size(area: Any) -> tuple[float, float, float, float] | None:
    box = child(area, "PhysicalBox") if area is not None else None
    found = numbers(box.text) if box is not None else []
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 else None


def _named(root: Any, group: str, name: str) -> list[Any]:
    parent = child(root, group)
    return [each for each in parent if local(each) == name] if parent is not None else []


def _find(package: Package, location: str, beside: str) -> str:
    name = package.find(location, beside)
    if name is None:
        raise RejectedError("damaged_document", f"the OFD has no {location!r}, which it names")
    return name
