"""The reference is complete: what the program has, its generated pages name, each in its place."""

import re

import click
import pytest

from pipeline.cli.main import main
from pipeline.settings import Settings
from schemas.rejected_report import REASONS, REJECT_REASONS
from tests.conftest import Place
from tools import reference


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name.split("/")[1].removesuffix(".md"): text for name, text in reference.pages().items()}


def parts(page: str, level: str = "##") -> dict[str, str]:
    """What stands under each heading of a page."""
    found = re.split(rf"^{level} (.+)$", page, flags=re.M)
    return dict(zip(found[1::2], found[2::2], strict=True))


def test_every_command_has_its_arguments_options_and_an_example(pages: dict[str, str]) -> None:
    found = parts(pages["commands"])
    assert list(found) == [f"ogi {name}" for name in main.commands]
    for name, command in main.commands.items():
        part = found[f"ogi {name}"]
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(f"`{option}`" in part for option in parameter.opts), parameter.name
                assert parameter.help
            else:
                assert parameter.make_metavar(click.Context(command)) in part
        assert re.search(rf"Example:\n\n```sh\n.*ogi {name}", part, re.S)


def test_every_setting_has_its_default_and_meaning(pages: dict[str, str]) -> None:
    rows = re.findall(r"^\| `(OGI_\w+)` \| (.+) \| (.+) \|$", pages["settings"], re.M)
    assert [row[0] for row in rows] == [f"OGI_{name.upper()}" for name in Settings.model_fields]
    assert all(default and len(meaning) > 10 for _, default, meaning in rows)
    defaults = {name: default for name, default, _ in rows}
    assert defaults["OGI_WAREHOUSE"] == "`data/warehouse/ogi.duckdb`"
    assert defaults["OGI_MAX_FILE_MB"] == "`50`"
    assert defaults["OGI_TRUST_TIMES"] == "`true`"


@pytest.mark.parametrize(("page", "kind"), [("tables", "BASE TABLE"), ("views", "VIEW")])
def test_every_column_of_a_built_warehouse_is_there(pages: dict[str, str], seeds: Place, page: str, kind: str) -> None:
    found = parts(pages[page])
    columns: dict[str, list[tuple[str, str]]] = {}
    for relation, column, type_ in seeds.query(
        "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_catalog, table_schema, table_name) WHERE table_type = ? ORDER BY table_name, ordinal_position",
        kind,
    ):
        columns.setdefault(relation, []).append((column, type_))
    assert set(found) == set(columns)
    for relation, expected in columns.items():
        rows = re.findall(r"^\| `(\w+)`<br>(.+?) \| `(.+?)` \| (.+) \|$", found[relation], re.M)
        assert [(row[0], row[2].removesuffix(" NOT NULL")) for row in rows] == expected
        assert all(re.search("[\u4e00-\u9fff]", row[1]) for row in rows)


def test_every_rule_has_its_formula_and_explanation(pages: dict[str, str], seeds: Place) -> None:
    rules = seeds.query("SELECT rule, severity, title_en, title_zh, rule_group FROM quality_rule")
    found = parts(pages["rules"], "###")
    assert set(found) == {rule[0] for rule in rules}
    for rule, severity, title_en, title_zh, _ in rules:
        assert f"**{severity}** · {title_en} · {title_zh}" in found[rule]
        assert re.search(r"^> .{10}", found[rule], re.M)
    assert set(parts(pages["rules"])) == {rule[4] for rule in rules} == set(reference.GROUPS)


def test_every_indicator_has_its_formula_and_caveats(pages: dict[str, str], seeds: Place) -> None:
    rows = seeds.query("SELECT name_zh || ' · ' || name_en || ' {#' || code || '}', formula FROM dim_indicator")
    found = parts(pages["indicators"])
    assert set(found) == {row[0] for row in rows}
    assert all(formula in found[heading] for heading, formula in rows)


def test_every_item_of_the_form_has_its_labels(pages: dict[str, str], seeds: Place) -> None:
    items = seeds.query("SELECT item, label_zh FROM dim_application_item")
    items += seeds.query("SELECT item || '` | `' || measure, label_zh FROM dim_disclosure_item")
    assert len(items) > 40
    assert [
        item for item, label in items if not re.search(rf"`{re.escape(item)}`.*{re.escape(label)}", pages["items"])
    ] == []


def test_every_reject_reason_says_what_to_do_in_both_languages(pages: dict[str, str]) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \| (.+) \|$", pages["reject-reasons"], re.M)
    assert [row[0] for row in rows] == REASONS
    assert all(all(row) for row in rows)
    for reason in REJECT_REASONS.values():
        assert re.search("[\u4e00-\u9fff]", reason["meaning_zh"])
        assert re.search("[\u4e00-\u9fff]", reason["remedy_zh"])


def test_the_explanation_of_checks_names_every_rule_but_the_readers() -> None:
    from tests.support import shown

    text = (shown.DOCS / "explanation" / "checks.md").read_text(encoding="utf-8")
    rules = [rule["rule"] for rule in reference.every_rule() if rule["group"] != "reading"]
    assert [rule for rule in rules if f"`{rule}`" not in text] == []
