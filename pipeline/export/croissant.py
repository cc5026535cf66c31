"""``croissant.json``: the export as a schema.org Dataset with the Croissant vocabulary 1.1, by which others find it.

Search engines for data read the first, loaders for machine learning the second
(https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html). A record set is a table or view; a workbook has
none, since the vocabulary knows no sheets.

Belongs here: the vocabulary. What is said of origin and licence is ``origin``'s, of the files' forms ``about``'s.
"""

from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

from pipeline.export import about, parquet
from pipeline.export.folder import NAME
from pipeline.export.formats import Segment, Segments
from pipeline.export.hashes import bytes_and_hash
from pipeline.export.origin import KEYWORDS, NOT_STATED, PROJECT, TITLE, origin
from pipeline.export.relations import Column, Relation
from pipeline.export.run_record import RunRecord

FILE = "croissant.json"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "VARCHAR": "sc:Text",
    "INTEGER": "sc:Integer",
    "BIGINT": "sc:Integer",
    "DOUBLE": "sc:Float",
    "DECIMAL(18,6)": "sc:Float",
    "DATE": "sc:Date",
    "TIMESTAMP": "sc:DateTime",
    "BOOLEAN": "sc:Boolean",
}
#: Formats whose files the vocabulary can read as tables.
_TABLES_OF_FILES = {"parquet", "csv"}
_ENCODINGS = {
    "parquet": "application/x-parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def dataset(
    relations: Sequence[Relation], written: Segments, folder: Path, kind: str, run: RunRecord
) -> dict[str, Any]:
    """The dataset of the files under a folder."""
    paths = dict.fromkeys(segment.path for relation in relations for segment in written[relation.name])
    by_year = dict.fromkeys(path.partition("/")[0] for path in paths if parquet.is_partition(path))
    single = [path for path in paths if not parquet.is_partition(path)]
    said = about_dataset(run)
    # Loaders follow references by joins: into a table that refers to others, or to itself, these multiply its rows.
    ends = {each.name for each in relations if all(ref.relation == each.name for ref in each.references)}
    return {
        "@context": _CONTEXT,
        **said,
        "citeAs": said["creditText"],
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "distribution": [
            *(_file(path, kind, folder) for path in single),
            *(_files_by_year(name, kind) for name in by_year),
        ],
        "recordSet": [
            _record_set(relation, written[relation.name], kind, ends)
            for relation in relations
            if kind in _TABLES_OF_FILES
        ],
    }


def about_dataset(run: RunRecord) -> dict[str, Any]:
    """What schema.org knows of a dataset, whatever its files are. It has no address: who publishes it gives it one."""
    maker = {"@type": "Organization", "name": PROJECT}
    day = run.finished_at.date().isoformat()
    return {
        "@type": "Dataset",
        "name": NAME,
        "alternateName": TITLE,
        "description": "\n\n".join(f"{english} {chinese}" for chinese, english in about.GENERAL),
        "license": NOT_STATED,
        "creator": maker,
        "publisher": maker,
        "version": origin(run)["version"],
        "datePublished": day,
        "dateModified": day,
        "inLanguage": ["zh-CN", "en"],
        "keywords": list(KEYWORDS),
        "spatialCoverage": "China",
        "identifier": run.run_id,
        "creditText": f"{PROJECT}: {TITLE}. {run.reports} reports, run {run.run_id}, {day}.",
    }


def _file(path: str, kind: str, folder: Path) -> dict[str, Any]:
    size, digest = bytes_and_hash(folder / path)
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": _ENCODINGS[kind],
        "sha256": digest,
    }


def _files_by_year(name: str, kind: str) -> dict[str, Any]:
    """The files of a table in folders by year."""
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}/",
        "name": f"{name} by year",
        "includes": f"{name}/{parquet.PARTITION}=*/*.parquet",
        "encodingFormat": _ENCODINGS[kind],
    }


def _record_set(relation: Relation, segments: Sequence[Segment], kind: str, ends: Set[str]) -> dict[str, Any]:
    path = segments[0].path
    is_by_year = parquet.is_partition(path)
    source = {"fileSet": {"@id": f"{path.partition('/')[0]}/"}} if is_by_year else {"fileObject": {"@id": path}}
    references = {
        reference.columns[0]: {
            "references": {"field": {"@id": f"{reference.relation}/{reference.relation_columns[0]}"}}
        }
        for reference in relation.references
        # The vocabulary knows no references of several columns.
        if len(reference.columns) == 1 and reference.relation in ends - {relation.name}
    }
    return {
        "@type": "cr:RecordSet",
        "@id": relation.name,
        "name": relation.name,
        "description": f"{relation.label.label_zh}. {relation.comment}",
        **({"key": [{"@id": f"{relation.name}/{column}"} for column in relation.key]} if relation.key else {}),
        "field": [
            _field(relation.name, column, source, kind) | references.get(column.name, {}) for column in relation.columns
        ],
    }


def _field(relation: str, column: Column, source: dict[str, Any], kind: str) -> dict[str, Any]:
    """A column. The year of a table by year is the name of its folder; lists are texts in CSV."""
    if "fileSet" in source and column.name == parquet.PARTITION:
        extract = {
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": f".*{parquet.PARTITION}=([0-9]+)/.*"},
        }
    else:
        extract = {"extract": {"column": column.name}}
    is_list = column.type.endswith("[]") and kind == "parquet"
    item = column.type.removesuffix("[]") if is_list else column.type
    return {
        "@type": "cr:Field",
        "@id": f"{relation}/{column.name}",
        "name": column.name,
        "description": f"{column.label.label_zh}. {column.comment}",
        "dataType": _TYPES.get(item, "sc:Text"),
        "source": {**source, **extract},
        **({"isArray": True, "arrayShape": "-1"} if is_list else {}),
    }
