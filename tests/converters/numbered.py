"""A .docx whose headings and labels have automatic numbers: Word shows them, and they are no part of the text."""

import re
import zipfile
from io import BytesIO

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
#: Digits of the numbers that are made automatic, and the format and text of each kind.
_CHINESE = "一二三四五六七八九"
_KINDS = (
    (re.compile(rf"([{_CHINESE}])、"), "chineseCounting", "%1、"),
    (re.compile(rf"（([{_CHINESE}])）"), "chineseCounting", "（%1）"),
    (re.compile(r"([1-9])\."), "decimal", "%1."),
)
_PARAGRAPH = re.compile(
    r"<w:p><w:pPr>(?P<properties>(?:(?!</w:p>).)*?)</w:pPr>(?P<before><w:r>.*?<w:t [^>]*>)(?P<text>[^<]*)"
)


def with_automatic_numbers(docx: bytes, suffix: str = "nothing") -> bytes:
    """The document with a list for each number that a paragraph begins with; ``suffix`` is what Word sets behind it."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    starts: list[tuple[int, int]] = []

    def replaced(match: re.Match[str]) -> str:
        for kind, (pattern, _, _) in enumerate(_KINDS):
            if number := pattern.match(match["text"]):
                starts.append((kind, int(number[1]) if number[1].isascii() else _CHINESE.index(number[1]) + 1))
                listed = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{len(starts)}"/></w:numPr>'
                rest = match["text"][number.end() :]
                return f"<w:p><w:pPr>{listed}{match['properties']}</w:pPr>{match['before']}{rest}"
        return match[0]

    files["word/document.xml"] = _PARAGRAPH.sub(replaced, files["word/document.xml"])
    levels = "".join(
        f'<w:abstractNum w:abstractNumId="{kind}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        for kind, (_, form, text) in enumerate(_KINDS)
    )
    numbers = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="{kind}"/><w:lvlOverride w:ilvl="0">'
        f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        for at, (kind, start) in enumerate(starts, 1)
    )
    files["word/numbering.xml"] = f'<w:numbering xmlns:w="{_W}">{levels}{numbers}</w:numbering>'
    for name, end, addition in (
        (
            "word/_rels/document.xml.rels",
            "</Rel",
            f'<Relationship Id="rId9" Type="{_RELATION}" Target="numbering.xml"/>',
        ),
        ("[Content_Types].xml", "</Types", f'<Override PartName="/word/numbering.xml" ContentType="{_TYPE}"/>'),
    ):
        files[name] = files[name].replace(end, addition + end)
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()
