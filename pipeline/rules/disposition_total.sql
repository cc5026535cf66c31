-- group: sums
-- severity: error
-- title_zh: 办理结果之和等于总计
-- title_en: Dispositions add up to the total
-- formula: per column: granted + partially_granted + the denied, unavailable, not processed and other rows = total_processed
-- explanation: The row （七）总计 is the sum of the rows from （一） to （六）. Where it fails, one of the rows or the total is wrong. Where a report prints both one row （六） and its parts, the parts are added.
-- message: {column}列办理结果之和为 {expected}，“（七）总计”为 {actual}。
-- message_en: In the column {column} the dispositions add up to {expected}, the total says {actual}.
SELECT agency_id, year, any_value(table_name) AS table_name, 'total_processed' AS item, column_name,
    sum(value) FILTER (part) AS expected,
    sum(value) FILTER (item = 'total_processed') AS actual,
    min(source_line) FILTER (item = 'total_processed') AS source_line,
    expected = actual AS holds,
    list(item || '.' || column_name ORDER BY sort_order) AS cells
FROM (
    SELECT c.*, i.sort_order, i.outcome NOT IN ('intake', 'total')
        AND (c.item <> 'other_processing' OR NOT bool_or(i.parent_item = 'other_processing') OVER report) AS part
    FROM application_cell c JOIN dim_application_item i USING (item)
    WINDOW report AS (PARTITION BY c.agency_id, c.year, c.column_name)
)
WHERE part OR item = 'total_processed'
GROUP BY agency_id, year, column_name
HAVING count(value) = count(*) AND bool_or(part) AND bool_or(item = 'total_processed')
