-- group: narrative
-- severity: warning
-- title_zh: 文字与表格的行政许可、处罚、强制不一致
-- title_en: Text against table: licences, penalties, coercion
-- formula: narrative administrative_license, _penalty, _coercion = their decisions
-- explanation: The text states another number of decisions than table two. Texts often count cases or items instead: look at the sentence. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('administrative_license', 'administrative_penalty', 'administrative_coercion')
