"""The statements that compare a table of two warehouses, attached as ``old`` and ``new``.

Belongs here: SQL. Which tables and columns are compared is ``diff``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline import sql

#: The temp tables of the agencies to compare, and of the reports that differ in the table that is being compared.
AGENCIES = "compared_agency"
_DIFFERING = "differing_report"
#: Tables that hold history beside content: a column, and the condition on it that content meets.
_CONTENT = {"superseded_report": ("reason", "reason IS DISTINCT FROM 'file_changed'")}
#: The columns that identify a report.
_REPORT = ("agency_id", "year")


def content(side: str, table: str, columns: Collection[str], only_agencies: bool = False) -> str:
    """The rows of a side's table that are content, not history; only those of ``AGENCIES`` if so wanted."""
    source = f"{side}.main.{sql.identifier(table)}"
    column, condition = _CONTENT.get(table, (None, ""))
    if column in columns:
        source = f"(FROM {source} WHERE {condition})"
    return f"(FROM {source} SEMI JOIN {AGENCIES} USING (agency_id))" if only_agencies else source


@dataclass(frozen=True, slots=True)
class Compared:
    """A table to compare: its key, the SQL value of each compared column, and the FROM of both sides."""

    table: str
    key: Sequence[str]
    values: Mapping[str, str]
    old: str
    new: str

    @property
    def is_of_reports(self) -> bool:
        """Whether the rows are of reports."""
        return set(_REPORT) <= self.values.keys()

    def find_differing_reports(self, lists: Collection[str]) -> str:
        """The statement that stores the reports whose rows differ, by hashes, and returns their number.

        The hash of a list is the same for none, an empty one and one of NULL; that of its text is not. So columns that
        are ``lists`` are hashed as text.
        """
        hashed = ", ".join(f"{value}::VARCHAR" if c in lists else value for c, value in self.values.items())
        report = ", ".join(f"{self.values[c]} AS {c}" for c in _REPORT)
        hashes = f"SELECT {report}, count(*) AS size, sum(hash({hashed})) AS content"
        return f"""
            CREATE OR REPLACE TEMP TABLE {_DIFFERING} AS
            SELECT agency_id, year FROM (
                {hashes} FROM {self.old} GROUP BY 1, 2 UNION ALL
                {hashes} FROM {self.new} GROUP BY 1, 2
            ) GROUP BY ALL HAVING count(*) < 2 OR min(size) < max(size) OR min(content) < max(content)
        """

    def only_differing_reports(self) -> Compared:
        """The same table, with the rows of the stored reports only."""
        same = " AND ".join(f"t.{self.values[c]} IS NOT DISTINCT FROM d.{c}" for c in _REPORT)
        old, new = (f"(FROM {source} t SEMI JOIN {_DIFFERING} d ON {same})" for source in (self.old, self.new))
        return replace(self, old=old, new=new)

    def count(self) -> str:
        """The statement that counts the rows that differ, by agency and year."""
        has_key = bool(self.key) and set(self.key) <= self.values.keys()
        return self._count_by_key() if has_key else self._count_as_bag()

    def _columns(self) -> str:
        return ", ".join(f"{value} AS {sql.identifier(c)}" for c, value in self.values.items())

    def _count_as_bag(self) -> str:
        agency, year = (c if c in self.values else "NULL" for c in _REPORT)
        return f"""
            SELECT {agency}::VARCHAR AS agency_id, TRY_CAST({year} AS INTEGER) AS year,
                sum(greatest(surplus, 0))::BIGINT AS added, sum(greatest(-surplus, 0))::BIGINT AS removed,
                NULL::BIGINT AS changed
            FROM (
                SELECT * EXCLUDE (side_of_row), sum(side_of_row) AS surplus FROM (
                    SELECT {self._columns()}, 1 AS side_of_row FROM {self.new} UNION ALL
                    SELECT {self._columns()}, -1 FROM {self.old}
                ) GROUP BY ALL HAVING surplus <> 0
            ) GROUP BY 1, 2
        """

    def _count_by_key(self) -> str:
        whole = "{" + ", ".join(f"{sql.literal(c)}: {value}" for c, value in self.values.items()) + "}"
        match = " AND ".join(f"o.{sql.identifier(c)} IS NOT DISTINCT FROM n.{sql.identifier(c)}" for c in self.key)
        agency, year = (f"coalesce(n.{c}, o.{c})" if c in self.values else "NULL" for c in _REPORT)
        return f"""
            SELECT {agency}::VARCHAR AS agency_id, TRY_CAST({year} AS INTEGER) AS year,
                count(*) FILTER (o.whole_row IS NULL) AS added, count(*) FILTER (n.whole_row IS NULL) AS removed,
                count(*) FILTER (o.whole_row IS NOT NULL AND n.whole_row IS NOT NULL) AS changed
            FROM (SELECT {self._columns()}, {whole} AS whole_row FROM {self.old}) o
            FULL JOIN (SELECT {self._columns()}, {whole} AS whole_row FROM {self.new}) n ON {match}
            WHERE o.whole_row IS DISTINCT FROM n.whole_row
            GROUP BY 1, 2
        """
