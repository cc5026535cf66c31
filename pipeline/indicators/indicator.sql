CREATE VIEW indicator AS
WITH number AS (
    -- Growth is measured by the agency's report of the year before.
    SELECT *, coalesce(lag(year) OVER of_agency = year - 1, false) AS follows,
        {before}
    FROM agency_year WINDOW of_agency AS (PARTITION BY agency_id ORDER BY year)
), measured AS (
    SELECT agency_id, year, name, code, measure,
        CASE code
            {numerators}
        END::BIGINT AS numerator,
        CASE code
            {denominators}
        END::BIGINT AS denominator,
        CASE
            WHEN measure = 'growth' AND NOT follows THEN 'previous_year_missing'
            WHEN numerator IS NULL OR denominator IS NULL THEN 'not_stated'
            WHEN measure <> 'difference' AND denominator = 0 THEN 'denominator_zero'
            WHEN numerator < 0 OR denominator < 0 OR measure = 'share' AND numerator > denominator THEN 'impossible'
        END AS reason,
        1.959964::DOUBLE AS z,
        -- For the interval, of shares only; DOUBLE, because their product may be too large for a BIGINT.
        if(measure = 'share' AND reason IS NULL, numerator, NULL)::DOUBLE AS part, denominator::DOUBLE AS whole
    FROM number CROSS JOIN (SELECT code, kind AS measure FROM dim_indicator)
), estimated AS (
    -- Wilson's interval: around (part + z²/2) / (whole + z²).
    SELECT *, z * sqrt(part * (whole - part) / whole + z * z / 4) AS spread FROM measured
)
SELECT agency_id, year, code, numerator, denominator,
    CASE WHEN reason IS NULL THEN
        CASE measure
            WHEN 'difference' THEN numerator - denominator
            WHEN 'growth' THEN (numerator - denominator) / denominator
            ELSE numerator / denominator
        END
    END::DOUBLE AS value,
    -- Rounding must not exceed 0, the value or 1. The CASE is there because greatest() ignores NULLs.
    CASE WHEN part IS NOT NULL THEN greatest(0, least(part / whole, (part + z * z / 2 - spread) / (whole + z * z))) END AS lower,
    CASE WHEN part IS NOT NULL THEN least(1, greatest(part / whole, (part + z * z / 2 + spread) / (whole + z * z))) END AS upper,
    reason, name AS agency
FROM estimated;
COMMENT ON VIEW indicator IS '指标值. One row a report and indicator of dim_indicator. Shares, ratios and growth are fractions (0.25 for 25 %), differences numbers of documents. Never add up or average values: add up numerators and denominators of shares and ratios instead, where value is not NULL. A value of few cases says little: see denominator and the interval.';
COMMENT ON COLUMN indicator.agency_id IS 'The agency, as in dim_agency.';
COMMENT ON COLUMN indicator.year IS 'The year that the report is about.';
COMMENT ON COLUMN indicator.code IS 'The indicator, as in dim_indicator, which says how it is worked out and what it does not say.';
COMMENT ON COLUMN indicator.numerator IS 'The number above, or from which is taken away; a count, NULL when not stated. It is there even where no value can be made of it.';
COMMENT ON COLUMN indicator.denominator IS 'The number below, n of a share; for growth that of the year before, for a difference what is taken away. NULL when not stated.';
COMMENT ON COLUMN indicator.value IS 'What is worked out; NULL when it cannot be, see reason. Ratios and growth may be above 1.';
COMMENT ON COLUMN indicator.lower IS 'Of a share: lower end of the Wilson 95 % interval (z = 1.959964), which takes the cases of the year for a sample; else NULL.';
COMMENT ON COLUMN indicator.upper IS 'Of a share: its upper end; else NULL.';
COMMENT ON COLUMN indicator.reason IS 'Why there is no value: not_stated (the report does not state one of the numbers), denominator_zero (nothing to divide by), previous_year_missing (growth: the agency has no report of the year before), impossible (printed numbers contradict each other: a part larger than the whole, or a number below 0). NULL when there is a value.';
COMMENT ON COLUMN indicator.agency IS 'Name of the agency, as in dim_agency.';
