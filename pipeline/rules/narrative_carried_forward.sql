-- group: narrative
-- severity: error
-- title_zh: 文字与表格的结转下年不一致
-- title_en: Text against table: carried forward
-- formula: narrative carried_forward = carried_forward.total
-- explanation: The text states another number of applications carried forward than table three. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('carried_forward')
