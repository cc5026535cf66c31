CREATE VIEW report_coverage_region AS
SELECT province, city, county, year, count(*) AS expected, count(*) FILTER (state = 'present') AS present,
    count(*) FILTER (state = 'missing') AS missing, count(*) FILTER (state = 'rejected') AS rejected,
    count(*) FILTER (state = 'superseded') AS superseded
FROM report_coverage LEFT JOIN dim_agency USING (agency_id) GROUP BY province, city, county, year;
COMMENT ON VIEW report_coverage_region IS '地区覆盖. One row a division and year: of how many agencies that are placed in it a report is expected, and of how many it is there. An agency counts in its own division only, so that rows can be added up; NULL divisions are those that are not known, or a province or city itself.';
COMMENT ON COLUMN report_coverage_region.province IS 'Province-level division; NULL when unknown, or for organs of the State Council.';
COMMENT ON COLUMN report_coverage_region.city IS 'Prefecture-level division; NULL when unknown or none.';
COMMENT ON COLUMN report_coverage_region.county IS 'County-level division; NULL when unknown or none.';
COMMENT ON COLUMN report_coverage_region.year IS 'The year of the reports.';
COMMENT ON COLUMN report_coverage_region.expected IS 'Agencies of which a report is expected, as in report_coverage.';
COMMENT ON COLUMN report_coverage_region.present IS 'Of these, with a report in the warehouse.';
COMMENT ON COLUMN report_coverage_region.missing IS 'Of these, without any file.';
COMMENT ON COLUMN report_coverage_region.rejected IS 'Of these, with a file that could not be read.';
COMMENT ON COLUMN report_coverage_region.superseded IS 'Of these, with files that gave way to another that is not loaded.';
