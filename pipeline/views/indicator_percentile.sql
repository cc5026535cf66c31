CREATE VIEW indicator_percentile AS
WITH placed AS (
    SELECT agency_id, year, code, value, level, kind FROM indicator JOIN dim_agency USING (agency_id)
), tied AS (
    SELECT level, kind, year, code, value, count(*) AS same FROM placed
    WHERE level IS NOT NULL AND kind IS NOT NULL AND value IS NOT NULL GROUP BY level, kind, year, code, value
), ranked AS (
    SELECT *, sum(same) OVER (PARTITION BY level, kind, year, code ORDER BY value) - same AS smaller,
        sum(same) OVER (PARTITION BY level, kind, year, code) AS peers
    FROM tied
)
SELECT agency_id, year, code, value, peers::BIGINT AS peers,
    if(peers >= 30, 100 * (smaller + same / 2) / peers, NULL)::DOUBLE AS percentile
FROM placed LEFT JOIN ranked USING (level, kind, year, code, value);
COMMENT ON VIEW indicator_percentile IS '指标百分位. One row a report and indicator: where its value stands among those of its peers, which are the agencies of the same level and kind (dim_agency) that have a value in that year, itself included. Whether a report adds up its area (dim_report.scope) makes no difference here. Do not add up or average percentiles; high is not good or bad by itself.';
COMMENT ON COLUMN indicator_percentile.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN indicator_percentile.year IS 'The year that the report is about.';
COMMENT ON COLUMN indicator_percentile.code IS 'The indicator, as in dim_indicator.';
COMMENT ON COLUMN indicator_percentile.value IS 'Its value, as in the view indicator; NULL when there is none.';
COMMENT ON COLUMN indicator_percentile.peers IS 'Agencies of the same level and kind with a value in that year, itself included; NULL without a value, or when level or kind is unknown.';
COMMENT ON COLUMN indicator_percentile.percentile IS '0 to 100: percent of the peers with a smaller value, plus half of the percent with the same value, itself included (a middle rank, 50 when all have the same); NULL with fewer than 30 peers, without a value, or when level or kind is unknown.';
