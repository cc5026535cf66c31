"""Waivers through several nights."""

import csv
import io
import json
from pathlib import Path

from tests.conftest import Place
from tests.support.ogi import Ogi, text
from tests.support.waivers import HEAD, KNOWN, OFFICE, WAIVER, marked, used

pytest_plugins = ["tests.support.waivers"]


def test_a_waived_issue_stays_and_survives_a_rebuild(two: Place) -> None:
    two.ingest()
    before = two.query("SELECT * EXCLUDE (waived, waiver) FROM quality_issue ORDER BY ALL")
    assert marked(two) == []
    two.put("sub/waivers.csv", HEAD + KNOWN)
    for _ in range(2):
        two.ingest()
        assert marked(two) == [(OFFICE, 2025, "balance", WAIVER)]
        assert two.query("SELECT * EXCLUDE (waived, waiver) FROM quality_issue ORDER BY ALL") == before
        assert two.query("SELECT count(*) FROM quality_issue WHERE waived <> (waiver IS NOT NULL)") == [(0,)]
        assert used(two) == [("sub/waivers.csv", 2, 1)]


def test_issues_hides_what_is_waived_until_asked(ogi: Ogi, two: Place, tmp_path: Path) -> None:
    two.ingest()
    everything = json.loads(text(ogi("issues", "--format", "json")))
    two.put("waivers.csv", HEAD + KNOWN)
    said = text(ogi("ingest"))
    assert "flagged   2 reports" in said

    rest = [issue for issue in everything if (issue["agency"], issue["rule"]) != (OFFICE, "balance")]
    assert len(rest) == len(everything) - 1
    assert json.loads(text(ogi("issues", "--format", "json"))) == rest
    shown = list(csv.DictReader(io.StringIO(text(ogi("issues", "--waived", "--format", "csv")))))
    assert list(shown[0]) == [*everything[0], "waived"]
    assert [row["rule"] for row in shown if row["waived"] == "True"] == ["balance"]
    assert len(shown) == len(everything)

    done = ogi("issues")
    assert done.stderr.decode() == "1 waived issue not shown; --waived shows them\n"
    assert ogi("issues", "--waived").stderr == ogi("issues", "--year", 2024).stderr == b""
    done = ogi("issues", "--rule", "balance", "--year", 2025)
    assert (done.stdout, done.stderr) == (b"no issues\n", b"1 waived issue not shown; --waived shows them\n")
    assert "ogi issues --agency 红旗区东街 --waived" in text(ogi("issues", "--help"))


def test_a_report_whose_issues_are_all_waived_is_not_flagged(ogi: Ogi, two: Place) -> None:
    two.ingest()
    rules = two.query(
        "SELECT DISTINCT rule FROM quality_issue JOIN dim_agency USING (agency_id) WHERE name = ? "
        "AND severity IN ('error', 'warning') ORDER BY rule",
        OFFICE,
    )
    two.put("waivers.csv", HEAD + "".join(KNOWN.replace("balance", rule) for (rule,) in rules))
    assert "flagged   1 report (" in text(ogi("ingest"))
