"""What is counted: discrepancies and reports, and cells beside them – in views, on a terminal, in the UI."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipeline import rules
from pipeline.cli.main import main
from pipeline.warehouse import overview
from tests.conftest import Place
from tests.support.reports import of_year
from tests.support.rule_years import applications
from tests.support.workspace import SEEDS


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Three reports of an agency: 2023 leaves 2 open and 2024 takes over 1; 2024 leaves 4 and 2025 takes over 3.

    In 2025 two columns do not balance either: 9 and 3 came in, 5 were answered and none is left.
    """
    place = Place(tmp_path_factory.mktemp("judged"))
    seed = next(SEEDS.glob("004_*.txt")).read_text(encoding="utf-8")
    texts = {
        2023: applications(3, 0, 1, 2),
        2024: applications(5, 1, 2, 4),
        2025: applications(9, 3, 5, 0),
    }
    for year, change in texts.items():
        place.put(f"{year}.txt", change(of_year(seed, year)))
    place.ingest()
    return place


def test_two_years_that_do_not_follow_are_one_discrepancy(judged: Place) -> None:
    """Each pair differs in the column of natural persons and in the total, and both reports are marked: four cells."""
    assert judged.query("SELECT year, years, cells FROM discrepancy WHERE rule = 'carry_over' ORDER BY year") == [
        (2024, [2023, 2024], 4),
        (2025, [2024, 2025], 4),
    ]
    assert judged.query("SELECT count(*) FROM quality_issue WHERE rule = 'carry_over'") == [(8,)]
    # Of several cells that of the total speaks.
    assert all(
        "总计为" in message for (message,) in judged.query("SELECT message FROM discrepancy WHERE rule = 'carry_over'")
    )


def test_a_sum_is_a_discrepancy_a_column(judged: Place) -> None:
    found = judged.query("SELECT year, years, cells FROM discrepancy WHERE rule = 'balance' ORDER BY message")
    assert found == [(2025, [2025], 1)] * 2


def test_every_issue_is_of_one_discrepancy(judged: Place) -> None:
    assert judged.query(
        "SELECT (SELECT count(*) FROM quality_issue), (SELECT count(*) FROM cell_discrepancy), "
        "(SELECT sum(cells)::BIGINT FROM discrepancy)"
    ) == [(10, 10, 10)]


def test_the_summary_of_a_terminal_counts_discrepancies_first(judged: Place) -> None:
    warehouse = str(judged.settings.warehouse)
    said = CliRunner().invoke(main, ["issues", "--summary", "--format", "json", "--warehouse", warehouse]).output
    rows = [(row["rule"], row["discrepancies"], row["reports"], row["issues"]) for row in json.loads(said)]
    assert rows == [("balance", 2, 1, 2), ("carry_over", 2, 3, 8)]
    assert list(json.loads(said)[0])[:5] == ["severity", "rule", "discrepancies", "reports", "issues"]
    only = ["issues", "--summary", "--year", "2023", "--format", "json", "--warehouse", warehouse]
    (row,) = json.loads(CliRunner().invoke(main, only).output)
    assert (row["discrepancies"], row["reports"], row["issues"]) == (1, 1, 2)


def test_the_metadata_of_a_check_counts_discrepancies_first(judged: Place) -> None:
    with duckdb.connect(str(judged.settings.warehouse), read_only=True) as con:
        assert overview.flagged(con, "years") == (2, 0, 0, 3, 8)
        assert overview.flagged(con, "sums") == (2, 0, 0, 1, 2)
        (row,) = overview.failed_rules(con, "years").to_dicts()
        by_rule = overview.issues_by_rule(con)
    assert {name: row[name] for name in ("rule", "discrepancies", "reports", "failed")} == {
        "rule": "carry_over", "discrepancies": 2, "reports": 3, "failed": 8,
    }  # fmt: skip
    assert by_rule.rows() == [("error", "balance", 2, 1, 2), ("error", "carry_over", 2, 3, 8)]


def test_a_waived_cell_leaves_the_other_report_open(judged: Place, tmp_path: Path) -> None:
    copy = tmp_path / "ogi.duckdb"
    copy.write_bytes(judged.settings.warehouse.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute("UPDATE quality_issue SET waived = true WHERE rule = 'carry_over' AND year = 2023")
        select = "SELECT year, waived FROM discrepancy WHERE rule = 'carry_over' ORDER BY year"
        assert con.execute(select).fetchall() == [(2024, False), (2025, False)]
        con.execute("UPDATE quality_issue SET waived = true WHERE rule = 'carry_over' AND item = 'carried_over'")
        assert con.execute(select).fetchall() == [(2024, True), (2025, False)]


def test_every_rule_is_explained_in_both_languages(judged: Place) -> None:
    """What it says, why it matters, what may have happened: Chinese without English words, English without Chinese."""
    explained = judged.query(
        "SELECT rule, says_zh, matters_zh, causes_zh, says_en, matters_en, causes_en FROM quality_rule"
    )
    assert {row[0] for row in explained} == {rule.rule for rule in rules.all_rules()}
    for rule, *texts in explained:
        assert all(text.endswith(("。", ".")) for text in texts), rule
        assert all(len(text) >= 5 for text in texts), rule
        assert all("\u4e00" <= text[0] <= "\u9fff" for text in texts[:3]), rule
        assert not any("\u3000" <= letter <= "\u9fff" for text in texts[3:] for letter in text), rule


def test_the_command_explains_rules(judged: Place) -> None:
    warehouse = ["--warehouse", str(judged.settings.warehouse)]
    said = CliRunner().invoke(main, ["issues", "--explain", "--rule", "carry_over", *warehouse]).output
    assert "说的是同一批申请，却不一样" in said
    assert "These are the same applications, and the numbers differ." in said
    assert "per column: carried_forward(y - 1) = carried_over(y)" in said
    assert "balance" not in said
    every = CliRunner().invoke(main, ["issues", "--explain", "--format", "json", *warehouse]).output
    assert len(json.loads(every)) == len(rules.all_rules())
    assert CliRunner().invoke(main, ["issues", "--explain", "--summary", *warehouse]).exit_code == 2
