"""Reports in traditional characters, and copies of agencies' sites: what ``raw_report`` makes of them."""

from collections.abc import Callable

import pytest

from pipeline.forms import traditional
from pipeline.reader import raw_report
from pipeline.reader.raw_report import RawReport
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile

SIMPLE = "福鼎市水利局2024年政府信息公开工作年度报告\n一、总体情况\n信息内容\t本年制发件数\n"
TRADITIONAL = (
    "福鼎市農業農村局2024年政府信息公開工作年度報告\n一、總體情況\n二、主動公開政府信息情況\n信息內容\t本年制發件數\n"
    "行政許可\t處理決定數量\n"
)


def parse(text: str, name: str = "x.txt") -> RawReport:
    return raw_report.parse(SourceFile(name, name), text.encode(), "0" * 64, None, Settings())


def test_a_report_in_traditional_characters_is_read_and_said() -> None:
    report = parse(TRADITIONAL)
    assert (report.agency, report.year) == ("福鼎市農業農村局", 2024)
    assert report.title == "福鼎市農業農村局2024年政府信息公開工作年度報告"
    assert report.county == "福鼎市"
    assert [finding.actual for finding in report.findings if finding.rule == "traditional_text"] == ["18"]
    assert report.agency_id == parse(SIMPLE.replace("水利", "农业农村")).agency_id


def test_a_letter_or_two_are_no_report_in_traditional_characters() -> None:
    report = parse(SIMPLE + "繁體版：政府信息公開\n")
    assert report.agency == "福鼎市水利局"
    assert not [finding for finding in report.findings if finding.rule == "traditional_text"]


def test_another_word_is_another_word() -> None:
    with pytest.raises(RejectedError) as caught:
        parse("水利署2024年政府資訊公開報告\n一、總體情況")
    assert caught.value.reason == "not_a_report"


def test_the_table_exchanges_one_letter_for_one_other() -> None:
    table = traditional._table()
    assert all(len(letter) == 1 and ord(letter) not in table for letter in table.values())
    assert traditional.simplified(SIMPLE) == SIMPLE


COPIES: dict[str, Callable[[str], str]] = {
    "开云体育": lambda text: text.replace("福鼎市水利局", "开云体育"),
    "博彩": lambda text: f"<html><head><meta name='Keywords' content='博彩,年报'></head><p>{text}</p></html>",
    "体育app": lambda text: f"<html><title>某某体育APP</title><p>{text}</p></html>",
    "彩票平台": lambda text: text.replace("福鼎市", "彩票平台-福鼎市"),
    "国产精品": lambda text: f"<html><head><meta name='description' content='国产精品'></head><p>{text}</p></html>",
    "官网下载": lambda text: f"<html><title>万米官网下载</title><p>{text}</p></html>",
}


@pytest.mark.parametrize("word", COPIES)
def test_a_copy_with_the_names_of_other_sites_is_rejected(word: str) -> None:
    with pytest.raises(RejectedError) as caught:
        parse(COPIES[word](SIMPLE))
    assert caught.value.reason == "hijacked_copy"
    assert word in caught.value.message


@pytest.mark.parametrize(
    "name",
    [
        "福鼎市体育彩票管理中心",
        "福鼎市福利彩票发行中心",
        "福鼎市体育局",
        "万博镇人民政府",
        "金沙县人民政府",
        "皇冠镇人民政府",
    ],
)
def test_an_agency_with_such_a_word_in_its_name_is_none(name: str) -> None:
    assert parse(SIMPLE.replace("福鼎市水利局", name)).agency == name


def test_what_the_report_says_of_gambling_is_no_such_name() -> None:
    prose = "开展打击网络赌博、整治博彩网站专项行动，使用福利彩票公益金、体彩公益金3万元。\n"
    assert parse(SIMPLE + prose).agency == "福鼎市水利局"
    head = "<meta name='description' content='打击跨境博彩宣传'>"
    assert parse(f"<html><head>{head}</head><body><p>{SIMPLE.splitlines()[0]}</p></body></html>").year == 2024
