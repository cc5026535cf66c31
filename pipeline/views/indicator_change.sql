CREATE VIEW indicator_change AS
SELECT agency_id, year, code, n.value, b.value AS previous, (n.value - b.value) * if(d.unit = '%', 100, 1) AS change,
    if(d.unit = '%', '个百分点', d.unit) AS unit
FROM indicator n JOIN dim_indicator d USING (code)
LEFT JOIN (SELECT agency_id, year + 1 AS year, code, value FROM indicator) b USING (agency_id, year, code);
COMMENT ON VIEW indicator_change IS '指标变化. One row a report and indicator: its value beside that of the agency''s report of the year before. Changes of what is read in % are in percentage points (from 0.25 to 0.75 is 50), others in the indicator''s unit. Do not add up changes of several agencies or indicators; those of few cases may be chance (see the intervals of indicator).';
COMMENT ON COLUMN indicator_change.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN indicator_change.year IS 'The year that the report is about, the later of the two.';
COMMENT ON COLUMN indicator_change.code IS 'The indicator, as in dim_indicator.';
COMMENT ON COLUMN indicator_change.value IS 'Its value, as in the view indicator (a fraction where it is read in %); NULL when there is none.';
COMMENT ON COLUMN indicator_change.previous IS 'Its value in the year before; NULL when there is none, or no report of that year.';
COMMENT ON COLUMN indicator_change.change IS 'value less previous, in unit; NULL when one of them is.';
COMMENT ON COLUMN indicator_change.unit IS 'Unit of change: 个百分点 (percentage points) or 件.';
