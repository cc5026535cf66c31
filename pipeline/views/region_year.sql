CREATE VIEW region_year AS
SELECT province, city, county, year, count(*) AS reports, count(*) FILTER (scope = 'region') AS region_reports,
    sum(new_received) FILTER (summed)::BIGINT AS new_received,
    sum(carried_over) FILTER (summed)::BIGINT AS carried_over,
    sum(processed) FILTER (summed)::BIGINT AS processed,
    sum(granted) FILTER (summed)::BIGINT AS granted,
    sum(partially_granted) FILTER (summed)::BIGINT AS partially_granted,
    sum(denied) FILTER (summed)::BIGINT AS denied,
    sum(unavailable) FILTER (summed)::BIGINT AS unavailable,
    sum(not_processed) FILTER (summed)::BIGINT AS not_processed,
    sum(other_processing) FILTER (summed)::BIGINT AS other_processing,
    sum(carried_forward) FILTER (summed)::BIGINT AS carried_forward,
    sum(reconsideration_total) FILTER (summed)::BIGINT AS reconsideration_total,
    sum(reconsideration_corrected) FILTER (summed)::BIGINT AS reconsideration_corrected,
    sum(litigation_total) FILTER (summed)::BIGINT AS litigation_total,
    sum(litigation_corrected) FILTER (summed)::BIGINT AS litigation_corrected,
    count(*) FILTER (summed AND NOT stated) AS unstated,
    sum(issues)::BIGINT AS issues, count(*) FILTER (issues > 0) AS flagged
FROM (
    SELECT *, scope IS DISTINCT FROM 'region' AS summed,
        -- A sum is NULL if one of its parts is.
        new_received + carried_over + processed + granted + partially_granted + denied + unavailable + not_processed
            + other_processing + carried_forward + reconsideration_total + reconsideration_corrected + litigation_total
            + litigation_corrected IS NOT NULL AS stated
    FROM agency_year
)
GROUP BY province, city, county, year;
COMMENT ON VIEW region_year IS '地区年度汇总. One row a division and year: the reports of the agencies placed in it, added up. An agency counts in its own division only, so that rows can be added up to larger ones; NULL divisions are those that are not known, or a province or city itself. Reports that say that they add up a whole area (scope region) are in no sum, as their bodies are; one that does so without saying it is counted twice. A number that a report does not state is in no sum (unstated): compare divisions or years only where that is small, and see report_coverage_region for reports that are not there.';
COMMENT ON COLUMN region_year.province IS 'Province-level division; NULL when unknown, or for organs of the State Council.';
COMMENT ON COLUMN region_year.city IS 'Prefecture-level division; NULL when unknown or none.';
COMMENT ON COLUMN region_year.county IS 'County-level division; NULL when unknown or none.';
COMMENT ON COLUMN region_year.year IS 'The year that the reports are about.';
COMMENT ON COLUMN region_year.reports IS 'Reports of the agencies of the division.';
COMMENT ON COLUMN region_year.region_reports IS 'Of these, reports that add up a whole area or system; they are in none of the sums.';
COMMENT ON COLUMN region_year.new_received IS '本年新收. Applications received in the year; like all sums here NULL when no report states it.';
COMMENT ON COLUMN region_year.carried_over IS '上年结转. Applications carried over from the year before.';
COMMENT ON COLUMN region_year.processed IS '总计. Applications handled to an end in the year; do not add the results to it.';
COMMENT ON COLUMN region_year.granted IS '予以公开. Applications granted.';
COMMENT ON COLUMN region_year.partially_granted IS '部分公开. Applications granted in part.';
COMMENT ON COLUMN region_year.denied IS '不予公开. Applications denied.';
COMMENT ON COLUMN region_year.unavailable IS '无法提供. Applications for what cannot be provided.';
COMMENT ON COLUMN region_year.not_processed IS '不予处理. Applications not processed.';
COMMENT ON COLUMN region_year.other_processing IS '其他处理. Other processing.';
COMMENT ON COLUMN region_year.carried_forward IS '结转下年度继续办理. Applications carried forward to the next year.';
COMMENT ON COLUMN region_year.reconsideration_total IS '行政复议 总计. Reconsiderations.';
COMMENT ON COLUMN region_year.reconsideration_corrected IS '行政复议 结果纠正. Of these, the agency was corrected.';
COMMENT ON COLUMN region_year.litigation_total IS '行政诉讼 总计. Lawsuits, with and without reconsideration before.';
COMMENT ON COLUMN region_year.litigation_corrected IS '行政诉讼 结果纠正. Of these, the agency was corrected.';
COMMENT ON COLUMN region_year.unstated IS 'Of the reports added up, those that do not state at least one of these numbers, and are missing from some sum.';
COMMENT ON COLUMN region_year.issues IS 'Errors and warnings of quality_issue that nobody has waived, in all the reports.';
COMMENT ON COLUMN region_year.flagged IS 'Reports that have one or more of them.';
