"""Texts made to be slow: each is read, or rejected with its reason, without the reader breaking."""

import pytest

from pipeline.reader import raw_report
from pipeline.reader.extraction import extract
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile

HEAD = "红旗区民政局2025年政府信息公开工作年度报告\n信息内容\n"
PAGE = f"<html><body><h1>{HEAD.splitlines()[0]}</h1><p>信息内容</p>"
TEXTS = {
    "a million lines": (HEAD + "一行文字\n" * 1_000_000, "too_large"),
    "a line of three million characters": (HEAD + "政府信息公开" * 500_000, "no_tables"),
    "60,000 nested tags": (PAGE + "<span>" * 60_000 + "x", "no_tables"),
    "60,000 nested divisions": (PAGE + "<div>" * 60_000 + "x", "no_tables"),
    "20,000 nested tables": (PAGE + "<table><tr><td>" * 20_000 + "x", "no_tables"),
    "200,000 digits": (HEAD + "1" * 200_000, "no_tables"),
    "a million pipes": (HEAD + "|" * 1_000_000, "too_large"),
    "a million tabs": (HEAD + "\t" * 1_000_000, "no_tables"),
    "brackets that never close": (HEAD + "（" * 100_000 + "(" * 100_000, "no_tables"),
    "three million blanks": (HEAD + " " * 3_000_000 + "x", "no_tables"),
    "a style sheet that never ends": (PAGE + "<style>.x{display:none}" + "@" * 60_000 + "/*" * 60_000, "no_tables"),
    "9,000 rules that hide": (
        PAGE + "<style>" + ".x{display:none}" * 9_000 + "</style>" + "<p class=x>" * 500,
        "no_tables",
    ),
    "60,000 blank lines": (HEAD + "\n" * 60_000, "no_tables"),
    "60,000 lines of commas": (HEAD + 'a,b,"c\n' * 60_000, "no_tables"),
    "30,000 rows": (HEAD + "1.属于国家秘密\n0 0 0 0 0 0 0\n" * 30_000, None),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_ends_with_a_reason(name: str) -> None:
    text, reason = TEXTS[name]
    file = SourceFile("x.txt", "x.txt")
    try:
        extract(raw_report.parse(file, text.encode(), "0" * 64, None, Settings()))
    except RejectedError as error:
        assert error.reason in ((reason,) if reason else ("no_tables", "too_large")), error.message
    else:
        assert reason is None


def test_pictures_inside_a_page_do_not_count() -> None:
    page = f"{PAGE}<img src='data:image/png;base64,{'A' * 40_000_000}'></body></html>"
    with pytest.raises(RejectedError) as caught:
        extract(raw_report.parse(SourceFile("x.html", "x.html"), page.encode(), "0" * 64, None, Settings()))
    assert caught.value.reason == "no_tables"
