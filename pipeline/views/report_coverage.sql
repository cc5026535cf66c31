CREATE VIEW report_coverage AS
WITH filed AS (
    SELECT agency_id, year, 1 AS rank FROM dim_report UNION ALL
    SELECT agency_id, year, 2 FROM superseded_report WHERE reason <> 'file_changed' UNION ALL
    SELECT agency_id, year, 3 FROM rejected_report WHERE agency_id IS NOT NULL AND year IS NOT NULL
), state AS (
    SELECT agency_id, year, ['present', 'superseded', 'rejected'][min(rank)] AS state FROM filed GROUP BY ALL
), span AS (
    SELECT a.agency_id, coalesce(any_value(a.first_year), min(s.year), (SELECT min(year) FROM filed)) AS first_year,
        coalesce(any_value(a.last_year), if(any_value(a.registered), (SELECT max(year) FROM filed), max(s.year))) AS last_year
    FROM dim_agency a LEFT JOIN state s USING (agency_id) GROUP BY a.agency_id
), expected AS (
    SELECT agency_id, unnest(range(first_year, last_year + 1))::INTEGER AS year FROM span
)
SELECT agency_id, year, coalesce(s.state, 'missing') AS state, name AS agency
FROM expected FULL JOIN state s USING (agency_id, year) LEFT JOIN dim_agency USING (agency_id);
COMMENT ON VIEW report_coverage IS '报告覆盖. One row an agency and year in which a report of it is expected or there: for every agency between its first and last report, and for every agency of a register in the years that it gives, or in all years of the warehouse where it gives none.';
COMMENT ON COLUMN report_coverage.agency_id IS 'The agency, as in dim_agency; one whose only files were rejected is not there.';
COMMENT ON COLUMN report_coverage.year IS 'The year that a report is, or would be, about.';
COMMENT ON COLUMN report_coverage.state IS 'present: loaded; missing: no file has it; rejected: a file has it that could not be read (rejected_report); superseded: its only files gave way to another that is not loaded (superseded_report).';
COMMENT ON COLUMN report_coverage.agency IS 'Name of the agency, as in dim_agency; NULL where it is not there.';
