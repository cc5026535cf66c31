-- Every number of the fact tables as a row of its own, for the rules. NULLs stay: a rule must see them.
CREATE OR REPLACE TEMP VIEW application_cell AS
SELECT agency_id, year, 'fact_application_handling' AS table_name, item, column_name, value, source_line
FROM fact_application_handling UNPIVOT INCLUDE NULLS (
    value FOR column_name IN
        (natural_person, enterprise, research_institution, social_organization, legal_service, other, total)
);
CREATE OR REPLACE TEMP VIEW review_cell AS
SELECT agency_id, year, 'fact_reconsideration' AS table_name, track AS item, column_name, value, source_line
FROM fact_reconsideration UNPIVOT INCLUDE NULLS (value FOR column_name IN (upheld, corrected, other, pending, total));
CREATE OR REPLACE TEMP VIEW disclosure_cell AS
SELECT agency_id, year, 'fact_proactive_disclosure' AS table_name, item, measure AS column_name, value, source_line
FROM fact_proactive_disclosure;
-- A number beside the same one of the year before. Not for 本年增减, which is a change itself.
CREATE OR REPLACE TEMP VIEW yearly_change AS
WITH number AS (
    SELECT agency_id, year, table_name, item, column_name, value, source_line FROM application_cell
    WHERE column_name = 'total' AND item IN ('new_received', 'total_processed')
    UNION ALL BY NAME
    SELECT agency_id, year, table_name, item, column_name, value, source_line FROM review_cell WHERE column_name = 'total'
    UNION ALL BY NAME
    SELECT agency_id, year, table_name, item, column_name, value, source_line FROM disclosure_cell
    WHERE column_name <> 'change'
)
SELECT n.*, b.value AS before, NOT (n.value > 5 * b.value OR 5 * n.value < b.value) AS holds
FROM number n JOIN number b USING (agency_id, table_name, item, column_name)
WHERE b.year = n.year - 1 AND n.value >= 0 AND b.value >= 0;
-- What the tables say of the things that a report's prose speaks of, a row a claim.
CREATE OR REPLACE TEMP VIEW told_by_table AS
WITH outcome AS (
    SELECT agency_id, year, item, total, i.outcome
    FROM fact_application_handling c JOIN dim_application_item i USING (item)
    QUALIFY c.item <> 'other_processing'
        OR NOT bool_or(i.parent_item = 'other_processing') OVER (PARTITION BY agency_id, year)
)
SELECT agency_id, year, 'fact_application_handling' AS table_name, item, 'total' AS column_name, claim, total AS value,
    if(claim = 'received', total + sum(total) FILTER (item = 'carried_over') OVER report, NULL)::BIGINT AS alternative,
    [item || '.total'] AS cells
FROM fact_application_handling JOIN (
    VALUES ('new_received', 'received'), ('carried_over', 'carried_over'), ('total_processed', 'answered'),
        ('carried_forward', 'carried_forward')
) c (item, claim) USING (item)
WINDOW report AS (PARTITION BY agency_id, year)
UNION ALL
-- 办理 and 处理 often mean all that was there to handle, not what was finished.
SELECT agency_id, year, 'fact_application_handling', 'total_processed', 'total', 'handled',
    max(total) FILTER (item = 'total_processed'),
    if(count(total) FILTER (item IN ('new_received', 'carried_over')) = 2,
        sum(total) FILTER (item IN ('new_received', 'carried_over')), NULL)::BIGINT,
    ['total_processed.total', 'new_received.total', 'carried_over.total']
FROM fact_application_handling GROUP BY agency_id, year
UNION ALL
SELECT agency_id, year, 'fact_application_handling', NULL, 'total',
    if(outcome = 'other', 'other_processing', outcome) AS claim,
    if(count(total) = count(*), sum(total), NULL)::BIGINT, NULL, list(item || '.total' ORDER BY item)
FROM outcome WHERE outcome NOT IN ('intake', 'total') GROUP BY ALL
UNION ALL
SELECT agency_id, year, 'fact_reconsideration', if(claim = 'reconsideration', 'reconsideration', NULL), column_name,
    claim || if(column_name = 'total', '', '_' || column_name),
    if(count(value) = if(claim = 'litigation', 2, 1), sum(value), NULL)::BIGINT, NULL,
    list(item || '.' || column_name ORDER BY item)
FROM (SELECT *, if(item = 'reconsideration', 'reconsideration', 'litigation') AS claim FROM review_cell)
GROUP BY agency_id, year, claim, column_name
UNION ALL
SELECT agency_id, year, 'fact_proactive_disclosure', item, column_name, item, value::BIGINT, NULL, [item || '.decisions']
FROM disclosure_cell
WHERE column_name = 'decisions'
    AND item IN ('administrative_license', 'administrative_penalty', 'administrative_coercion');
-- Claims of the prose beside what the tables say. Left out: numbers of another body or year, parts that are no kind of
-- their own, numbers of about. A region's number is only a government's own, and only where it names none for itself.
-- A number of an area is a whole to one of its bodies, whose own number is a whole all the same.
-- 受理 43 件, beside 新收 40 件 and 上年结转 3 件, is all there was to handle.
-- A smaller number beside one that agrees, or several that make it together, is a part that the text does not call one.
CREATE OR REPLACE TEMP VIEW narrative_case AS
WITH comparable AS (
    SELECT c.*, c.part_of IS NULL OR w.scope <> c.scope OR c.claim NOT IN ('received', 'answered', 'handled', 'reconsideration', 'litigation',
            'administrative_license', 'administrative_penalty', 'administrative_coercion') AS whole
    FROM fact_narrative_claim c JOIN dim_agency a USING (agency_id)
    LEFT JOIN fact_narrative_claim w
        ON w.agency_id = c.agency_id AND w.year = c.year AND w.claim_no = c.part_of
    WHERE NOT c.approximate AND (c.scope = 'own' OR c.scope = 'region' AND regexp_matches(a.name, '政府(办公室|办公厅)?$'))
), judged AS (
    SELECT c.*, t.table_name, t.item, t.column_name, t.value AS stated, t.alternative, t.cells
    FROM comparable c JOIN told_by_table t USING (agency_id, year, claim)
    WHERE c.whole AND t.value IS NOT NULL
), agreement AS (
    SELECT *, bool_or(value = stated) OVER same AS agrees,
        sum(value) FILTER (scope = 'own' AND value <= stated) OVER same = stated AS adds_up,
        bool_or(scope = 'own') OVER same AS has_own
    FROM judged WINDOW same AS (PARTITION BY agency_id, year, claim)
)
SELECT agency_id, year, claim, table_name, item, column_name, stated::BIGINT AS expected, value AS actual, source_line,
    value = stated OR coalesce(value = alternative AND (claim = 'handled' OR agrees), false) OR value < stated AND (agrees OR adds_up) AS holds, cells, "text" AS said
FROM agreement
WHERE scope = 'own' OR scope = 'region' AND NOT has_own;
