-- group: sums
-- severity: error
-- title_zh: 办理结果之和等于总计
-- title_en: Dispositions add up to the total
-- formula: per column: granted + partially_granted + the denied, unavailable, not processed and other rows = total_processed
-- explanation: The row （七）总计 is the sum of the rows from （一） to （六）. Where it fails, one of the rows or the total is wrong. Where a report prints both one row （六） and its parts, the parts are added.
-- message: {column}列办理结果之和为 {expected}，“（七）总计”为 {actual}。
-- message_en: In the column {column} the dispositions add up to {expected}, the total says {actual}.
WITH assessed AS NOT MATERIALIZED (
    SELECT agency_id, year, 'fact_application_handling' AS table_name, 'total_processed' AS item, column_name,
        parts AS expected, total AS actual, source_line
    FROM application_sum WHERE parts_stated AND total IS NOT NULL
)
SELECT j.*, true AS holds, NULL AS cells FROM assessed j WHERE expected = actual
UNION ALL
SELECT j.*, false, list(p.item || '.' || column_name ORDER BY p.sort_order) || any_value(['total_processed.' || column_name])
FROM assessed j JOIN application_part p USING (agency_id, year) WHERE expected <> actual GROUP BY ALL
