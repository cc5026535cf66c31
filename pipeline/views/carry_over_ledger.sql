CREATE VIEW carry_over_ledger AS
SELECT r.agency_id, r.year, c.total AS carried_forward, n.total AS next_carried_over, n.total - c.total AS difference,
    CASE
        WHEN f.agency_id IS NULL THEN 'next_report_missing'
        WHEN difference IS NULL THEN 'not_stated'
        WHEN difference = 0 THEN 'agrees'
        ELSE 'differs'
    END AS state,
    a.name AS agency
FROM dim_report r
LEFT JOIN dim_agency a ON a.agency_id = r.agency_id
LEFT JOIN dim_report f ON f.agency_id = r.agency_id AND f.year = r.year + 1
LEFT JOIN fact_application_handling c ON c.agency_id = r.agency_id AND c.year = r.year AND c.item = 'carried_forward'
LEFT JOIN fact_application_handling n ON n.agency_id = r.agency_id AND n.year = r.year + 1 AND n.item = 'carried_over';
COMMENT ON VIEW carry_over_ledger IS '结转台账. One row a report: the applications that it carries forward beside those that the agency''s report of the next year has carried over, all applicants together. The two are the same applications: do not add them. Differences may cancel out: count reports by state rather than adding them up.';
COMMENT ON COLUMN carry_over_ledger.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN carry_over_ledger.year IS 'The year that the report is about.';
COMMENT ON COLUMN carry_over_ledger.carried_forward IS '结转下年度继续办理. Applications that it carries forward, as printed; NULL when not stated.';
COMMENT ON COLUMN carry_over_ledger.next_carried_over IS '下年报告的上年结转. Applications carried over by the report of the next year; NULL when not stated, or without that report.';
COMMENT ON COLUMN carry_over_ledger.difference IS 'next_carried_over less carried_forward; NULL when one of them is.';
COMMENT ON COLUMN carry_over_ledger.state IS 'agrees, differs, not_stated (one of the two numbers is NULL) or next_report_missing (the agency has no report of the next year in the warehouse, as always after its latest one).';
COMMENT ON COLUMN carry_over_ledger.agency IS 'Name of the agency, as in dim_agency.';
