CREATE VIEW agency_year AS
WITH handled AS (
    SELECT agency_id, year,
        any_value(total) FILTER (item = 'new_received') AS new_received,
        any_value(total) FILTER (item = 'carried_over') AS carried_over,
        any_value(total) FILTER (item = 'total_processed') AS processed,
        any_value(total) FILTER (item = 'granted') AS granted,
        any_value(total) FILTER (item = 'partially_granted') AS partially_granted,
        -- A sum of which a part is not stated is not known.
        if(bool_and(total IS NOT NULL) FILTER (outcome = 'denied'), sum(total) FILTER (outcome = 'denied'), NULL)::BIGINT AS denied,
        if(bool_and(total IS NOT NULL) FILTER (outcome = 'unavailable'), sum(total) FILTER (outcome = 'unavailable'), NULL)::BIGINT
            AS unavailable,
        if(bool_and(total IS NOT NULL) FILTER (outcome = 'not_processed'), sum(total) FILTER (outcome = 'not_processed'), NULL)::BIGINT
            AS not_processed,
        -- Where a report prints both one row （六） and its parts, the parts count.
        CASE bool_and(total IS NOT NULL) FILTER (parent_item = 'other_processing')
            WHEN true THEN sum(total) FILTER (parent_item = 'other_processing')
            WHEN false THEN NULL
            ELSE any_value(total) FILTER (item = 'other_processing')
        END::BIGINT AS other_processing,
        any_value(total) FILTER (item = 'carried_forward') AS carried_forward,
        any_value(natural_person) FILTER (item = 'new_received') AS natural_person_received
    FROM fact_application_handling JOIN dim_application_item USING (item) GROUP BY agency_id, year
), reviewed AS (
    SELECT agency_id, year,
        any_value(total) FILTER (track = 'reconsideration') AS reconsideration_total,
        any_value(upheld) FILTER (track = 'reconsideration') AS reconsideration_upheld,
        any_value(corrected) FILTER (track = 'reconsideration') AS reconsideration_corrected,
        any_value(other) FILTER (track = 'reconsideration') AS reconsideration_other,
        any_value(pending) FILTER (track = 'reconsideration') AS reconsideration_pending,
        any_value(total) FILTER (track = 'litigation_direct')
            + any_value(total) FILTER (track = 'litigation_after_reconsideration') AS litigation_total,
        any_value(upheld) FILTER (track = 'litigation_direct')
            + any_value(upheld) FILTER (track = 'litigation_after_reconsideration') AS litigation_upheld,
        any_value(corrected) FILTER (track = 'litigation_direct')
            + any_value(corrected) FILTER (track = 'litigation_after_reconsideration') AS litigation_corrected,
        any_value(other) FILTER (track = 'litigation_direct')
            + any_value(other) FILTER (track = 'litigation_after_reconsideration') AS litigation_other,
        any_value(pending) FILTER (track = 'litigation_direct')
            + any_value(pending) FILTER (track = 'litigation_after_reconsideration') AS litigation_pending
    FROM fact_reconsideration GROUP BY agency_id, year
), disclosed AS (
    SELECT agency_id, year,
        any_value(value) FILTER (item = 'regulation' AND measure = 'in_force')::BIGINT AS regulations_in_force,
        any_value(value) FILTER (item = 'normative_document' AND measure = 'issued')::BIGINT AS normative_documents_issued,
        any_value(value) FILTER (item = 'normative_document' AND measure = 'repealed')::BIGINT AS normative_documents_repealed,
        any_value(value) FILTER (item = 'normative_document' AND measure = 'in_force')::BIGINT AS normative_documents_in_force,
        any_value(value) FILTER (item = 'administrative_license' AND measure = 'decisions')::BIGINT AS licences,
        any_value(value) FILTER (item = 'administrative_penalty' AND measure = 'decisions')::BIGINT AS penalties,
        any_value(value) FILTER (item = 'administrative_coercion' AND measure = 'decisions')::BIGINT AS coercions,
        any_value(value) FILTER (item = 'administrative_fee' AND measure = 'amount') AS fee_amount
    FROM fact_proactive_disclosure GROUP BY agency_id, year
), flagged AS (
    SELECT agency_id, year, count(*) AS issues, count(*) FILTER (severity = 'error') AS errors
    FROM quality_issue WHERE severity IN ('error', 'warning') AND NOT waived GROUP BY agency_id, year
)
SELECT r.agency_id, r.year, a.name, a.province, a.city, a.county, a.level, a.kind, r.form, r.scope,
    h.* EXCLUDE (agency_id, year), v.* EXCLUDE (agency_id, year), d.* EXCLUDE (agency_id, year),
    coalesce(f.issues, 0) AS issues, coalesce(f.errors, 0) AS errors
