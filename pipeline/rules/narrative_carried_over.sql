-- group: narrative
-- severity: error
-- title_zh: 文字与表格的上年结转不一致
-- title_en: Text against table: carried over
-- formula: narrative carried_over = carried_over.total
-- explanation: The text states another number of applications carried over than table three. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('carried_over')
