-- group: sums
-- severity: error
-- title_zh: 复议、诉讼各结果之和等于总计
-- title_en: Review results add up to the total
-- formula: per track: upheld + corrected + other + pending = total
-- explanation: The last column of each part of table four is the sum of the four results. Where it fails, one of the five numbers is wrong.
-- message: {item}各结果之和为 {expected}，总计为 {actual}。
-- message_en: The results of {item} add up to {expected}, the total says {actual}.
SELECT agency_id, year, 'fact_reconsideration' AS table_name, track AS item, 'total' AS column_name,
    upheld + corrected + other + pending AS expected, total AS actual, source_line, expected = actual AS holds,
    list_transform(['upheld', 'corrected', 'other', 'pending', 'total'], lambda c: track || '.' || c) AS cells
FROM fact_reconsideration
WHERE expected IS NOT NULL AND total IS NOT NULL
