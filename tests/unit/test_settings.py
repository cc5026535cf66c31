"""Settings from the environment: what is said of a wrong value and of a misspelt name."""

import pytest
from click.testing import CliRunner

from pipeline import settings
from pipeline.cli.main import main


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OGI_MAX_FILE_MB", "abc", "OGI_MAX_FILE_MB=abc: must be a number above 0"),
        ("OGI_WORKERS", "-1", "OGI_WORKERS=-1: must be a whole number of 1 or more"),
        ("OGI_LAST_YEAR", "2O24", "OGI_LAST_YEAR=2O24: must be a whole number"),
        ("OGI_EXECUTION", "foo", "OGI_EXECUTION=foo: must be in_process or celery or kubernetes"),
        ("OGI_TRUST_TIMES", "maybe", "OGI_TRUST_TIMES=maybe: must be true or false"),
    ],
)
def test_a_wrong_value_is_one_line_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError) as raised:
        settings.load()
    assert str(raised.value) == said
    for command in (["ingest"], ["agencies"]):
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"ogi: {said}\n")


def test_all_wrong_values_are_told_at_once_and_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_DAGSTER_POSTGRES", "postgresql://ogi:secret@host/dagster")
    monkeypatch.setenv("OGI_WORKERS", "many")
    with pytest.raises(settings.SettingsError) as raised:
        settings.load()
    assert sorted(line.partition(":")[0] for line in str(raised.value).splitlines()) == [
        "OGI_DAGSTER_POSTGRES",
        "OGI_WORKERS=many",
    ]
    assert "secret" not in str(raised.value)


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_MAX_PARTS", "")
    assert settings.load().max_parts == 300_000


def test_a_misspelt_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_WORKRES", "3")
    monkeypatch.setenv("OGI_SCREENSHOTS", "a folder of the tests")
    assert list(settings.misspelt()) == ["OGI_WORKRES is no setting, and is ignored; OGI_WORKERS is one"]
