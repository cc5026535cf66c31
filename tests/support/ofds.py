"""OFD files of a few objects, written by hand: what they print is known to the point."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def package(files: Mapping[str, str | bytes]) -> bytes:
    """An archive of these files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def files(*pages: str, common: str = "", prefix: str = "") -> dict[str, str | bytes]:
    """The files of a document with these pages of A4; ``prefix`` stands before the names that its files name."""
    named = "".join(f'<ofd:Page ID="{n}" BaseLoc="{prefix}Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    made: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {_SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData><ofd:Pages>{named}</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        made[f"Doc_0/Pages/Page_{number}/Content.xml"] = content(page)
    return made


def content(layer: str, more: str = "") -> str:
    """A page with this layer."""
    return f"<ofd:Page {_SPACE}>{more}<ofd:Content><ofd:Layer ID='1'>{layer}</ofd:Layer></ofd:Content></ofd:Page>"


def text(x: float, y: float, words: str, attributes: str = "", deltas: str = "", inner: str = "", size: int = 4) -> str:
    """Words whose base line is ``size`` below the point, in millimetres."""
    steps = deltas or f"g {len(words) - 1} {size}"
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} 150 9" Size="{size}" {attributes}>{inner}'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{steps}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def path(x: float, y: float, data: str, attributes: str = "", inner: str = "") -> str:
    """A path whose coordinates begin at a point."""
    return (
        f'<ofd:PathObject ID="9" Boundary="{x} {y} 200 200" {attributes}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )
