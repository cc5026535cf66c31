-- group: years
-- severity: info
-- title_zh: 中间年度缺报告
-- title_en: Year missing between two reports
-- formula: an agency that reports of two years reports of those between them
-- explanation: There are reports before and after, and none of the year between: it was not published, not collected, or rejected. The issue stands at the report after the gap.
-- message: 缺少上一年（{expected} 年）的报告，此前最近的一份是 {actual} 年。
-- message_en: The report of {expected} is missing; the last one before is of {actual}.
SELECT agency_id, year, NULL::VARCHAR AS table_name, NULL::VARCHAR AS item, NULL::VARCHAR AS column_name,
    (year - 1)::BIGINT AS expected, before::BIGINT AS actual, NULL::INTEGER AS source_line, expected = actual AS holds
FROM (SELECT agency_id, year, lag(year) OVER (PARTITION BY agency_id ORDER BY year) AS before FROM dim_report)
WHERE before IS NOT NULL
