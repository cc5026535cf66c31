-- Views and tables that the rules read. What is costly and read more than once is a table, the rest are views.
-- First, every number of the fact tables as a row of its own. NULLs are kept: rules need them.
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
-- The numbers that are stated. Whether one is negative is found out before the UNION casts all to one type.
CREATE OR REPLACE TEMP VIEW stated_number AS
SELECT *, value < 0 AS negative FROM application_cell WHERE value IS NOT NULL UNION ALL BY NAME
SELECT *, value < 0 AS negative FROM review_cell WHERE value IS NOT NULL UNION ALL BY NAME
SELECT *, value < 0 AS negative FROM disclosure_cell WHERE value IS NOT NULL;
-- The rows of table three that total_processed is the sum of. Where a report prints both one row （六） and its parts,
-- the parts are added.
CREATE OR REPLACE TEMP VIEW application_part AS
WITH placed AS NOT MATERIALIZED (
    SELECT h.*, i.parent_item, i.outcome, i.sort_order
    FROM fact_application_handling h JOIN dim_application_item i USING (item) WHERE i.outcome NOT IN ('intake', 'total')
)
SELECT * FROM placed WHERE item <> 'other_processing' UNION ALL
SELECT * FROM (FROM placed WHERE item = 'other_processing')
ANTI JOIN (FROM placed WHERE parent_item = 'other_processing') USING (agency_id, year);
-- Table three with the numbers of a row as a list, in the order of applicants(): rows are joined before unnesting.
CREATE OR REPLACE TEMP MACRO applicants() AS
    ['natural_person', 'enterprise', 'research_institution', 'social_organization', 'legal_service', 'other', 'total'];
CREATE OR REPLACE TEMP VIEW application_numbers AS
SELECT agency_id, year, item, source_line,
    [natural_person, enterprise, research_institution, social_organization, legal_service, other, total] AS numbers
FROM fact_application_handling;
-- total_processed beside the sum of its parts, one row a report and column.
CREATE OR REPLACE TEMP TABLE application_sum AS
WITH part AS (
    SELECT agency_id, year, COLUMNS(
        '^(natural_person|enterprise|research_institution|social_organization|legal_service|other|total)$'
    ) FROM application_part
), report AS (
    SELECT agency_id, year, sum(COLUMNS(* EXCLUDE (agency_id, year))) AS 'sum_\0',
        count(COLUMNS(* EXCLUDE (agency_id, year))) = count(*) AS 'stated_\0'
    FROM part GROUP BY agency_id, year
)
SELECT agency_id, year, source_line, unnest(applicants()) AS column_name, unnest(numbers) AS total,
    unnest([*COLUMNS('^sum_')]) AS parts, unnest([*COLUMNS('^stated_')]) AS parts_stated
FROM report JOIN application_numbers USING (agency_id, year)
WHERE item = 'total_processed';
-- Each number beside that of the year before. 本年增减 is left out: it is a change itself.
-- One join for each table: the fewer columns a join compares, the faster it is.
CREATE OR REPLACE TEMP TABLE yearly_change AS
WITH number AS (
    SELECT n.agency_id, n.year, 'fact_application_handling' AS table_name, item, 'total' AS column_name,
        n.total AS value, n.source_line, b.total AS before
    FROM fact_application_handling n JOIN fact_application_handling b USING (agency_id, item)
    WHERE b.year = n.year - 1 AND item IN ('new_received', 'total_processed')
    UNION ALL
    SELECT n.agency_id, n.year, 'fact_reconsideration', track, 'total', n.total, n.source_line, b.total
    FROM fact_reconsideration n JOIN fact_reconsideration b USING (agency_id, track)
    WHERE b.year = n.year - 1
    UNION ALL
    SELECT n.agency_id, n.year, 'fact_proactive_disclosure', item, measure, n.value, n.source_line, b.value
    FROM fact_proactive_disclosure n JOIN fact_proactive_disclosure b USING (agency_id, item, measure)
    WHERE b.year = n.year - 1 AND measure <> 'change'
)
SELECT *, NOT (value > 5 * before OR 5 * value < before) AS holds FROM number WHERE value >= 0 AND before >= 0;
-- The numbers of the tables that claims of a report's prose are about, one row a claim.
CREATE OR REPLACE TEMP VIEW value_in_table AS
WITH outcome AS (
    SELECT agency_id, year, claim, if(count(total) = count(*), sum(total), NULL)::BIGINT AS value,
        list(item || '.total' ORDER BY item) AS cells
    FROM (SELECT *, if(outcome = 'other', 'other_processing', outcome) AS claim FROM application_part)
    SEMI JOIN fact_narrative_claim USING (agency_id, year, claim)
    GROUP BY ALL
)
SELECT h.agency_id, h.year, 'fact_application_handling' AS table_name, item, 'total' AS column_name, claim,
    h.total AS value, if(claim = 'received', h.total + o.total, NULL) AS alternative, [item || '.total'] AS cells
