-- group: sums
-- severity: error
-- title_zh: 勾稽关系：新收加结转等于办结加结转下年
-- title_en: Balance of applications
-- formula: per column: new_received + carried_over = total_processed + carried_forward
-- explanation: The form prints this relation above the table itself (本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和). Where it fails, at least one of the four numbers of the column is wrong.
-- message: {column}列不平衡：新收与上年结转之和为 {expected}，总计与结转下年度之和为 {actual}。
-- message_en: The column {column} does not balance: received and carried over make {expected}, processed and carried forward {actual}.
SELECT agency_id, year, 'fact_application_handling' AS table_name, NULL::VARCHAR AS item, column_name,
    received::HUGEINT + over AS expected, processed::HUGEINT + forward AS actual, source_line, expected = actual AS holds,
    list_transform(['new_received', 'carried_over', 'total_processed', 'carried_forward'], lambda i: i || '.' || column_name)
        AS cells
FROM (
    SELECT agency_id, year, r.source_line, unnest(applicants()) AS column_name, unnest(r.numbers) AS received,
        unnest(o.numbers) AS over, unnest(p.numbers) AS processed, unnest(f.numbers) AS forward
    FROM application_numbers r JOIN application_numbers o USING (agency_id, year)
    JOIN application_numbers p USING (agency_id, year) JOIN application_numbers f USING (agency_id, year)
    WHERE r.item = 'new_received' AND o.item = 'carried_over' AND p.item = 'total_processed' AND f.item = 'carried_forward'
)
WHERE expected IS NOT NULL AND actual IS NOT NULL
