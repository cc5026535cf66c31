"""Exports as Parquet and CSV, their descriptor and documents: what was written is what the warehouse has.

The files are read here by other means than the export's own: Polars, Arrow, Python's csv. The workbook is in
``test_export_xlsx``, how an export takes its place in ``test_export_folder``.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from pipeline import __version__
from pipeline.export import about, build, delimited, dictionary, parquet
from pipeline.export.errors import ExportError
from pipeline.export.glossary import terms
from pipeline.export.relations import Relation, relations
from pipeline.export.run_record import run_record
from pipeline.warehouse.connection import connect
from schemas.labels import label
from tests.conftest import Place
from tests.support.exports import AGENCY, FORMATS, NASTY, by_row, done, names

pytest_plugins = ["tests.support.export_places"]


def test_no_table_of_the_broad_warehouse_is_empty(broad: Place) -> None:
    assert [name for name in names(broad) if broad.query(f"SELECT count(*) FROM {name}") == [(0,)]] == []


# Parquet


@pytest.mark.parametrize("which", ["nasty", "broad"])
def test_parquet_is_read_by_polars_as_the_warehouse_has_it(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    of: Place = request.getfixturevalue(which)
    done(of, tmp_path / "out", "parquet")
    for name in names(of):
        columns = of.query(f"SELECT column_name FROM (DESCRIBE {name})")
        by_year = ("year",) in columns and name != "rejected_report"
        path = tmp_path / "out" / (name if by_year else f"{name}.parquet")
        frame = pl.scan_parquet(path, hive_partitioning=path.is_dir()).collect()
        order = [column for (column,) in columns]
        assert set(frame.columns) == set(order)
        assert by_row(frame.select(order).rows()) == by_row(of.query(f"FROM {name}")), name


def test_parquet_keeps_types_and_comments(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "parquet")
    schema = pq.read_schema(tmp_path / "fact_proactive_disclosure" / "year=2024" / "part-0.parquet")
    assert [str(kind) for kind in schema.types] == ["string", "string", "string", "decimal128(18, 6)", "int32"]
    schema = pq.read_schema(tmp_path / "fact_application_handling" / "year=2024" / "part-0.parquet")
    assert str(schema.field("value_lines").type) == "list<element: int32>"
    assert str(schema.field("total").type) == "int64"
    said = {key.decode(): text.decode() for key, text in schema.metadata.items()}
    assert said["title"] == "申请办理情况"
    assert said["description"].startswith("收到和处理政府信息公开申请情况. Grain:")
    columns = json.loads(said["columns"])
    assert columns["natural_person"]["title"] == "自然人"
    assert columns["natural_person"]["unit"] == "件"
    assert columns["natural_person"]["description"].startswith("自然人, applications by natural persons.")


def test_parquet_is_read_as_hive_folders_by_duckdb_and_arrow(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "parquet")
    table = pq.read_table(tmp_path / "rejected_report.parquet")  # Arrow refuses a folder without a year
    assert by_row(zip(*table.select(["source_file", "year"]).to_pydict().values(), strict=True)) == by_row(
        [("a.txt", None), ("b.txt", 2024)]
    )
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/fact_reconsideration/year=2024/*.parquet'").fetchall() == [
        (3,)
    ]
    table = pq.read_table(tmp_path / "fact_reconsideration")  # as pandas reads it
    assert sorted(set(table.column("year").to_pylist())) == [2024, 2025]
    assert table.num_rows == 15
    empty = pq.read_table(tmp_path / "superseded_report")
    assert (empty.num_rows, empty.column_names[:2]) == (0, ["agency_id", "year"])


# CSV


def test_csv_is_read_by_python_as_the_warehouse_has_it(broad: Place, tmp_path: Path) -> None:
    done(broad, tmp_path, "csv")
    for name in names(broad):
        text = (tmp_path / f"{name}.csv").read_text(encoding="utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text, newline=""))
        kinds = dict(broad.query(f"SELECT column_name, column_type FROM (DESCRIBE {name})"))
        assert head == list(kinds)
        assert by_row(rows) == by_row(
            [
                [plain(value, kind) for value, kind in zip(row, kinds.values(), strict=True)]
                for row in broad.query(f"FROM {name}")
            ]
        ), name


def plain(value: Any, kind: str) -> str:
    """A value as the CSV has it, where no formula is near."""
    if value is None:
        return ""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if kind == "VARCHAR" and re.match(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]", value):
        return f"'{value}"
    return str(value)


def test_csv_has_an_apostrophe_before_what_could_run_and_nothing_else(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "csv")
    data = (tmp_path / "report_section.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfagency_id,year,section,heading,text,source_line\n")
    rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row[0] == AGENCY]
    assert [row[4] for row in rows] == list(NASTY.values())
    assert [text for text in (row[4] for row in rows) if text[:1] and text[:1] in "=+-@\t\r\n＝＋－＠"] == []


def test_csv_tells_null_from_an_empty_text_and_leaves_numbers_alone(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "csv")
    lines = (tmp_path / "report_section.csv").read_text(encoding="utf-8-sig").split("\n")
    place_of_empty = list(NASTY).index("")
    assert f'"{AGENCY}",2024,{place_of_empty},,"",1' in lines  # no heading, and a text of no letter
    assert f'"{AGENCY}",2024,{list(NASTY).index("TRUE")},,"TRUE",1' in lines
    handled = (tmp_path / "fact_application_handling.csv").read_text(encoding="utf-8-sig").split("\n")
    assert (
        f'"{AGENCY}",2024,"new_received",-3,0,,9007199254740993,999999999999999,1000000000000000,7,1,"[1,2]"' in handled
    )
    disclosed = (tmp_path / "fact_proactive_disclosure.csv").read_text(encoding="utf-8-sig").split("\n")
    assert f'"{AGENCY}",2024,"regulation","repealed",-12.500000,3' in disclosed
    assert f'"{AGENCY}",2024,"administrative_fee","amount",123456789012.123456,' in disclosed
    agencies = list(csv.reader((tmp_path / "dim_agency.csv").read_text(encoding="utf-8-sig").splitlines()))
    (agency,) = (row for row in agencies if row[0] == AGENCY)
    assert agency[:4] == [AGENCY, "'=1+1", '["=1","","a\\"b","c,d","\\\\","𠮷","[1, 2]"]', "004107"]


def test_csv_stands_in_the_order_of_the_form(seeds: Place, tmp_path: Path) -> None:
    done(seeds, tmp_path, "csv")
    rows = list(csv.reader((tmp_path / "fact_application_handling.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[2] for row in rows[1:5]] == ["new_received", "carried_over", "granted", "partially_granted"]
    rows = list(csv.reader((tmp_path / "dim_application_item.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:4]] == ["new_received", "carried_over", "granted"]
    rows = list(csv.reader((tmp_path / "fact_proactive_disclosure.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[3] for row in rows[1:4]] == ["issued", "repealed", "in_force"]


# Damage


def damaged_parquet(monkeypatch: pytest.MonkeyPatch, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    real = parquet._write

    def write(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> Any:
        parts = real(con, relation, folder)
        if relation.name == "fact_reconsideration":
            path = folder / parts[0].path
            change(pl.read_parquet(path, hive_partitioning=False)).write_parquet(path)
        return parts

    monkeypatch.setattr(parquet, "_write", write)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda frame: frame.with_columns(pl.col("total") + 1), "rows read back differ"),
        (lambda frame: frame.with_columns(pl.lit(None, pl.Int64).alias("pending")), "rows read back differ"),
        (lambda frame: frame.head(2), "rows read back differ"),
        (lambda frame: pl.concat([frame, frame.head(1)]), "rows read back differ"),
        (lambda frame: frame.with_columns(pl.col("total").cast(pl.Int32)), "the columns read back are not those"),
        (lambda frame: frame.drop("total"), "the columns read back are not those"),
    ],
)
def test_damaged_parquet_is_noticed(
    seeds: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    says: str,
) -> None:
    damaged_parquet(monkeypatch, change)
    with pytest.raises(ExportError, match=f"fact_reconsideration/.*{says}"):
        done(seeds, tmp_path / "out" / "deep", "parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_parquet_file_that_is_none_any_more_is_noticed(
    seeds: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = parquet._write

    def write(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> Any:
        parts = real(con, relation, folder)
        path = folder / parts[0].path
        path.write_bytes(path.read_bytes()[:-10])
        return parts

    monkeypatch.setattr(parquet, "_write", write)
    with pytest.raises(ExportError, match=r"dim_agency\.parquet: the file cannot be read back"):
        done(seeds, tmp_path, "parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("report_section", b'"\'=1+1"', b'"=1+2"'),
        ("report_section", b'"\'=1+1"', b'"\'=1+2"'),
        ("report_section", b',,"",1\n', b',"","",1\n'),
        ("report_section", b',,"",1\n', b",,,1\n"),
        ("report_section", b"one\r\ntwo", b"one\ntwo"),
        ("report_section", b"agency_id,year", b"year,agency_id"),
        ("report_section", b"\xef\xbb\xbf", b""),
        ("report_section", b'"TRUE"', b'"TRUE'),
        ("report_section", b'"TRUE"', b'"\xff"'),
        ("report_section", b'"TRUE",', b'"TRUE"'),
        ("report_section", b'"TRUE",', b'"TRUE",0,'),
        ("report_section", b'"TRUE",1\n', b'"TRUE",x\n'),
        ("fact_application_handling", b",-3,0,,", b",-3,0,0,"),
        ("fact_application_handling", b"9007199254740993", b"9007199254740992"),
        ("fact_proactive_disclosure", b"0.000001", b"0.000000"),
        ("dim_agency", b'""a\\""b""', b'""ab""'),
        ("dim_report", b"05.123456", b"05.123457"),
    ],
)
def test_damaged_csv_is_noticed(
    nasty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, old: bytes, new: bytes
) -> None:
    real, found = delimited._write, []

    def write(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> Any:
        part = real(con, relation, folder)
        if relation.name == table:
            data = (folder / part.path).read_bytes()
            found.append(old in data)
            (folder / part.path).write_bytes(data.replace(old, new, 1))
        return part

    monkeypatch.setattr(delimited, "_write", write)
    with pytest.raises(ExportError, match=rf"{table}\.csv: "):
        done(nasty, tmp_path, "csv")
    assert found == [True]
    assert list(tmp_path.iterdir()) == []


# The descriptor


@pytest.mark.parametrize("kind", FORMATS)
def test_the_descriptor_follows_the_standard(broad: Place, tmp_path: Path, kind: str) -> None:
    """What https://datapackage.org says of packages, resources, dialects and schemas, by hand."""
    package = done(broad, tmp_path, kind)
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert datetime.fromisoformat(package["created"]).tzinfo is not None
    assert package["version"] == __version__
    assert [licence["name"] for licence in package["licenses"]] == ["notspecified"]
    assert [set(source) for source in package["sources"]] == [{"title"}]
    assert "22 yearly reports" in package["sources"][0]["title"]
    assert [who["title"] for who in package["contributors"]] == ["OGI Warehouse"]
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert len(resources) == len(package["resources"])
    assert set(resources) == set(names(broad))
    known_types = {
        "string",
        "integer",
        "number",
        "boolean",
        "date",
        "datetime",
        "any" if kind == "parquet" else "array",
    }
    for name, resource in resources.items():
        assert re.fullmatch(r"[a-z0-9._-]+", name)
        assert "data" not in resource
        assert (resource["type"], resource["format"]) == ("table", kind)
        listed = [resource] if kind != "parquet" else resource["files"]
        assert resource["path"] == (name if len(listed) > 1 or "=" in listed[0]["path"] else listed[0]["path"])
        if (tmp_path / resource["path"]).is_dir():
            there = [path.relative_to(tmp_path).as_posix() for path in (tmp_path / name).rglob("*.parquet")]
            assert sorted(there) == sorted(file["path"] for file in listed)
        for file in listed:
            assert not file["path"].startswith(("/", ".."))
            assert "\\" not in file["path"]
            data = (tmp_path / file["path"]).read_bytes()
            assert (file["bytes"], file["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        assert resource["rows"] == broad.query(f"SELECT count(*) FROM {name}")[0][0]
        schema = resource["schema"]
        fields = [field["name"] for field in schema["fields"]]
        columns = [row[0] for row in broad.query(f"SELECT column_name FROM (DESCRIBE {name})")]
        if resource["path"] == name:
            columns.sort(key=lambda column: column == "year")  # the folder's name, which readers put last
        assert fields == columns
        assert {field["type"] for field in schema["fields"]} <= known_types
        assert all(field["title"] and field["description"] and field["description_zh"] for field in schema["fields"])
        assert schema["missingValues"] == [""]
        assert set(schema.get("primaryKey", [])) <= set(fields)
        for key in schema.get("foreignKeys", []):
            reference = key["reference"]
            other = resources[reference["resource"]] if "resource" in reference else resource
            assert reference.get("resource") != name
            assert set(key["fields"]) <= set(fields)
            assert set(reference["fields"]) <= {field["name"] for field in other["schema"]["fields"]}
            assert len(key["fields"]) == len(reference["fields"])
    shown = resources["fact_proactive_disclosure"]["schema"]["fields"]
    assert {field["name"]: field.get("unit") for field in shown}["value"] == "按单元格"
    shown = resources["agency_year"]["schema"]["fields"]
    assert {field["name"]: (field["title"], field.get("unit")) for field in shown}["fee_amount"] == (
        "行政事业性收费",
        "万元",
    )


def test_the_descriptor_has_the_columns_and_types_of_the_parquet_files(broad: Place, tmp_path: Path) -> None:
    """Read by Arrow: name, order and type of every column, and every NULL as one."""
    for resource in done(broad, tmp_path, "parquet")["resources"]:
        table = pq.read_table(tmp_path / resource["path"])
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert table.column_names == list(fields)
        assert table.num_rows == resource["rows"]
        found = {name: ARROW[str(table.schema.field(name).type)] for name in fields}
        assert found == {name: (field["type"], field.get("listItem")) for name, field in fields.items()}
        nulls = [table.column(name).null_count for name in fields]
        counts = ", ".join(f"count(*) - count({name})" for name in fields)
        assert tuple(nulls) == broad.query(f"SELECT {counts} FROM {resource['name']}")[0]


#: Type of the field and of a list's elements.
ARROW: dict[str, tuple[str, str | None]] = {
    "string": ("string", None),
    "int32": ("integer", None),
    "int64": ("integer", None),
    "dictionary<values=int32, indices=int32, ordered=0>": ("integer", None),  # the year, of a folder's name
    "double": ("number", None),
    "decimal128(18, 6)": ("number", None),
    "date32[day]": ("date", None),
    "timestamp[us]": ("datetime", None),
    "bool": ("boolean", None),
    "list<element: int32>": ("any", "integer"),
    "list<element: string>": ("any", "string"),
}


def test_the_descriptor_says_how_csv_is_to_be_read(broad: Place, tmp_path: Path) -> None:
    package = done(broad, tmp_path, "csv")
    for resource in package["resources"]:
        dialect = resource["dialect"]
        text = (tmp_path / resource["path"]).read_bytes().decode("utf-8-sig")
        assert "\r" not in text.replace("\r\n", "").split(dialect["lineTerminator"])[0]
        head, *rows = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=dialect["delimiter"],
            quotechar=dialect["quoteChar"],
            doublequote=dialect["doubleQuote"],
            strict=True,
        )
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        assert len(rows) == resource["rows"]
        for field, values in zip(resource["schema"]["fields"], zip(*rows, strict=True), strict=True):
            read = READERS[field["type"]]
            assert all(read(value) is not None for value in values if value not in resource["schema"]["missingValues"])
    assert "'" in package["description"]


READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "boolean": {"true": 1, "false": 0}.get,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "array": json.loads,
}


