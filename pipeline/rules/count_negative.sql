-- group: values
-- severity: error
-- title_zh: 数量和金额不得为负
-- title_en: Counts and amounts are not negative
-- formula: every number >= 0, except change (本年增/减)
-- explanation: Only 本年增/减 of the 2019 form may be negative. A negative count is a slip of the pen.
-- message: “{item}”{column}为负数 {actual}。
-- message_en: {item}, {column}: the number {actual} is negative.
SELECT agency_id, year, table_name, item, column_name, NULL::BIGINT AS expected, value AS actual, source_line,
    NOT negative AS holds
FROM stated_number
WHERE column_name <> 'change'
