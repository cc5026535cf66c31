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
