-- group: sections
-- severity: warning
-- title_zh: “存在的主要问题及改进情况”为空
-- title_en: Section five is empty
-- formula: section five has text
-- explanation: The form asks for problems and how they are mended. The heading is there and nothing stands under it.
-- message: 第五部分只有标题，没有内容。
-- message_en: Section five has a heading and no text.
SELECT agency_id, year, NULL::VARCHAR AS table_name, NULL::VARCHAR AS item, NULL::VARCHAR AS column_name,
    NULL::BIGINT AS expected, NULL::BIGINT AS actual, source_line, length(trim("text")) > 0 AS holds
FROM report_section WHERE section = 5 AND heading IS NOT NULL
