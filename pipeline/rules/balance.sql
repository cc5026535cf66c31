-- group: sums
-- severity: error
-- title_zh: 勾稽关系：新收加结转等于办结加结转下年
-- title_en: Balance of applications
-- formula: per column: new_received + carried_over = total_processed + carried_forward
-- explanation: The form prints this relation above the table itself (本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和). Where it fails, at least one of the four numbers of the column is wrong.
-- message: {column}列不平衡：新收与上年结转之和为 {expected}，总计与结转下年度之和为 {actual}。
-- message_en: The column {column} does not balance: received and carried over make {expected}, processed and carried forward {actual}.
SELECT agency_id, year, any_value(table_name) AS table_name, NULL::VARCHAR AS item, column_name,
    sum(value) FILTER (item IN ('new_received', 'carried_over')) AS expected,
    sum(value) FILTER (item IN ('total_processed', 'carried_forward')) AS actual,
    min(source_line) FILTER (item = 'new_received') AS source_line,
    expected = actual AS holds,
    list_transform(['new_received', 'carried_over', 'total_processed', 'carried_forward'], lambda i: i || '.' || column_name)
        AS cells
FROM application_cell
WHERE item IN ('new_received', 'carried_over', 'total_processed', 'carried_forward')
GROUP BY agency_id, year, column_name
HAVING count(value) = 4
