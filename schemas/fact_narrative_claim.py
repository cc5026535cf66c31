"""Claims: numbers that the prose of the reports states."""

import pandera.polars as pa
import polars as pl

from schemas import base

SCOPES = ["own", "region", "other_body", "other_year"]


class FactNarrativeClaim(base.Table):
    """文字陈述. One row a number that a report's prose states of what its tables count (applications, results, reviews,
    decisions, published information). As printed, and never added to the tables: quality_issue says where the two
    contradict each other. Do not sum: a text may state a number twice, and its parts beside it.
    """

    agency_id: str = base.agency_id()
    year: pl.Int32 = base.year()
    claim_no: pl.Int32 = pa.Field(ge=1, description="Number of the claim in its report, in the order of the text.")
    claim: str = pa.Field(
        str_matches="^[a-z_]+$",
        description="What is counted: received, carried_over, answered, handled, carried_forward; a result (granted, "
        "partially_granted, denied, unavailable, not_processed, other_processing); reconsideration, litigation and "
        "their _upheld, _corrected, _other, _pending; administrative_license, _penalty, _coercion; published; part.",
    )
    value: pl.Int64 = pa.Field(ge=0, description="The number, in whatever numerals it is printed; 0 for 零, 未 and 无.")
    unit: str = pa.Field(nullable=True, description="Its classifier as printed (件, 条, 份, 次 …); NULL for 零 and 未.")
    scope: str = pa.Field(
        isin=SCOPES,
        description="Of whom and when: own (this agency, this year), region (all bodies of an area or system), "
        "other_body, other_year. Only own and, for governments, region are compared with the tables.",
    )
    approximate: bool = pa.Field(description="Whether it is printed as one of about: 余, 多, 约, 近, 以上, 万.")
    part_of: pl.Int32 = pa.Field(
        nullable=True, ge=1, description="claim_no of the claim whose part it is (其中, 包括, in brackets); else NULL."
    )
    share: base.Amount = pa.Field(
        nullable=True, description="The percentage that the text says it is of its whole (占 …%); else NULL."
    )
    text: str = pa.Field(description="The sentence, blanks left out, shortened to 300 characters.")
    source_line: pl.Int32 = base.source_line()

    class Config(base.Table.Config):
        unique = ["agency_id", "year", "claim_no"]
