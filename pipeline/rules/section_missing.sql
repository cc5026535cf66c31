-- group: sections
-- severity: info
-- title_zh: 缺少规定的部分
-- title_en: Section missing
-- formula: the six sections of the form are present
-- explanation: 国办公开办函〔2021〕30号 gives six sections. No heading of this one was found: it is not there, has quite another name, or was lost when the text was taken from the page.
-- message: 没有找到“{quote}”部分的标题。
-- message_en: No heading of section {expected} was found.
SELECT r.agency_id, r.year, NULL::VARCHAR AS table_name, NULL::VARCHAR AS item, NULL::VARCHAR AS column_name,
    s.section::BIGINT AS expected, NULL::BIGINT AS actual, NULL::INTEGER AS source_line, f.section IS NOT NULL AS holds,
    s.title AS quote
FROM dim_report r CROSS JOIN section_title s
LEFT JOIN report_section f ON f.agency_id = r.agency_id AND f.year = r.year AND f.section = s.section