FROM fact_application_handling h JOIN (
    VALUES ('new_received', 'received'), ('carried_over', 'carried_over'), ('total_processed', 'answered'),
        ('carried_forward', 'carried_forward')
) c (item, claim) USING (item)
LEFT JOIN (FROM fact_application_handling WHERE item = 'carried_over') o USING (agency_id, year)
UNION ALL
-- 办理 and 处理 often mean everything there was to handle, not what was finished.
SELECT h.agency_id, h.year, 'fact_application_handling', 'total_processed', 'total', 'handled', h.total, r.total + o.total,
    ['total_processed.total', 'new_received.total', 'carried_over.total']
FROM (FROM fact_application_handling WHERE item = 'total_processed') h
LEFT JOIN (FROM fact_application_handling WHERE item = 'new_received') r USING (agency_id, year)
LEFT JOIN (FROM fact_application_handling WHERE item = 'carried_over') o USING (agency_id, year)
UNION ALL
SELECT agency_id, year, 'fact_application_handling', NULL, 'total', claim, value, NULL, cells FROM outcome
UNION ALL
SELECT agency_id, year, table_name, item, column_name, if(column_name = 'total', item, item || '_' || column_name), value,
    NULL, [item || '.' || column_name]
FROM review_cell WHERE item = 'reconsideration'
UNION ALL
SELECT d.agency_id, d.year, d.table_name, NULL, d.column_name,
    'litigation' || if(d.column_name = 'total', '', '_' || d.column_name), d.value + a.value, NULL,
    ['litigation_after_reconsideration.' || d.column_name, 'litigation_direct.' || d.column_name]
FROM review_cell d JOIN review_cell a USING (agency_id, year, column_name)
WHERE d.item = 'litigation_direct' AND a.item = 'litigation_after_reconsideration'
UNION ALL
SELECT agency_id, year, 'fact_proactive_disclosure', item, column_name, item, value::BIGINT, NULL, [item || '.decisions']
FROM disclosure_cell
WHERE column_name = 'decisions'
    AND item IN ('administrative_license', 'administrative_penalty', 'administrative_coercion');
-- Claims of the prose beside the numbers of the tables. Left out are numbers of another body or year, approximate
-- numbers, and parts that are no kind of claim of their own.
-- A region's number is compared only for a government, only where the report has no number of the government itself, and
-- only where another of the region's numbers is in the tables: else they may be of the government alone.
-- A part counts as a whole where the scopes differ: a body's own number within its region's.
-- 受理 43 件 beside 新收 40 件 and 上年结转 3 件 is everything there was to handle, and agrees.
-- Smaller numbers beside one that agrees, or several that add up to the table's, are parts without the word for it.
CREATE OR REPLACE TEMP TABLE narrative_case AS
WITH comparable AS (
    SELECT c.*, c.part_of IS NULL OR w.scope <> c.scope OR c.claim NOT IN ('received', 'answered', 'handled', 'reconsideration', 'litigation',
            'administrative_license', 'administrative_penalty', 'administrative_coercion') AS whole
    FROM fact_narrative_claim c JOIN dim_agency a USING (agency_id)
    LEFT JOIN fact_narrative_claim w
        ON w.agency_id = c.agency_id AND w.year = c.year AND w.claim_no = c.part_of
    WHERE NOT c.approximate AND (c.scope = 'own' OR c.scope = 'region' AND regexp_matches(a.name, '政府(办公室|办公厅)?$'))
), assessed AS (
    SELECT c.*, t.table_name, t.item, t.column_name, t.value AS stated, t.alternative, t.cells
    FROM comparable c JOIN value_in_table t USING (agency_id, year, claim)
    WHERE c.whole AND t.value IS NOT NULL
), agreement AS (
    SELECT *, bool_or(value = stated) OVER same AS agrees,
        sum(value) FILTER (scope = 'own' AND value <= stated) OVER same = stated AS adds_up,
        bool_or(scope = 'own') OVER same AS has_own,
        bool_or(scope = 'region' AND value = stated AND value > 0) OVER (PARTITION BY agency_id, year) AS is_of_region
    FROM assessed WINDOW same AS (PARTITION BY agency_id, year, claim)
)
SELECT agency_id, year, claim, table_name, item, column_name, stated::BIGINT AS expected, value AS actual, source_line,
    value = stated OR coalesce(value = alternative AND (claim = 'handled' OR agrees), false) OR value < stated AND (agrees OR adds_up) AS holds, cells, "text" AS quote
FROM agreement
WHERE scope = 'own' OR scope = 'region' AND NOT has_own AND is_of_region;
