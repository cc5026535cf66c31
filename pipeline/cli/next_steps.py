"""What to try after a run: three commands that work as they are printed, in the folder where the run was started.

Belongs here: which commands, and how the program is called from here.
"""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import click
import duckdb

from pipeline import settings
from pipeline.addresses import Address

#: The report with the most errors: there is something to see in it. A name that several agencies have says too little.
_REPORT = """
SELECT if(count(*) OVER (PARTITION BY name) > 1, agency_id, name), agency_id, year
FROM dim_agency JOIN (
    SELECT agency_id, year, coalesce(errors, 0) AS errors FROM dim_report LEFT JOIN (
        SELECT agency_id, year, count(*) AS errors FROM quality_issue
        WHERE severity = 'error' AND NOT waived GROUP BY ALL
    ) USING (agency_id, year)
) USING (agency_id)
ORDER BY errors DESC, year DESC, agency_id LIMIT 1
"""
_QUESTION = "SELECT name, year, new_received, processed FROM agency_year ORDER BY new_received DESC, name LIMIT 9"


def print_next_steps(con: duckdb.DuckDBPyConnection, warehouse: Address) -> None:
    """Print them; nothing where no report was loaded."""
    if (report := con.execute(_REPORT).fetchone()) is None:
        return
    words, agency_id, year = report
    agency = words if re.fullmatch(r"\w[\w（）()·、]*", words) else agency_id
    where = "" if str(warehouse) == str(settings.load().warehouse) else f" --warehouse {shlex.quote(str(warehouse))}"
    agency = agency if re.fullmatch(r"\w+", agency) else shlex.quote(agency)
    commands = [f"show {agency} {year}{where}", f"issues{where}", f'sql "{_QUESTION}"{where}']
    for head, command in zip(("try", "", ""), commands, strict=True):
        click.echo(f"  {head:<9} {program()} {command}")


def program() -> str:
    """How this installation's ``ogi`` is called from the current folder."""
    here = Path(sys.executable).with_name("ogi")
    found = shutil.which("ogi")
    if found and os.path.realpath(found) == os.path.realpath(here):
        return "ogi"
    return shlex.quote(str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here))