@pytest.mark.parametrize("which", ["seeds", "broad"])
def test_keys_and_references_hold(which: str, request: pytest.FixtureRequest) -> None:
    of: Place = request.getfixturevalue(which)
    with connect(of.settings.warehouse) as con:
        found = {relation.name: relation for relation in relations(con)}
    for name, relation in found.items():
        key = ", ".join(relation.key)
        if key:
            assert of.query(f"SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1") == [], name
            assert of.query(f"FROM {name} WHERE {' OR '.join(f'{column} IS NULL' for column in relation.key)}") == [], (
                name
            )
        for reference in relation.references:
            assert set(reference.columns) <= set(relation.names)
            there = found[reference.relation]
            assert set(reference.relation_columns) == set(there.key)
            here = " AND ".join(f"{column} IS NOT NULL" for column in reference.columns)
            on = " AND ".join(
                f"a.{a} = b.{b}" for a, b in zip(reference.columns, reference.relation_columns, strict=True)
            )
            lost = f"SELECT * FROM (FROM {name} WHERE {here}) a ANTI JOIN {reference.relation} b ON {on}"
            assert of.query(lost) == [], (name, reference)


def test_every_table_that_names_a_report_refers_to_it(seeds: Place) -> None:
    with connect(seeds.settings.warehouse) as con:
        found = relations(con)
    without = {
        relation.name
        for relation in found
        if {"agency_id", "year"} <= set(relation.names)
        and "dim_report" not in {reference.relation for reference in relation.references}
    }
    # Those of files without a report in the warehouse, and the reports themselves.
    assert without == {"dim_report", "quality_waiver", "rejected_report", "superseded_report", "report_coverage"}
    keyless = {relation.name for relation in found if not relation.key}
    assert keyless == {
        "cell_discrepancy",
        "cell_note",
        "quality_issue",
        "region_year",
        "report_coverage_region",
        "sidecar_issue",
    }


