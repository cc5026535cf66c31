-- group: narrative
-- severity: error
-- title_zh: 文字与表格的行政诉讼不一致
-- title_en: Text against table: litigation
-- formula: narrative litigation = litigation_direct.total + litigation_after_reconsideration.total; its results = their columns
-- explanation: The text states another number of lawsuits than the two tracks of table four make together. Only numbers that the text states exactly, of this agency and this year, are compared.
-- message: 文字部分称{claim} {actual}，表中为 {expected}：“{quote}”
-- message_en: The text says {actual} {claim}, the table {expected}.
SELECT * FROM narrative_case WHERE claim IN ('litigation', 'litigation_upheld', 'litigation_corrected', 'litigation_other', 'litigation_pending')
