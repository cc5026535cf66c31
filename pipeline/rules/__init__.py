"""What reports are checked against.

A rule over the numbers is one SQL file beside this module: a head of ``-- key: value`` lines (severity,
titles, formula, explanation, messages) and a SELECT that returns every case it could judge –
``agency_id, year, table_name, item, column_name, expected, actual, source_line, holds``, and where they have them
``cells`` (the numbers weighed), ``said`` (the words quoted in the message) and ``claim``. Cases with a NULL operand
are left out by the SELECT: they cannot be judged. The runner counts the cases (``quality_rule_count``), and each that
does not hold becomes a ``quality_issue``. Inside a SELECT the views of ``_cells.sql`` give every number as a row of its
own, numbers beside last year's, and claims of the prose beside what the tables say.

All rules run over the whole warehouse in the making, so a year that is read again has its neighbours judged again too.

What the reader itself has to say (numbers it could not place, names that disagree) has its rules in
``reader.csv``; their issues come with the reading.

To add a rule, add a file; its name is the rule's code.
"""

import csv
import re
from dataclasses import dataclass
from importlib import resources

import duckdb

from pipeline import forms
from pipeline.narrative import CLAIM_LABELS
from pipeline.reading import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.sections import OFFICIAL_TITLES

_FOLDER = resources.files(__name__)
_HEAD = re.compile(r"^-- (\w+): (.*)$", re.MULTILINE)
#: What a SELECT may leave out.
_OPTIONAL = "SELECT NULL::VARCHAR[] AS cells, NULL::VARCHAR AS said, NULL::VARCHAR AS claim LIMIT 0"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as ``quality_rule`` shows it; ``sql`` and the message templates only where it is a SELECT."""

    rule: str
    rule_group: str
    severity: str
    formula: str
    title_zh: str
    title_en: str
    explanation: str
    message: str = ""
    message_en: str = ""
    sql: str = ""


def _rule(group: str, **said: str) -> Rule:
    return Rule(rule_group=group, **said)


def _reader_rules() -> dict[str, Rule]:
    with (_FOLDER / "reader.csv").open(encoding="utf-8") as file:
        return {row["rule"]: _rule(**row) for row in csv.DictReader(file)}


def _sql_rules() -> dict[str, Rule]:
    rules = {}
    for path in sorted(_FOLDER.iterdir(), key=lambda path: path.name):
        code, _, suffix = path.name.rpartition(".")
        if suffix == "sql" and not code.startswith("_"):
            text = path.read_text(encoding="utf-8")
            rules[code] = _rule(rule=code, sql=text, **dict(_HEAD.findall(text)))
    return rules


#: Rules of the reader by code.
READER_RULES = _reader_rules()
#: Rules over the loaded numbers by code.
SQL_RULES = _sql_rules()


def all_rules() -> list[Rule]:
    """Every rule, those over the numbers first."""
    return [*SQL_RULES.values(), *READER_RULES.values()]


def run(con: duckdb.DuckDBPyConnection) -> None:
    """Check the loaded facts of a warehouse and add what does not hold to ``quality_issue``."""
    _labels(con)
    con.execute((_FOLDER / "_cells.sql").read_text(encoding="utf-8"))
    con.execute(_SECTIONS)
    for rule in SQL_RULES.values():
        message, message_en = _template(rule.message, "zh"), _template(rule.message_en, "en")
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE judged AS
            FROM ({_OPTIONAL}) UNION ALL BY NAME FROM ({rule.sql.rstrip().rstrip(";")})
            """
        )
        con.execute(
            f"""
            INSERT INTO quality_issue BY NAME
            SELECT agency_id, year, '{rule.rule}' AS rule, '{rule.severity}' AS severity, table_name, item, column_name,
                plain(expected) AS expected, plain(actual) AS actual,
                {message} AS message, {message_en} AS message_en, source_line, cells, false AS waived
            FROM judged
            LEFT JOIN row_label USING (table_name, item)
            LEFT JOIN column_label USING (table_name, column_name)
            LEFT JOIN claim_label USING (claim)
            WHERE NOT holds
            ORDER BY agency_id, year, table_name, item, column_name, source_line, message
            """
        )
        con.execute(
            f"""
            INSERT INTO quality_rule_count BY NAME
            SELECT '{rule.rule}' AS rule, y.year, count(judged.year) AS assessable,
                count(*) FILTER (NOT holds) AS failed
            FROM (SELECT DISTINCT year FROM dim_report) y LEFT JOIN judged USING (year) GROUP BY ALL ORDER BY ALL
            """
        )
    con.execute("DROP TABLE judged")
    con.execute(_COUNT_READERS_RULES, {"rules": list(READER_RULES)})


_SECTIONS = "CREATE OR REPLACE TEMP TABLE section_title AS SELECT * FROM (VALUES {}) t (section, title)".format(
    ", ".join(f"({number}, '{title}')" for title, number in OFFICIAL_TITLES.items())
)
#: The reader looks at each report once for each of its rules.
_COUNT_READERS_RULES = """
INSERT INTO quality_rule_count BY NAME
SELECT r.rule, y.year, y.reports AS assessable, count(DISTINCT q.agency_id) AS failed
FROM (SELECT unnest($rules) AS rule) r CROSS JOIN (SELECT year, count(*) AS reports FROM dim_report GROUP BY ALL) y
LEFT JOIN quality_issue q ON q.rule = r.rule AND q.year = y.year
GROUP BY ALL ORDER BY ALL
"""


def _template(text: str, language: str) -> str:
    """A message with {item}, {column}, {expected} and {actual} in it, as an SQL expression."""
    expression = "'" + text.replace("'", "''") + "'"
    values = {
        "{item}": f"row_{language}",
        "{column}": f"column_{language}",
        "{expected}": "plain(expected)",
        "{actual}": "plain(actual)",
        "{said}": "said",
        "{claim}": f"claim_{language}",
    }
    for name, value in values.items():
        expression = f"replace({expression}, '{name}', coalesce({value}, ''))"
    return expression


def _labels(con: duckdb.DuckDBPyConnection) -> None:
    """Labels of rows and columns for the messages, and how numbers are written in them."""
    con.execute(
        r"CREATE OR REPLACE TEMP MACRO plain(x) AS regexp_replace(CAST(x AS VARCHAR), '(\.\d*?)0+$', '\1').rtrim('.')"
    )
    rows = [(APPLICATIONS, code, item.label_zh, item.label_en) for code, item in forms.application_items().items()]
    rows += [(REVIEW, track, *labels) for track, labels in forms.TRACK_LABELS.items()]
    rows += [
        (PROACTIVE, code, item.label_zh.split(" ")[0], item.label_en.split(":")[0])
        for code, item in {key[0]: item for key, item in forms.disclosure_items().items()}.items()
    ]
    columns = [(t, column, *labels) for t, some in forms.COLUMN_LABELS.items() for column, labels in some.items()]
    columns += [
        (PROACTIVE, code, item.label_zh.split(" ", 1)[1], code.replace("_", " "))
        for code, item in {key[1]: item for key, item in forms.disclosure_items().items()}.items()
    ]
    claims = [(claim, *labels) for claim, labels in CLAIM_LABELS.items()]
    for name, labels, made in (
        ("row_label", "table_name, item, row_zh, row_en", rows),
        ("column_label", "table_name, column_name, column_zh, column_en", columns),
        ("claim_label", "claim, claim_zh, claim_en", claims),
    ):
        values = [list(column) for column in zip(*made, strict=True)]
        selected = ", ".join(f"unnest(?::VARCHAR[]) AS {label}" for label in labels.split(", "))
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected}", values)
