"""Raw reports: every file under the source as text, with its agency and year.

Belongs here: the asset and its metadata. How files are parsed is in ``pipeline.staging.collect``.
"""

from collections.abc import Iterator

import polars as pl
from dagster import AssetExecutionContext, AssetKey, MaterializeResult, MetadataValue, asset

from assets import states, story
from assets.preview import table, tables
from assets.resources import PROGRESS, Workplace
from assets.retries import retried
from pipeline import READER_VERSION
from pipeline.staging import collect, parquet
from pipeline.staging.folder import Staging

#: What the step reads and writes: all but the tables. Of a year without reports marks and shards are removed as well.
_STAGED = ("*.parquet", "raw/*", "read/*", "shards/*")


@asset(
    group_name="ingest",
    kinds={"python", "parquet"},
    code_version=READER_VERSION,
    pool="warehouse",
)
def raw_reports(context: AssetExecutionContext, workplace: Workplace) -> Iterator[MaterializeResult[None]]:
    """原始报告. Every file under the source: hashed, decoded, and given its agency and year.

    A file that is no readable report is a row in rejected_report with its reason; it does not fail the asset. Fails
    when the source folder or a manifest cannot be read.
    """
    states.begin(context, "raw_reports")
    with story.told(context), retried(context), workplace.staged(*_STAGED) as settings:
        collected = collect.collect(workplace.roots, settings, PROGRESS.get())
        catalogue = parquet.read(Staging(settings.staging).catalogue)
        issues = parquet.read(Staging(settings.staging).sidecar_issues)
    rejected = catalogue.filter(pl.col("reason").is_not_null()).select("source_file", "reason", "message")
    story.rejected(context, rejected)
    yield MaterializeResult(
        metadata={
            "dagster/row_count": collected.files,
            "reports": sum(collected.reports.values()),
            "reports by year": table(
                pl.DataFrame(
                    {"year": list(collected.reports), "reports": list(collected.reports.values())},
                    schema={"year": pl.Int32, "reports": pl.Int64},
                )
            ),
            "rejected": len(rejected),
            **tables({"rejected files": (rejected, 50), "slips in manifest, register and waivers": (issues, 50)}),
            "preview": table(
                catalogue.filter(pl.col("reason").is_null()).select("source_file", "agency", "year", "source_sha256")
            ),
            "published in": MetadataValue.asset(AssetKey("warehouse")),
            "source": MetadataValue.path(", ".join(workplace.sources)),
        }
    )
