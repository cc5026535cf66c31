-- group: years
-- severity: error
-- title_zh: 上年结转与上年报告的结转下年不一致
-- title_en: Carry-over between two years
-- formula: per column: carried_forward(y - 1) = carried_over(y)
-- explanation: What a report carries forward to the next year is what the next report has carried over. Where it fails, one of the two reports is wrong, or a body was merged, split or renamed. The issue stands at both reports, since either may be the one.
-- message: “{item}”{column}为 {actual}，{quote}为 {expected}。
-- message_en: {item}, {column}: the report says {actual}, the report of the year beside it {expected}.
WITH pair AS (
    SELECT agency_id, a.year, 'fact_application_handling' AS table_name, unnest(applicants()) AS column_name,
        unnest(a.numbers) AS forward, unnest(b.numbers) AS over, a.source_line AS forward_line, b.source_line AS over_line
    FROM application_numbers a JOIN application_numbers b USING (agency_id)
    WHERE b.year = a.year + 1 AND a.item = 'carried_forward' AND b.item = 'carried_over'
)
SELECT agency_id, year + 1 AS year, table_name, 'carried_over' AS item, column_name, forward AS expected, over AS actual,
    over_line AS source_line, expected = actual AS holds, year || ' 年报告的“结转下年度继续办理”' AS quote,
    ['carried_over.' || column_name, 'carried_forward.' || column_name || '[' || year || ']'] AS cells
FROM pair WHERE forward IS NOT NULL AND over IS NOT NULL
UNION ALL
SELECT agency_id, year, table_name, 'carried_forward', column_name, over, forward,
    forward_line, over = forward, (year + 1) || ' 年报告的“上年结转”',
    ['carried_forward.' || column_name, 'carried_over.' || column_name || '[' || (year + 1) || ']']
FROM pair WHERE forward IS NOT NULL AND over IS NOT NULL