# The documents


@pytest.fixture(scope="module")
def documents(seeds: Place) -> Iterator[dict[str, str]]:
    with connect(seeds.settings.warehouse) as con:
        yield dictionary.documents(relations(con), "csv", run_record(con))


def test_the_dictionary_has_every_table_and_column_in_both_languages(seeds: Place, documents: dict[str, str]) -> None:
    rows = seeds.query(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY ALL"
    )
    page = HTMLParser(documents["data_dictionary.html"])
    text = documents["data_dictionary.md"]
    parts = {found[1]: part for part in text.split("\n## ") if (found := re.match(r"\S+ (\w+)\n", part))}
    for table, column, kind, comment in rows:
        cells_of = [[cell.text() for cell in row.css("th, td")] for row in page.css(f"section#{table} tbody tr")]
        said = label(table, column)
        assert [column, said.label_zh, kind, said.unit, said.meaning_zh, comment] in cells_of
        assert f"| {column} | {said.label_zh} | {kind} | {said.unit} |" in parts[table]
    assert "键 / key: agency_id, year, item" in text
    assert (
        "引用 / refers to: agency_id → dim_agency (agency_id); agency_id, year → dim_report (agency_id, year)" in text
    )
    assert "按报告所印" in text
    assert all(chinese in text and english in text for chinese, english in about.FORMATS["csv"][:2])


