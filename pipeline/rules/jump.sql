-- group: years
-- severity: warning
-- title_zh: 数量骤变
-- title_en: Jump from last year
-- formula: a number is not more than 5 times nor less than a fifth of last year’s, nor 0 in one of the two (the larger one >= 20)
-- explanation: A number has grown more than five-fold, has fallen below a fifth, or has come from or gone to zero, and the larger of the two is 20 or more. It need not be wrong: look at both reports.
-- message: “{item}”{column}由上年的 {expected} 变为 {actual}。
-- message_en: {item}, {column}: {expected} last year, {actual} this year.
SELECT agency_id, year, table_name, item, column_name, before AS expected, value AS actual, source_line, holds,
    [item || '.' || column_name, item || '.' || column_name || '[' || (year - 1) || ']'] AS cells
FROM yearly_change
WHERE greatest(before, value) >= 20
