-- group: narrative
-- severity: warning
-- title_zh: 文字与表格的办结数不一致
-- title_en: Text against table: applications answered
-- formula: narrative answered = total_processed.total; handled = total_processed.total or new_received.total + carried_over.total
-- explanation: The text states another number of applications answered or handled than table three. Texts use these words loosely: look at the sentence. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('answered', 'handled')
