-- group: narrative
-- severity: error
-- title_zh: 文字与表格的行政复议不一致
-- title_en: Text against table: reconsiderations
-- formula: narrative reconsideration = reconsideration.total; its results = their columns
-- explanation: The text states another number of reconsiderations than table four. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('reconsideration', 'reconsideration_upheld', 'reconsideration_corrected', 'reconsideration_other', 'reconsideration_pending')
