-- group: narrative
-- severity: warning
-- title_zh: 所称占比与数字不符
-- title_en: Stated share does not fit its numbers
-- formula: the stated share = part / whole, to the last digit that is printed
-- explanation: The text says which share of a number a part of it is, and the two numbers make another one. The share may be of something else: look at the sentence.
-- message: 文字称占比 {actual}%，按所列数字应为 {expected}%：“{quote}”
-- message_en: The text says {actual} %, its numbers make {expected} %.
SELECT p.agency_id, p.year, NULL::VARCHAR AS table_name, NULL::VARCHAR AS item, NULL::VARCHAR AS column_name,
    round(100.0 * p.value / w.value, 2)::DECIMAL(18, 2) AS expected, p.share AS actual, p.source_line,
    abs(100.0 * p.value / w.value - p.share)
        < CASE WHEN p.share = trunc(p.share) THEN 1 WHEN p.share * 10 = trunc(p.share * 10) THEN 0.1 ELSE 0.01 END AS holds,
    p."text" AS quote
FROM fact_narrative_claim p JOIN fact_narrative_claim w
    ON w.agency_id = p.agency_id AND w.year = p.year AND w.claim_no = p.part_of
WHERE p.share IS NOT NULL AND w.value > 0 AND NOT p.approximate AND NOT w.approximate
