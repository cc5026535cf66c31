-- group: narrative
-- severity: error
-- title_zh: 文字与表格的办理结果不一致
-- title_en: Text against table: results of applications
-- formula: narrative granted, partially_granted, denied, unavailable, not_processed, other_processing = the sum of their rows
-- explanation: The text states another number of applications with this result than the rows of table three make together. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('granted', 'partially_granted', 'denied', 'unavailable', 'not_processed', 'other_processing')
