-- group: sums
-- severity: error
-- title_zh: 各类申请人之和等于总计
-- title_en: Applicants add up to the total
-- formula: per row: natural_person + enterprise + research_institution + social_organization + legal_service + other = total
-- explanation: The last column of table three is the sum of the six kinds of applicants. Where it fails, one of the seven numbers of the row is wrong.
-- message: “{item}”一行各类申请人之和为 {expected}，总计列为 {actual}。
-- message_en: In the row "{item}" the applicants add up to {expected}, the total says {actual}.
SELECT agency_id, year, 'fact_application_handling' AS table_name, item, 'total' AS column_name,
    natural_person + enterprise + research_institution + social_organization + legal_service + other AS expected,
    total AS actual, source_line, expected = actual AS holds,
    list_transform(['natural_person', 'enterprise', 'research_institution', 'social_organization', 'legal_service', 'other',
        'total'], lambda c: item || '.' || c) AS cells
FROM fact_application_handling
WHERE expected IS NOT NULL AND total IS NOT NULL
