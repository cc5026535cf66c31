"""What reports are checked against.

A rule over the numbers is one SQL file beside this module: a head of ``-- key: value`` lines (severity,
titles, formula, explanation, messages) and a SELECT that returns every case it could judge –
``agency_id, year, table_name, item, column_name, expected, actual, source_line, holds``, and where they have them
``cells`` (the numbers weighed), ``said`` (the words quoted in the message) and ``claim``. Cases with a NULL operand
are left out by the SELECT: they cannot be judged. The runner counts the cases (``quality_rule_count``), and each that
does not hold becomes a ``quality_issue``. Inside a SELECT the views and tables of ``_cells.sql`` give every
number as a row of its own, numbers beside last year's, and claims of the prose beside what the tables say.

All rules run over the whole warehouse in the making, so a year that is read again has its neighbours judged again too.

What the reader itself has to say (numbers it could not place, names that disagree) has its rules in
``reader.csv``; their issues come with the reading.

To add a rule, add a file; its name is the rule's code.
"""

import re
from collections.abc import Sequence
from importlib import resources

import duckdb

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.reader.findings import READER_RULES, Rule, rule_of
from pipeline.reader.narrative.claims import CLAIM_LABELS
from pipeline.reader.sections import OFFICIAL_TITLES

_FOLDER = resources.files(__name__)
_HEAD = re.compile(r"^-- (\w+): (.*)$", re.MULTILINE)
_PLACE = re.compile(r"\{(item|column|expected|actual|said|claim)\}")
#: What a SELECT may leave out.
_OPTIONAL = "SELECT NULL::VARCHAR[] AS cells, NULL::VARCHAR AS said, NULL::VARCHAR AS claim LIMIT 0"


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
    """Check the loaded facts of a warehouse and add what does not hold to ``quality_issue``.

    All rules in one statement, and once more to count: what a rule reads is then never written down in full, the first
    time because nearly all of it holds, the second because next to nothing of it is needed.
    """
    prepare(con)
    con.execute(ISSUES)
    con.execute(counts(CASES))


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make, for this connection, what the rules' SELECTs stand on."""
    con.execute(_script())


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _cases(rule: Rule) -> str:
    return f"(FROM ({_OPTIONAL}) UNION ALL BY NAME FROM ({rule.sql.rstrip().rstrip(';')}))"


def _failing(rule: Rule) -> str:
    return f"""
    SELECT '{rule.rule}' AS rule, agency_id, year, table_name, item, column_name, plain(expected) AS expected,
        plain(actual) AS actual, source_line, cells, said, claim
    FROM {_cases(rule)} WHERE NOT holds
    """


def _counted(rule: Rule) -> str:
    return f" SELECT '{rule.rule}' AS rule, year, count(*) AS cases FROM {_cases(rule)} GROUP BY year "


def _message(language: str) -> str:
    """The message of each rule with {item}, {column}, {expected} … in it filled in, as an SQL expression."""
    values = {"item": f"row_{language}", "column": f"column_{language}", "claim": f"claim_{language}"}
    cases = []
    for rule in SQL_RULES.values():
        template = rule.message if language == "zh" else rule.message_en
        # What stands between words is at the odd places. concat knows no NULL.
        parts = [
            values.get(part, part) if odd % 2 else _literal(part) for odd, part in enumerate(_PLACE.split(template))
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
#: How many cases each rule could judge in each year, as what stands in FROM: rule, year, cases.
CASES = "UNION ALL".join(map(_counted, SQL_RULES.values()))


def counts(cases: str) -> str:
    """The statement that fills ``quality_rule_count`` from such cases.

    A case that does not hold is an issue. The reader looks at each report once for each of its own rules.
    """
    return f"""
    INSERT INTO quality_rule_count BY NAME
    WITH report AS (
        SELECT year, count(*) AS reports FROM dim_report GROUP BY year
    ), failed AS (
        SELECT rule, year, count(*) AS issues, count(DISTINCT agency_id) AS agencies FROM quality_issue
        GROUP BY rule, year
    ), judged AS ({cases})
    SELECT rule, year, if(of_reader, reports, coalesce(cases, 0)) AS assessable,
        coalesce(if(of_reader, agencies, issues), 0) AS failed
    FROM (
        SELECT unnest({list(SQL_RULES)}) AS rule, false AS of_reader UNION ALL SELECT unnest({list(READER_RULES)}), true
    ) CROSS JOIN report LEFT JOIN judged USING (rule, year) LEFT JOIN failed USING (rule, year)
    ORDER BY of_reader, rule, year
    """


_PLAIN = r"CREATE OR REPLACE TEMP MACRO plain(x) AS regexp_replace(CAST(x AS VARCHAR), '(\.\d*?)0+$', '\1').rtrim('.')"


def _script() -> str:
    """What the rules' SELECTs and their messages stand on: numbers as rows, labels, how a number is written."""
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
    values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    return f"CREATE OR REPLACE TEMP TABLE {name} AS FROM (VALUES {values}) t ({columns})"


#: All that is executed for the rules: with the same, the same facts give the same issues.
ALL = "".join([_script(), ISSUES, CASES])
