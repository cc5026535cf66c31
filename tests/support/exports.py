"""What the tests of exports share: texts as no report should have them, and ways to look at files."""

import json
from pathlib import Path
from typing import Any

from pipeline.export.build import export
from pipeline.warehouse.connection import connect
from tests.support.workspace import Place

FORMATS = ["parquet", "csv", "xlsx"]
AGENCY = "0123456789012345"  # an id of digits alone, as one in two thousand is
#: Texts as no report should have them, and what stands in the CSV for each.
NASTY = {
    "=1+1": "'=1+1",
    "+A1": "'+A1",
    "@SUM(A1:A9)": "'@SUM(A1:A9)",
    "-2+3": "'-2+3",
    "  =1+1": "'  =1+1",
    "\t=1": "'\t=1",
    "\ttab": "'\ttab",
    "\rreturn": "'\rreturn",
    "\nline": "'\nline",
    "＝1＋1": "'＝1＋1",
    "＠全角": "'＠全角",
    "\u3000－1": "'\u3000－1",
    "'=1": "''=1",
    "''-1": "'''-1",
    "'quoted'": "'quoted'",
    "a=1": "a=1",
    "—": "—",
    "": "",
    " lead and trail ": " lead and trail ",
    "a,b;c": "a,b;c",
    'say "no"': 'say "no"',
    '"': '"',
    '","': '","',
    "one\r\ntwo\nthree\rfour": "one\r\ntwo\nthree\rfour",
    "𠮷野家 日本語 汉字 🀄": "𠮷野家 日本語 汉字 🀄",
    "\ufeffmark": "\ufeffmark",
    "NULL": "NULL",
    "\\N": "\\N",
    "_x000D_ _x0041_": "_x000D_ _x0041_",
    "bell\x07 form\x0c nul\x00.": "bell\x07 form\x0c nul\x00.",
    "no letter \ufffe \uffff": "no letter \ufffe \uffff",
    "TRUE": "TRUE",
    "007": "007",
    "1e5": "1e5",
    "2024-01-01": "2024-01-01",
    '=HYPERLINK("http://example.org","x")': '\'=HYPERLINK("http://example.org","x")',
    "<b>&amp;</b>": "<b>&amp;</b>",
    "长" * 40_000: "长" * 40_000,
    "𠮷" * 20_000: "𠮷" * 20_000,
    "=" + "x\n" * 20_000: "'=" + "x\n" * 20_000,
}


def done(of: Place, folder: Path, kind: str) -> dict[str, Any]:
    """Export and return the descriptor."""
    with connect(of.settings.warehouse) as con:
        export(con, folder, kind)
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def names(of: Place) -> list[str]:
    return [
        row[0] for row in of.query("SELECT DISTINCT table_name FROM duckdb_columns() WHERE NOT internal ORDER BY 1")
    ]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def by_row(rows: Any) -> list[str]:
    """Rows in an order that does not depend on theirs."""
    return sorted(repr(tuple(row)) for row in rows)
