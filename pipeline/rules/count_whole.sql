-- group: values
-- severity: error
-- title_zh: 数量应为整数
-- title_en: Counts are whole numbers
-- formula: every count is a whole number
-- explanation: A count with decimals cannot be right. It is not loaded; cell_note has what is printed.
-- message: “{item}”{column}应为整数，报告为“{actual}”，未入库。
-- message_en: {item}, {column}: a count is a whole number, the report prints {actual}; it is not loaded.
SELECT agency_id, year, table_name, item, column_name, NULL::VARCHAR AS expected, value::VARCHAR AS actual, source_line,
    true AS holds
FROM stated_number
WHERE column_name <> 'amount'
UNION ALL
SELECT agency_id, year, table_name, item, column_name, NULL, raw_text, source_line, false
FROM cell_note
WHERE state = 'unreadable' AND column_name <> 'amount' AND regexp_full_match(raw_text, '[+-]?\d+\.\d+')
