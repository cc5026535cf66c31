-- group: narrative
-- severity: warning
-- title_zh: “其中”各项之和超过总数
-- title_en: Parts exceed their whole
-- formula: the parts that a text names after 其中 do not add up to more than their whole
-- explanation: The text names parts of a number that together are more than it. Kinds may overlap, or the number was not brought up to date: look at the sentence. Parts that make the whole several times over (by applicant and by channel) are right.
-- message: “其中”各项之和为 {actual}，超过总数 {expected}：“{quote}”
-- message_en: The parts add up to {actual}, more than their whole {expected}.
SELECT w.agency_id, w.year, NULL::VARCHAR AS table_name, NULL::VARCHAR AS item, NULL::VARCHAR AS column_name,
    w.value AS expected, sum(p.value)::BIGINT AS actual, w.source_line, actual <= expected OR actual % expected = 0 AS holds,
    any_value(w."text") AS quote
FROM fact_narrative_claim w JOIN fact_narrative_claim p
    ON p.agency_id = w.agency_id AND p.year = w.year AND p.part_of = w.claim_no AND p.scope = w.scope
WHERE NOT w.approximate AND w.value > 0
GROUP BY w.agency_id, w.year, w.claim_no, w.value, w.source_line, p.claim NOT IN ('part', 'published')
