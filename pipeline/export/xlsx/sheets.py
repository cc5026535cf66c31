"""The content of the workbook's sheets, and how rows of the warehouse become rows of a sheet.

Belongs here: what the writer and the reader share.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from pipeline.export import about, dictionary
from pipeline.export.formats import Segments
from pipeline.export.relations import Column, Relation
from pipeline.export.run_record import RunRecord
from schemas.labels import UNITS

FILE = "ogi.xlsx"
#: Rows that a sheet can have, header included.
SHEET_ROWS = 1_048_576
HEADER_ROWS = 2
CONTENTS, DICTIONARY, GLOSSARY, LONG = "说明", "数据字典", "术语表", "长文本"
LONG_HEADER = ("工作表", "行", "列", "续", "文本")
#: First cells of the rows of 说明 that are headings.
HEADINGS = ("运行", "工作表", "须知", "单位")
_FETCH = 5_000

#: The SQL of a number's unit, for columns whose unit varies by row; 比例 are fractions, shown as per cent.
_UNIT_BY_ROW = {
    "按单元格": "(SELECT d.unit FROM dim_disclosure_item d WHERE d.item = r.item AND d.measure = r.measure)",
    "按指标": "(SELECT if(d.unit = '%', '比例', d.unit) FROM dim_indicator d WHERE d.code = r.code)",
}


def mixed_unit_columns(relation: Relation) -> list[Column]:
    """The columns whose unit varies by row."""
    return [column for column in relation.columns if column.label.unit in _UNIT_BY_ROW]


def rows(con: duckdb.DuckDBPyConnection, relation: Relation) -> Iterator[tuple[Any, ...]]:
    """The rows of a relation, lists as JSON; after the values come the units of the ``mixed_unit_columns``."""
    columns = [
        f"to_json({column.name})::VARCHAR" if column.type.endswith("[]") else column.name for column in relation.columns
    ]
    units = [_UNIT_BY_ROW[column.label.unit] for column in mixed_unit_columns(relation)]
    result = con.execute(relation.select(", ".join([*columns, *units])))
    while some := result.fetchmany(_FETCH):
        yield from some


def headers(relation: Relation) -> list[list[str]]:
    """The header rows: Chinese names with units, and the columns' codes."""
    return [[column.label.heading for column in relation.columns], list(relation.names)]


def contents(relations: Sequence[Relation], written: Segments, run: RunRecord) -> list[tuple[str, ...]]:
    """Rows of 说明: the run, the sheets, the notes, the units."""
    out: list[tuple[str, ...]] = [
        ("政府信息公开工作年度报告 数据导出 / Yearly reports on open government information",),
        (),
        ("运行", "run"),
        ("运行标识 run", run.run_id),
        ("完成时间 finished (UTC)", f"{run.finished_at:%Y-%m-%d %H:%M:%S}"),
        ("程序版本 code", run.code_version),
        ("报告数 reports", f"{run.reports:,}"),
        (),
        ("工作表", "代码 code", "行数 rows", "内容", "contents"),
        (DICTIONARY, "", "", "每个表与列的中文名、类型、单位与含义", "Tables and columns: name, type, unit, meaning"),
        (GLOSSARY, "", "", "术语的中英文含义", "The terms of the field in Chinese and English"),
    ]
    for relation in relations:
        segments = written[relation.name]
        for number, segment in enumerate(segments, 1):
            zh, en = relation.label.meaning_zh, relation.comment
            if len(segments) > 1:
                zh, en = f"（共 {len(segments)} 张，第 {number} 张）{zh}", f"({number} of {len(segments)} sheets) {en}"
            out.append((segment.sheet or "", relation.name, f"{segment.rows:,}", zh, en))
    if longer := sum(segment.long_texts for segments in written.values() for segment in segments):
        about_long = f"{longer} 个文本超出单元格的部分", f"What {longer} texts have more than a cell holds"
        out.append((LONG, "", "", *about_long))
    out += [(), ("须知", "", "", "中文", "English")]
    out += [("", "", "", *note) for note in [*about.GENERAL, *about.FORMATS["xlsx"]]]
    return [*out, (), ("单位", "unit"), *UNITS.items()]


def texts(relations: Sequence[Relation]) -> dict[str, list[tuple[str, ...]]]:
    """Rows of the sheets of texts, the header first."""
    columns: list[tuple[str, ...]] = [("表 / table", "表的中文名 / name", *dictionary.HEAD)]
    for relation in relations:
        name = relation.name, relation.label.label_zh
        columns.append((*name, "", "", "", "", relation.label.meaning_zh, relation.comment))
        columns += [(*name, *row) for row in dictionary.rows(relation)]
    return {DICTIONARY: columns, GLOSSARY: [dictionary.GLOSSARY_HEAD, *dictionary.glossary_rows()]}