def test_pages_open_by_themselves_and_can_be_read_by_all(documents: dict[str, str]) -> None:
    for name in ("data_dictionary.html", "glossary.html"):
        page = HTMLParser(documents[name])
        assert page.css_first("html").attributes["lang"] == "zh-CN"
        assert page.css("script, link, img, iframe, form") == []
        assert "://" not in documents[name]
        assert "color-scheme: light dark" in documents[name]
        links = [link.attributes["href"] for link in page.css("a")]
        assert all(link.startswith("#") and page.css_first(f"[id='{link[1:]}']") for link in links)
        levels = [int(head.tag[1]) for head in page.css("h1, h2, h3")]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert all(cell.attributes.get("scope") in ("col", "row") for cell in page.css("th"))
    assert page.css_first("title").text() == "术语表 / Glossary"


def test_what_a_comment_says_stays_text(seeds: Place) -> None:
    with connect(seeds.settings.warehouse) as con:
        made = run_record(con)
        some = [relation for relation in relations(con) if relation.name == "dim_agency"]
    nasty = [replace(some[0], comment="<script>alert(1)</script> | *a* & b")]
    page = dictionary.page(nasty, "csv", made)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *a* &amp; b" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\| \\*a\\* &amp; b" in dictionary.markdown(nasty, "csv", made)


