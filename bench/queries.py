"""What analysts ask of the warehouse, and how long it takes; how large the file is."""

import time as clock
from pathlib import Path

import duckdb

QUERIES = {
    "one agency over the years": """
        SELECT year, item, total FROM fact_application_handling
        WHERE agency_id = (SELECT min(agency_id) FROM dim_agency) ORDER BY ALL""",
    "applications by province and year": """
        SELECT province, year, sum(total) FROM fact_application_handling JOIN dim_agency USING (agency_id)
        WHERE item = 'new_received' GROUP BY ALL ORDER BY ALL""",
    "ranking of reasons for refusal": """
        SELECT item, sum(total) FROM fact_application_handling JOIN dim_application_item USING (item)
        WHERE parent_item = 'denied' OR item LIKE 'denied_%' GROUP BY ALL ORDER BY 2 DESC""",
    "all issues of a rule": "SELECT * FROM quality_issue WHERE rule = 'balance' ORDER BY agency_id, year",
    "applicants, long": """
        SELECT applicant, sum(n) FROM (UNPIVOT (SELECT * FROM fact_application_handling WHERE item = 'new_received')
        ON natural_person, enterprise, research_institution, social_organization, legal_service, other
        INTO NAME applicant VALUE n) GROUP BY ALL ORDER BY ALL""",
}
#: Tables that hold text rather than numbers.
_TEXT = {"report_section", "report_line"}


def time(warehouse: Path) -> dict[str, tuple[float, float]]:
    """Seconds of each query: on a new connection, and the best of five on an open one."""
    found = {}
    for name, sql in QUERIES.items():
        with duckdb.connect(str(warehouse), read_only=True) as con:
            runs = []
            for _ in range(6):
                begin = clock.perf_counter()
                con.execute(sql).fetchall()
                runs.append(clock.perf_counter() - begin)
        found[name] = (runs[0], min(runs[1:]))
    return found


def sizes(warehouse: Path) -> dict[str, int]:
    """Bytes of the file in blocks of tables of text, and in all others."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        blocks: dict[bool, set[int]] = {True: set(), False: set()}
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            rows = con.execute(f"SELECT DISTINCT block_id FROM pragma_storage_info('{name}')").fetchall()
            blocks[name in _TEXT] |= {block for (block,) in rows if block is not None and block >= 0}
        (block,) = con.execute("SELECT block_size FROM pragma_database_size()").fetchone() or (0,)
    return {"tables": len(blocks[False]) * block, "text": len(blocks[True] - blocks[False]) * block}
