CREATE VIEW refusal_reason AS
SELECT agency_id, year, item, outcome, label_zh, label_en, total AS applications, natural_person, source_line,
    name AS agency
FROM fact_application_handling JOIN dim_application_item USING (item) LEFT JOIN dim_agency USING (agency_id)
WHERE outcome IN ('denied', 'unavailable', 'not_processed');
COMMENT ON VIEW refusal_reason IS '不公开原因. One row a report and reason of table three why an applicant did not get what he asked for: 不予公开, 无法提供 and 不予处理. Counts of applications, which may be added up over reasons and years, but not reports of scope region with those of the bodies they hold (dim_report.scope).';
COMMENT ON COLUMN refusal_reason.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN refusal_reason.year IS 'The year that the report is about.';
COMMENT ON COLUMN refusal_reason.item IS 'Row of the form, as in dim_application_item, whose sort_order is the form''s.';
COMMENT ON COLUMN refusal_reason.outcome IS 'denied 不予公开, unavailable 无法提供 or not_processed 不予处理.';
COMMENT ON COLUMN refusal_reason.label_zh IS 'The row''s label on the official form.';
COMMENT ON COLUMN refusal_reason.label_en IS 'The label in English (unofficial).';
COMMENT ON COLUMN refusal_reason.applications IS 'Applications refused for it, all applicants, as printed; NULL when not stated.';
COMMENT ON COLUMN refusal_reason.natural_person IS 'Of these, of natural persons; do not add it to them.';
COMMENT ON COLUMN refusal_reason.source_line IS 'Line of the source file on which the row''s first number stands; NULL when the row is not in the file.';
COMMENT ON COLUMN refusal_reason.agency IS 'Name of the agency, as in dim_agency.';
