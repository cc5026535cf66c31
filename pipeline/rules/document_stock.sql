-- group: years
-- severity: warning
-- title_zh: 现行有效件数与上年不衔接
-- title_en: Stock of documents in force
-- formula: in_force(y) = in_force(y - 1) + issued(y) - repealed(y), regulations and normative documents
-- explanation: Documents in force at the end of a year are those of the year before, with the year's new ones, without those repealed. Documents may also lapse by themselves, or a count be put right: look at both reports.
-- message: “{item}”{column}为 {actual}，按上年现行有效件数加本年制发减本年废止应为 {expected}。
-- message_en: {item}, {column}: {actual}; last year's stock with this year's issued and repealed makes {expected}.
SELECT f.agency_id, f.year, f.table_name, f.item, f.column_name, b.value + i.value - r.value AS expected,
    f.value AS actual, f.source_line, expected = actual AS holds,
    [f.item || '.in_force', f.item || '.in_force[' || b.year || ']', f.item || '.issued', f.item || '.repealed'] AS cells
FROM disclosure_cell f
JOIN disclosure_cell b ON b.agency_id = f.agency_id AND b.year = f.year - 1 AND b.item = f.item
    AND b.column_name = 'in_force'
JOIN disclosure_cell i ON i.agency_id = f.agency_id AND i.year = f.year AND i.item = f.item AND i.column_name = 'issued'
JOIN disclosure_cell r ON r.agency_id = f.agency_id AND r.year = f.year AND r.item = f.item AND r.column_name = 'repealed'
WHERE f.column_name = 'in_force' AND expected IS NOT NULL AND f.value IS NOT NULL
