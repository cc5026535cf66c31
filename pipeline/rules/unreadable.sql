-- group: reading
-- severity: warning
-- title_zh: 无法读取的单元格
-- title_en: Cells that could not be read
-- formula: no cell of a row is unreadable
-- explanation: Something stands in the row that is not one number a cell: damaged or split digits, or fewer or more cells than the form has. These cells are NULL; cell_note has what is printed. It may be the text extraction's fault rather than the agency's.
-- message: “{item}”一行有无法读取的内容：{actual}
-- message_en: In the row "{item}" something could not be read: {actual}
WITH row_of_table AS (
    SELECT DISTINCT agency_id, year, table_name, item
    FROM (
        SELECT * FROM application_cell UNION ALL BY NAME
        SELECT * FROM review_cell UNION ALL BY NAME
        SELECT * FROM disclosure_cell
    )
), unreadable AS (
    SELECT agency_id, year, table_name, item, string_agg(DISTINCT raw_text, ' / ' ORDER BY raw_text) AS actual,
        min(source_line) AS source_line
    FROM cell_note WHERE state = 'unreadable' GROUP BY ALL
)
SELECT agency_id, year, table_name, item, NULL::VARCHAR AS column_name, NULL::VARCHAR AS expected, actual, source_line,
    u.agency_id IS NULL AS holds
FROM row_of_table FULL JOIN unreadable u USING (agency_id, year, table_name, item)
