CREATE VIEW cell_discrepancy AS
SELECT md5(concat_ws('|', rule, agency_id, later_year, if(compares_years, NULL,
        concat_ws('|', table_name, item, column_name, source_line, expected, actual, message))))[:16] AS discrepancy,
    agency_id, year, later_year, rule, severity, table_name, item, column_name, expected, actual, message, message_en,
    source_line, suggestion, likely_fault, waived, waiver
FROM (
    -- carry_over marks the cells of both reports; the other rules between years those of the later one.
    SELECT q.*, r.rule_group = 'years' AS compares_years,
        q.year + if(q.rule = 'carry_over' AND q.item = 'carried_forward', 1, 0) AS later_year
    FROM quality_issue q JOIN quality_rule r USING (rule)
);
COMMENT ON VIEW cell_discrepancy IS '问题与矛盾. One row a row of quality_issue, with the discrepancy that it is part of. A discrepancy is one rule broken once: between two years of an agency, in however many cells of the two reports; else in one row, column, cell or sentence of a report. Count discrepancies, not rows.';
COMMENT ON COLUMN cell_discrepancy.discrepancy IS 'The discrepancy, as in the view discrepancy: 16 hex digits made from what it is about, the same in every rebuild.';
COMMENT ON COLUMN cell_discrepancy.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN cell_discrepancy.year IS 'The year that the report with the cell is about.';
COMMENT ON COLUMN cell_discrepancy.later_year IS 'Of a rule between two years the year of the later report, else year.';
COMMENT ON COLUMN cell_discrepancy.rule IS 'The rule, as in quality_rule.';
COMMENT ON COLUMN cell_discrepancy.severity IS 'Severity of the rule.';
COMMENT ON COLUMN cell_discrepancy.table_name IS 'The fact table it is about; NULL for the whole report.';
COMMENT ON COLUMN cell_discrepancy.item IS 'The row it is about; NULL when not one row.';
COMMENT ON COLUMN cell_discrepancy.column_name IS 'The column or measure; NULL when not one column.';
COMMENT ON COLUMN cell_discrepancy.expected IS 'What the rule asks for, given the other numbers.';
COMMENT ON COLUMN cell_discrepancy.actual IS 'What the report prints.';
COMMENT ON COLUMN cell_discrepancy.message IS 'What contradicts what, in Chinese.';
COMMENT ON COLUMN cell_discrepancy.message_en IS 'The same in English.';
COMMENT ON COLUMN cell_discrepancy.source_line IS 'Line of the source file, counted from 1; NULL when it is not on one.';
COMMENT ON COLUMN cell_discrepancy.suggestion IS 'The one cell that, changed, would make all sums of the table hold, as in quality_issue. Never applied.';
COMMENT ON COLUMN cell_discrepancy.likely_fault IS 'Whose fault the suggested cell looks like: reading or agency, as in quality_issue.';
COMMENT ON COLUMN cell_discrepancy.waived IS 'Whether a reviewer knows of it (waivers.csv).';
COMMENT ON COLUMN cell_discrepancy.waiver IS 'Reason, reviewer and date of the waiver; NULL when not waived.';
