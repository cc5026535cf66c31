"""What stands on the sheets of the workbook, and how rows of the warehouse become rows of a sheet.

Belongs here: what the writer and the reader both go by.
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
#: Rows of a sheet, those of the head among them.
SHEET_ROWS = 1_048_576
HEAD_ROWS = 2
CONTENTS, DICTIONARY, GLOSSARY, LONG = "说明", "数据字典", "术语表", "长文本"
LONG_HEAD = ("工作表", "行", "列", "续", "文本")
#: First words of lines of 说明 that stand above others.
HEADINGS = ("运行", "工作表", "须知", "单位")
_FETCH = 5_000

#: The unit of each number of a column whose unit is not the same everywhere; 比例 are fractions, shown as per cent.
_UNIT_OF = {
    "按单元格": "(SELECT d.unit FROM dim_disclosure_item d WHERE d.item = r.item AND d.measure = r.measure)",
    "按指标": "(SELECT if(d.unit = '%', '比例', d.unit) FROM dim_indicator d WHERE d.code = r.code)",
}


def differing(relation: Relation) -> list[Column]:
    """The columns whose numbers have not all the same unit."""
    return [column for column in relation.columns if column.label.unit in _UNIT_OF]


def rows(con: duckdb.DuckDBPyConnection, relation: Relation) -> Iterator[tuple[Any, ...]]:
    """The rows of a relation, lists as JSON; behind the values the units of those of ``differing`` columns."""
    columns = [
        f"to_json({column.name})::VARCHAR" if column.type.endswith("[]") else column.name for column in relation.columns
    ]
    units = [_UNIT_OF[column.label.unit] for column in differing(relation)]
    result = con.execute(relation.select(", ".join([*columns, *units])))
    while some := result.fetchmany(_FETCH):
        yield from some


def heads(relation: Relation) -> list[list[str]]:
    """The rows above a relation's: Chinese names with units, and the columns' codes."""
    return [[column.label.heading for column in relation.columns], list(relation.names)]


def contents(relations: Sequence[Relation], written: Segments, run: RunRecord) -> list[tuple[str, ...]]:
    """Rows of 说明: where it all comes from, what is on which sheet, what to know."""
    out: list[tuple[str, ...]] = [
        ("政府信息公开工作年度报告 数据导出 / Yearly reports on open government information",),
        (),
        ("运行", "run"),
        ("运行标识 run", made.run_id),
        ("完成时间 finished (UTC)", f"{made.finished_at:%Y-%m-%d %H:%M:%S}"),
        ("程序版本 code", made.code_version),
        ("报告数 reports", f"{made.reports:,}"),
        (),
        ("工作表", "代码 code", "行数 rows", "内容", "contents"),
        (DICTIONARY, "", "", "每个表与列的中文名、类型、单位与含义", "Tables and columns: name, type, unit, meaning"),
        (GLOSSARY, "", "", "术语的中英文含义", "The terms of the field in Chinese and English"),
    ]
    for relation in relations:
        parts = written[relation.name]
        for number, part in enumerate(parts, 1):
            zh, en = relation.label.meaning_zh, relation.comment
            if len(parts) > 1:
                zh, en = f"（共 {len(parts)} 张，第 {number} 张）{zh}", f"({number} of {len(parts)} sheets) {en}"
            out.append((part.sheet or "", relation.name, f"{part.rows:,}", zh, en))
    if longer := sum(part.long_texts for parts in written.values() for part in parts):
        said = f"{longer} 个文本超出单元格的部分", f"What {longer} texts have more than a cell holds"
        out.append((LONG, "", "", *said))
    out += [(), ("须知", "", "", "中文", "English")]
    out += [("", "", "", *said) for said in [*about.GENERAL, *about.FORMATS["xlsx"]]]
    return [*out, (), ("单位", "unit"), *UNITS.items()]


def texts(relations: Sequence[Relation]) -> dict[str, list[tuple[str, ...]]]:
    """Rows of the sheets that are texts alone, heads first."""
    columns: list[tuple[str, ...]] = [("表 / table", "表的中文名 / name", *dictionary.HEAD)]
    for relation in relations:
        name = relation.name, relation.label.label_zh
        columns.append((*name, "", "", "", "", relation.label.meaning_zh, relation.comment))
        columns += [(*name, *row) for row in dictionary.rows(relation)]
    return {DICTIONARY: columns, GLOSSARY: [dictionary.GLOSSARY_HEAD, *dictionary.glossary_rows()]}