_TERMS = """
政府信息公开 主动公开 依申请公开 予以公开 部分公开 不予公开 无法提供 不予处理 其他处理 结转 行政复议 行政诉讼 结果维持
结果纠正 其他结果 尚未审结 规范性文件 规章 自然人 申请人 三安全一稳定 过程性信息 内部事务信息 行政执法案卷 行政查询事项
第三方合法权益 国家秘密 补正 信访 行政许可 行政处罚 行政强制 行政事业性收费 口径 表样 勾稽关系 百分点
"""


def test_the_glossary_has_the_terms_of_the_field(documents: dict[str, str]) -> None:
    wanted = set(_TERMS.split())
    found = {term.zh: term for term in terms()}
    assert wanted - set(found) == set()
    assert len(found) == len(terms())
    for term in terms():
        assert all((term.zh, term.en, term.meaning_zh, term.meaning_en))
        assert re.search("[\u4e00-\u9fff]", term.meaning_zh)
        assert not re.search("[\u4e00-\u9fff]", term.en + term.meaning_en), term.zh
        assert f"| {term.zh} | " in documents["glossary.md"]
        assert term.zh in documents["glossary.html"]
    assert found["行政复议"].en == "administrative reconsideration"
    assert found["政府信息公开"].en == "open government information (OGI)"


def test_every_format_has_its_sentences() -> None:
    assert set(about.FORMATS) == set(build.FORMATS) == set(FORMATS)
