-- group: years
-- severity: info
-- title_zh: 小数量骤变
-- title_en: Jump of a small number
-- formula: as jump, the larger number below 20
-- explanation: As jump, for numbers below 20, where such changes are daily bread.
-- message: “{item}”{column}由上年的 {expected} 变为 {actual}。
-- message_en: {item}, {column}: {expected} last year, {actual} this year.
SELECT agency_id, year, table_name, item, column_name, before AS expected, value AS actual, source_line, holds,
    [item || '.' || column_name, item || '.' || column_name || '[' || (year - 1) || ']'] AS cells
FROM yearly_change
WHERE greatest(before, value) < 20
