"""Agencies that have a report, the files that are in no report, and what is wrong in the files that people keep: what
follows from all files together.

Belongs here: ``dim_agency``, ``rejected_report``, ``superseded_report`` and ``sidecar_issue``. They cost little, so
that an incremental build makes them as a whole too.
"""

from pipeline.warehouse.loading import Loading, Temp

TABLES = ("dim_agency", "rejected_report", "superseded_report", "sidecar_issue")


def fill(loading: Loading) -> None:
    """Fill these tables, which are empty."""
    loading.con.execute(_AGENCIES)
    loading.con.execute(_REJECTED)
    loading.con.execute(_CHANGED)
    loading.con.execute(f"INSERT INTO superseded_report BY NAME FROM {Temp.SUPERSEDED_ON_READING} ORDER BY source_file")
    loading.con.execute(f"INSERT INTO sidecar_issue BY NAME FROM {Temp.SIDECAR_ISSUE} ORDER BY ALL")


#: An agency as its latest report has it, under the fullest name that any report prints; the register takes precedence.
_AGENCIES = f"""
INSERT INTO dim_agency BY NAME
WITH known AS (
    FROM {Temp.CATALOGUE} SEMI JOIN (
        SELECT source_file FROM dim_report
        UNION SELECT source_file FROM superseded_report WHERE reason <> 'file_changed'
    ) USING (source_file)
), reported AS (
    SELECT agency_id, max_by(agency, (length(agency), agency)) AS name, list_sort(list(DISTINCT agency)) AS names
    FROM known GROUP BY agency_id
), placed AS (
    SELECT agency_id, region_code, province, city, county, level, kind FROM known
    QUALIFY row_number() OVER (PARTITION BY agency_id ORDER BY year DESC, source_file) = 1
)
SELECT agency_id, coalesce(s.name, r.name) AS name,
    nullif(list_filter(r.names, lambda other: other <> coalesce(s.name, r.name)), []) AS aliases,
    coalesce(s.region_code, p.region_code) AS region_code, coalesce(s.province, p.province) AS province,
    if(s.region_code IS NULL, p.city, s.city) AS city, if(s.region_code IS NULL, p.county, s.county) AS county,
    coalesce(p.level, s.level) AS level, coalesce(p.kind, s.kind) AS kind,
    s.agency_id IS NOT NULL AS registered, s.first_year, s.last_year, s.successor_id
FROM reported r JOIN placed p USING (agency_id) FULL JOIN {Temp.REGISTER} s USING (agency_id) ORDER BY agency_id
"""
_REJECTED = f"""
INSERT INTO rejected_report BY NAME
SELECT r.*, f.seen_at FROM (
    SELECT source_file, source_sha256, NULL AS agency_id, NULL AS year, reason, message FROM {Temp.CATALOGUE}
    WHERE reason IS NOT NULL UNION ALL BY NAME FROM {Temp.REJECTED_ON_READING}
) r JOIN {Temp.FIRST_SEEN} f USING (source_file) ORDER BY source_file
"""
_CHANGED = f"""
INSERT INTO superseded_report BY NAME
SELECT *, source_file AS superseded_by, 'file_changed' AS reason FROM {Temp.EARLIER_VERSION}
ORDER BY source_file, source_sha256
"""