FROM dim_report r
LEFT JOIN dim_agency a ON a.agency_id = r.agency_id
LEFT JOIN handled h ON h.agency_id = r.agency_id AND h.year = r.year
LEFT JOIN reviewed v ON v.agency_id = r.agency_id AND v.year = r.year
LEFT JOIN disclosed d ON d.agency_id = r.agency_id AND d.year = r.year
LEFT JOIN flagged f ON f.agency_id = r.agency_id AND f.year = r.year;
COMMENT ON VIEW agency_year IS '机关年度一览. One row a report: what an agency says of one year, all kinds of applicants together. Counts are as printed; NULL is not stated, never 0. Do not add up reports of scope region with those of the bodies they hold; nor processed with the results, which it is the sum of; nor documents in force over years, which are stocks; nor carried_over with the carried_forward of the year before, which are the same applications.';
COMMENT ON COLUMN agency_year.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN agency_year.year IS 'The year that the report is about.';
COMMENT ON COLUMN agency_year.name IS 'Name of the agency, as in dim_agency.';
COMMENT ON COLUMN agency_year.province IS 'Province-level division; NULL when unknown, or for organs of the State Council.';
COMMENT ON COLUMN agency_year.city IS 'Prefecture-level division; NULL when unknown or none.';
COMMENT ON COLUMN agency_year.county IS 'County-level division; NULL when unknown or none.';
COMMENT ON COLUMN agency_year.level IS '层级. 国家, 省, 市, 县 or 乡; NULL when unknown.';
COMMENT ON COLUMN agency_year.kind IS '类型. 人民政府, 政府办公室, 部门 …, as in dim_agency; NULL when unknown.';
COMMENT ON COLUMN agency_year.form IS 'The form its tables have: 2021, 2019 or hybrid, as in dim_report.';
COMMENT ON COLUMN agency_year.scope IS 'region: it adds up all bodies of its area or system; own: the body alone; NULL when it does not say.';
COMMENT ON COLUMN agency_year.new_received IS '本年新收. Applications received in the year.';
COMMENT ON COLUMN agency_year.carried_over IS '上年结转. Applications carried over from the year before.';
COMMENT ON COLUMN agency_year.processed IS '总计. Applications handled to an end in the year: the sum of all results, as printed.';
COMMENT ON COLUMN agency_year.granted IS '予以公开. Applications granted.';
COMMENT ON COLUMN agency_year.partially_granted IS '部分公开. Applications granted in part.';
COMMENT ON COLUMN agency_year.denied IS '不予公开. Applications denied, its eight rows added up; NULL when one of them is not stated.';
COMMENT ON COLUMN agency_year.unavailable IS '无法提供. Applications for what cannot be provided, its three rows added up; NULL when one of them is not stated.';
COMMENT ON COLUMN agency_year.not_processed IS '不予处理. Applications not processed, its five rows added up; NULL when one of them is not stated.';
COMMENT ON COLUMN agency_year.other_processing IS '其他处理. Other processing: its three rows added up, NULL when one of them is not stated; the one row that the form of 2019 has for it where the report has no such rows.';
COMMENT ON COLUMN agency_year.carried_forward IS '结转下年度继续办理. Applications carried forward to the next year.';
COMMENT ON COLUMN agency_year.natural_person_received IS '本年新收, 自然人. Applications of natural persons among those received in the year.';
COMMENT ON COLUMN agency_year.reconsideration_total IS '行政复议 总计. Reconsiderations, as printed; the next four are its parts.';
COMMENT ON COLUMN agency_year.reconsideration_upheld IS '行政复议 结果维持. Of these, the agency was upheld.';
COMMENT ON COLUMN agency_year.reconsideration_corrected IS '行政复议 结果纠正. Of these, the agency was corrected.';
COMMENT ON COLUMN agency_year.reconsideration_other IS '行政复议 其他结果. Of these, with another result.';
COMMENT ON COLUMN agency_year.reconsideration_pending IS '行政复议 尚未审结. Of these, not yet decided.';
COMMENT ON COLUMN agency_year.litigation_total IS '行政诉讼 总计. Lawsuits, with and without reconsideration before; NULL when one of the two is not stated. The next four are its parts.';
COMMENT ON COLUMN agency_year.litigation_upheld IS '行政诉讼 结果维持. Of these, the agency was upheld; NULL when one of the two tracks is not stated.';
COMMENT ON COLUMN agency_year.litigation_corrected IS '行政诉讼 结果纠正. Of these, the agency was corrected; NULL when one of the two tracks is not stated.';
COMMENT ON COLUMN agency_year.litigation_other IS '行政诉讼 其他结果. Of these, with another result; NULL when one of the two tracks is not stated.';
COMMENT ON COLUMN agency_year.litigation_pending IS '行政诉讼 尚未审结. Of these, not yet decided; NULL when one of the two tracks is not stated.';
COMMENT ON COLUMN agency_year.regulations_in_force IS '规章 现行有效件数. A stock; the form of 2019 does not ask it.';
COMMENT ON COLUMN agency_year.normative_documents_issued IS '行政规范性文件 本年制发件数; the form of 2019 does not ask it.';
COMMENT ON COLUMN agency_year.normative_documents_repealed IS '行政规范性文件 本年废止件数; the form of 2019 does not ask it.';
COMMENT ON COLUMN agency_year.normative_documents_in_force IS '行政规范性文件 现行有效件数. A stock; the form of 2019 does not ask it.';
COMMENT ON COLUMN agency_year.licences IS '行政许可. Decisions on administrative licences in the year.';
COMMENT ON COLUMN agency_year.penalties IS '行政处罚. Decisions on administrative penalties in the year.';
COMMENT ON COLUMN agency_year.coercions IS '行政强制. Decisions on administrative coercion in the year.';
COMMENT ON COLUMN agency_year.fee_amount IS '行政事业性收费 本年收费金额, in 万元 (10,000 CNY); the form of 2019 does not ask it.';
COMMENT ON COLUMN agency_year.issues IS 'Errors and warnings of quality_issue that nobody has waived, a row a cell; 0 is none found. To count contradictions count the view discrepancy.';
COMMENT ON COLUMN agency_year.errors IS 'Of these, the errors.';
