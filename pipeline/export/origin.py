"""Whence the data of an export are and who may use them, in the terms of a Data Package.

Nobody has stated a licence for the reports, so the descriptor says that none is stated, in the term that the standard's
list of licences (https://licenses.opendefinition.org) has for it. The licence of the program is not that of the data.

Belongs here: licences, sources, contributors and version. The files are ``package``'s.
"""

from typing import Any

from pipeline import __version__
from pipeline.export.run_record import RunRecord

PROJECT = "OGI Warehouse"
TITLE = "政府信息公开工作年度报告 / Yearly reports on open government information (China)"
KEYWORDS = ("政府信息公开", "open government information", "freedom of information", "China")
NOT_STATED = "未载明：各报告均未说明许可 / Not stated: no licence of the reports is known"


def origin(run: RunRecord) -> dict[str, Any]:
    """The properties of a package about its origin."""
    return {
        "version": __version__,
        "licenses": [{"name": "notspecified", "title": NOT_STATED}],
        "sources": [
            {
                "title": f"中国行政机关公布的政府信息公开工作年度报告，{run.reports} 份；见 dim_report / "
                f"{run.reports} yearly reports on open government information, as administrative organs of China "
                "published them; file and address of each are in dim_report (source_file, url)",
            }
        ],
        "contributors": [{"title": PROJECT, "organization": PROJECT, "roles": ["wrangler"]}],
    }
