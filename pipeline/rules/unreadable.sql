-- group: reading
-- severity: warning
-- title_zh: 无法读取的单元格
-- title_en: Cells that could not be read
-- formula: no cell of a row is unreadable
-- explanation: Something stands in the row that is not one number a cell: damaged or split digits, or fewer or more cells than the form has. These cells are NULL; cell_note has what is printed. It may be the text extraction's fault rather than the agency's.
-- message: “{item}”一行有无法读取的内容：{actual}
-- message_en: In the row "{item}" something could not be read: {actual}
WITH unreadable AS (
    SELECT agency_id, year, table_name, item, string_agg(DISTINCT raw_text, ' / ' ORDER BY raw_text) AS actual,
        min(source_line) AS source_line
    FROM cell_note WHERE state = 'unreadable' GROUP BY ALL
), row_of_table AS (
    SELECT agency_id, year, 'fact_application_handling' AS table_name, item FROM fact_application_handling UNION ALL
    SELECT agency_id, year, 'fact_reconsideration', track FROM fact_reconsideration UNION ALL
    SELECT DISTINCT agency_id, year, 'fact_proactive_disclosure', item FROM fact_proactive_disclosure
)
SELECT agency_id, year, table_name, item, NULL::VARCHAR AS column_name, NULL::VARCHAR AS expected, actual, source_line,
    false AS holds
FROM unreadable
UNION ALL
SELECT agency_id, year, table_name, item, NULL, NULL, NULL, NULL, true
FROM row_of_table ANTI JOIN unreadable USING (agency_id, year, table_name, item)
