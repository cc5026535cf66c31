"""manifest.csv, agencies.csv and waivers.csv as LibreOffice saves them, from cells as people fill them in."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Place
from tests.support.workspace import SeedText

#: LibreOffice's numbers of character sets, and of separators.
CHARACTER_SETS = {"UTF-8": 76, "UTF-16": 65535, "GBK": 67}
SEPARATORS = {"comma": 44, "tab": 9, "semicolon": 59}
COLUMNS = ["file", "agency", "year", "published", "note"]
ROWS = [
    ["a.txt", "红旗区甲局", "2024", "2025-01-03", "第一行，\n第二行"],
    ["b.txt", "红旗区乙局", "2024", "2025-01-03", ""],
    ["c.txt", "红旗区丙局", "twenty", "soon", ""],
]


def saved(folder: Path, character_set: str, separator: str) -> bytes:
    """The manifest, opened as a spreadsheet with a column of dates and saved as CSV with what its cells show."""
    with (folder / "cells.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *ROWS])
    profile = f"-env:UserInstallation=file://{folder}/profile"
    # The fourth column becomes dates (year, month, day), which the spreadsheet shows its own way.
    convert(folder, profile, "ods", "cells.csv", "CSV:44,34,76,1,1/2/2/2/3/2/4/5/5/2,2052")
    (folder / "cells.csv").unlink()
    target = (
        f"csv:Text - txt - csv (StarCalc):{SEPARATORS[separator]},34,{CHARACTER_SETS[character_set]},1,,2052,false,true"
    )
    convert(folder, profile, target, "cells.ods")
    return (folder / "cells.csv").read_bytes()


def convert(folder: Path, profile: str, target: str, name: str, source: str = "") -> None:
    infilter = [f"--infilter={source}"] if source else []
    done = subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            *infilter,
            "--convert-to",
            target,
            "--outdir",
            str(folder),
            str(folder / name),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("character_set", "separator"), [("UTF-8", "comma"), ("GBK", "semicolon"), ("UTF-16", "tab")])
def test_a_manifest_as_a_spreadsheet_saves_it(
    place: Place, seed_text: SeedText, tmp_path: Path, character_set: str, separator: str
) -> None:
    folder = tmp_path / "spreadsheet"
    folder.mkdir()
    data = saved(folder, character_set, separator)
    if character_set == "GBK":
        assert "红旗区甲局".encode("gbk") in data
    for number, name in enumerate(["a.txt", "b.txt", "c.txt"]):
        place.put(name, seed_text(number))
    place.put("manifest.csv", data)
    place.ingest()
    assert place.query(
        "SELECT source_file, name, year, published::VARCHAR "
        "FROM dim_report JOIN dim_agency USING (agency_id) ORDER BY 1"
    ) == [
        ("a.txt", "红旗区甲局", 2024, "2025-01-03"),
        ("b.txt", "红旗区乙局", 2024, "2025-01-03"),
        ("c.txt", "红旗区丙局", 2025, None),
    ]
    assert place.query("SELECT source_file, source_line, column_name, actual FROM sidecar_issue ORDER BY ALL") == [
        ("manifest.csv", 5, "published", "soon"),
        ("manifest.csv", 5, "year", "twenty"),
    ]
