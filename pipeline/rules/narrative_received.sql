-- group: narrative
-- severity: error
-- title_zh: 文字与表格的新收申请不一致
-- title_en: Text against table: applications received
-- formula: narrative received = new_received.total
-- explanation: The text states another number of applications received than table three. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('received')
