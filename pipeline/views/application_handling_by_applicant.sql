CREATE VIEW application_handling_by_applicant AS
SELECT agency_id, year, item,
    unnest(['natural_person', 'enterprise', 'research_institution', 'social_organization', 'legal_service', 'other', 'total'])
        AS applicant,
    unnest([natural_person, enterprise, research_institution, social_organization, legal_service, other, total]) AS applications,
    unnest([false, false, false, false, false, false, true]) AS is_total,
    coalesce(unnest(value_lines), source_line) AS source_line
FROM fact_application_handling;
COMMENT ON VIEW application_handling_by_applicant IS '申请办理 按申请人. One row a report, row of table three and kind of applicant: the numbers of fact_application_handling one below the other, counts of applications. Do not add applicants and their total (is_total), nor rows of the form that are sums (dim_application_item.is_subtotal, parent_item).';
COMMENT ON COLUMN application_handling_by_applicant.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN application_handling_by_applicant.year IS 'The year that the report is about.';
COMMENT ON COLUMN application_handling_by_applicant.item IS 'Row of the form, as in dim_application_item.';
COMMENT ON COLUMN application_handling_by_applicant.applicant IS 'natural_person 自然人, enterprise 商业企业, research_institution 科研机构, social_organization 社会公益组织, legal_service 法律服务机构, other 其他, or total 总计.';
COMMENT ON COLUMN application_handling_by_applicant.applications IS 'Applications, as printed; NULL when not stated.';
COMMENT ON COLUMN application_handling_by_applicant.is_total IS 'Whether it is the printed total of the applicants, not to be added to them.';
COMMENT ON COLUMN application_handling_by_applicant.source_line IS 'Line of the source file on which the number stands, or its row begins; NULL when the row is not in the file.';
