CREATE VIEW quality_rule_result AS
SELECT rule, rule_group, severity, title_zh, title_en, year, assessable, assessable - failed AS passed, failed
FROM quality_rule_count JOIN quality_rule USING (rule);
COMMENT ON VIEW quality_rule_result IS '规则结果. One row a rule and year: how often the rule could be judged, and how often it held. Rules over numbers count cases (columns, rows, pairs of years, claims), rules of the reader reports: do not add up different rules.';
COMMENT ON COLUMN quality_rule_result.rule IS 'The rule, as in quality_rule.';
COMMENT ON COLUMN quality_rule_result.rule_group IS 'What it is about, as in quality_rule.';
COMMENT ON COLUMN quality_rule_result.severity IS 'Severity of the rule.';
COMMENT ON COLUMN quality_rule_result.title_zh IS 'Chinese title.';
COMMENT ON COLUMN quality_rule_result.title_en IS 'English title.';
COMMENT ON COLUMN quality_rule_result.year IS 'The year of the reports.';
COMMENT ON COLUMN quality_rule_result.assessable IS 'Cases that could be judged: none of their numbers is NULL.';
COMMENT ON COLUMN quality_rule_result.passed IS 'Of these, the cases that hold.';
COMMENT ON COLUMN quality_rule_result.failed IS 'Of these, the cases that do not; each is a row of quality_issue, or several for rules of the reader.';
