"""The rules that reports are checked by.

A rule over the numbers is one SQL file beside this module. Its head has ``-- key: value`` lines: severity, titles,
formula, explanation, messages. Its SELECT returns every case that the rule can assess – ``agency_id, year, table_name,
item, column_name, expected, actual, source_line, holds``, and optionally ``cells`` (the numbers that are compared),
``quote`` (words for the message) and ``claim``. A case with a NULL operand cannot be assessed, and the SELECT leaves it
out. Cases are counted in ``quality_rule_count``; each that does not hold becomes a ``quality_issue``. The SELECTs read
the tables of the warehouse, and the views and tables of ``_cells.sql``: every number as a row of its own, numbers
beside last year's, claims of the prose beside the numbers of the tables.

All rules run over all years of the agencies they run on: a changed year can change issues of its neighbours.

What the reader itself finds (numbers that it could not assign, names that disagree) has its rules in ``reader.csv``;
their issues are staged with the report's tables.

To add a rule, add a file, whose name is the rule's code, and its line of ``explanations.csv``, which tells people who
do not know the form what it says, why it matters and what may have happened, in Chinese and English.

Belongs here: loading the files, and the statements made of them.
"""

import re
from collections.abc import Sequence
from importlib import resources

import duckdb

from pipeline import forms, sql
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.reader.findings import READER_RULES, Rule, rule_of
from pipeline.reader.narrative.claim import CLAIM_LABELS
from pipeline.reader.sections import OFFICIAL_TITLES

_FOLDER = resources.files(__name__)
_HEAD = re.compile(r"^-- (\w+): (.*)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(item|column|expected|actual|quote|claim)\}")
#: Columns that a SELECT may leave out.
_OPTIONAL = "SELECT NULL::VARCHAR[] AS cells, NULL::VARCHAR AS quote, NULL::VARCHAR AS claim LIMIT 0"


def _sql_rules() -> dict[str, Rule]:
    rules = {}
    for path in sorted(_FOLDER.iterdir(), key=lambda path: path.name):
        code, _, suffix = path.name.rpartition(".")
        if suffix == "sql" and not code.startswith("_"):
            text = path.read_text(encoding="utf-8")
            rules[code] = rule_of(rule=code, sql=text, **dict(_HEAD.findall(text)))
    return rules


#: Rules over the loaded numbers by code.
SQL_RULES = _sql_rules()


def all_rules() -> list[Rule]:
    """Every rule, those over the numbers first."""
    return [*SQL_RULES.values(), *READER_RULES.values()]


def run(con: duckdb.DuckDBPyConnection) -> None:
    """Check the loaded facts of a warehouse: add what does not hold to ``quality_issue``, and count the cases.

    All rules run in one statement, and once more to count. So the cases are never materialized: the first statement
    keeps the few that do not hold, the second only numbers.
    """
    prepare(con)
    con.execute(ISSUES)
    con.execute(counts(CASES))


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create, as temp views and tables of this connection, what the rules' SELECTs read."""
    con.execute(_script())


def _cases(rule: Rule) -> str:
    return f"(FROM ({_OPTIONAL}) UNION ALL BY NAME FROM ({rule.sql.rstrip().rstrip(';')}))"


def _failing(rule: Rule) -> str:
    return f"""
    SELECT '{rule.rule}' AS rule, agency_id, year, table_name, item, column_name, plain(expected) AS expected,
        plain(actual) AS actual, source_line, cells, quote, claim
    FROM {_cases(rule)} WHERE NOT holds
    """


def _counted(rule: Rule) -> str:
    return f" SELECT '{rule.rule}' AS rule, year, count(*) AS cases FROM {_cases(rule)} GROUP BY year "


def _message(language: str) -> str:
    """The SQL expression of a rule's message, with {item}, {column}, {expected} … filled in."""
    values = {"item": f"row_{language}", "column": f"column_{language}", "claim": f"claim_{language}"}
    cases = []
    for rule in SQL_RULES.values():
        template = rule.message if language == "zh" else rule.message_en
        # split() gives text and placeholders in turn. concat() skips NULLs, which || would not.
        parts = [
            values.get(part, part) if position % 2 else sql.literal(part)
            for position, part in enumerate(_PLACEHOLDER.split(template))
        ]
        cases.append(f"WHEN '{rule.rule}' THEN concat({', '.join(parts)})")
    return f"CASE rule {' '.join(cases)} END"


#: The statement that adds what does not hold to ``quality_issue``.
ISSUES = f"""
INSERT INTO quality_issue BY NAME
SELECT agency_id, year, rule, severity, table_name, item, column_name, expected, actual,
    {_message("zh")} AS message, {_message("en")} AS message_en, source_line, cells, false AS waived
FROM ({"UNION ALL".join(map(_failing, SQL_RULES.values()))})
JOIN quality_rule USING (rule)
LEFT JOIN row_label USING (table_name, item)
LEFT JOIN column_label USING (table_name, column_name)
LEFT JOIN claim_label USING (claim)
ORDER BY rule, agency_id, year, table_name, item, column_name, source_line, message
"""
#: How many cases each rule could assess in each year, to stand in FROM: rule, year, cases.
CASES = "UNION ALL".join(map(_counted, SQL_RULES.values()))


def counts(cases: str) -> str:
    """The statement that fills ``quality_rule_count`` from ``cases`` (rule, year, cases).

    A case that does not hold is an issue. For the reader's own rules each report is one case.
    """
    return f"""
    INSERT INTO quality_rule_count BY NAME
    WITH report AS (
        SELECT year, count(*) AS reports FROM dim_report GROUP BY year
    ), failed AS (
        SELECT rule, year, count(*) AS issues, count(DISTINCT agency_id) AS agencies FROM quality_issue
        GROUP BY rule, year
    ), assessed AS ({cases})
    SELECT rule, year, if(of_reader, reports, coalesce(cases, 0)) AS assessable,
        coalesce(if(of_reader, agencies, issues), 0) AS failed
    FROM (
        SELECT unnest({list(SQL_RULES)}) AS rule, false AS of_reader UNION ALL SELECT unnest({list(READER_RULES)}), true
    ) CROSS JOIN report LEFT JOIN assessed USING (rule, year) LEFT JOIN failed USING (rule, year)
    ORDER BY of_reader, rule, year
    """


_PLAIN = r"CREATE OR REPLACE TEMP MACRO plain(x) AS regexp_replace(CAST(x AS VARCHAR), '(\.\d*?)0+$', '\1').rtrim('.')"


def _script() -> str:
    """The statements that create what the SELECTs and messages read: numbers as rows, labels, the format of numbers."""
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
    titles = [(number, title) for title, number in OFFICIAL_TITLES.items()]
    tables = (
        ("row_label", "table_name, item, row_zh, row_en", rows),
        ("column_label", "table_name, column_name, column_zh, column_en", columns),
        ("claim_label", "claim, claim_zh, claim_en", claims),
        ("section_title", "section, title", titles),
    )
    return ";".join([_PLAIN, *(_table(*table) for table in tables), (_FOLDER / "_cells.sql").read_text("utf-8")])


def _table(name: str, columns: str, rows: Sequence[Sequence[str | int]]) -> str:
    values = ", ".join(f"({', '.join(map(sql.literal, row))})" for row in rows)
    return f"CREATE OR REPLACE TEMP TABLE {name} AS FROM (VALUES {values}) t ({columns})"


#: Everything that is executed for the rules: as long as it is the same, the same facts give the same issues.
ALL = "".join([_script(), ISSUES, CASES])
