CREATE VIEW discrepancy AS
SELECT d.discrepancy, d.agency_id, a.name AS agency, d.year, d.years, d.rule, d.severity, d.cells, d.waived, d.message,
    d.message_en
FROM (
    SELECT discrepancy, any_value(agency_id) AS agency_id, any_value(later_year) AS year,
        list(DISTINCT year ORDER BY year) AS years, any_value(rule) AS rule, any_value(severity) AS severity,
        count(*) AS cells, bool_and(waived) AS waived,
        arg_min(message, concat(column_name IS DISTINCT FROM 'total', message)) AS message,
        arg_min(message_en, concat(column_name IS DISTINCT FROM 'total', message)) AS message_en
    FROM cell_discrepancy GROUP BY discrepancy
) d LEFT JOIN dim_agency a ON a.agency_id = d.agency_id;
COMMENT ON VIEW discrepancy IS '矛盾. One row a discrepancy: one rule broken once, between two years of an agency in however many cells of the two reports, else in one row, column, cell or sentence of a report. Two reports of which six columns do not follow are one row here, and twelve of quality_issue.';
COMMENT ON COLUMN discrepancy.discrepancy IS 'The discrepancy: 16 hex digits made from what it is about, the same in every rebuild.';
COMMENT ON COLUMN discrepancy.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN discrepancy.agency IS 'Name of the agency, as in dim_agency.';
COMMENT ON COLUMN discrepancy.year IS 'The year of the report, or of the later of the two.';
COMMENT ON COLUMN discrepancy.years IS 'Years of the reports that have its cells: two for carry_over, else one.';
COMMENT ON COLUMN discrepancy.rule IS 'The rule, as in quality_rule.';
COMMENT ON COLUMN discrepancy.severity IS 'Severity of the rule.';
COMMENT ON COLUMN discrepancy.cells IS 'Its rows of quality_issue.';
COMMENT ON COLUMN discrepancy.waived IS 'Whether a reviewer knows of all its cells (waivers.csv).';
COMMENT ON COLUMN discrepancy.message IS 'What contradicts what, in Chinese; of several cells one, that of the total where there is one.';
COMMENT ON COLUMN discrepancy.message_en IS 'The same in English.';
