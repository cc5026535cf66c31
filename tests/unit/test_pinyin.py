"""Readings of characters: from the names of divisions, and from the order of GB 2312."""

import pytest

from pipeline.regions.pinyin import readings


@pytest.mark.parametrize(("text", "expected"), [
    ("红旗区", ["hong", "qi", "qu"]),
    ("财政局", ["cai", "zheng", "ju"]),
    ("卫生健康", ["wei", "sheng", "jian", "kang"]),
    ("街道办事处", ["jie", "dao", "ban", "shi", "chu"]),
    ("教育信访", ["jiao", "yu", "xin", "fang"]),
    ("吕梁", ["lv", "liang"]),  # ü is v
    ("妇女", ["fu", "nv"]),
    ("啊座", ["a", "zuo"]),  # the first and the last that are ordered by reading
    ("區財", ["qu", "cai"]),  # traditional
    ("亳州", ["bo", "zhou"]),  # not among the ordered: only in the name of the city
])  # fmt: skip
def test_characters_are_read(text: str, expected: list[str]) -> None:
    found = readings([text])
    assert [found[character].split()[0] for character in text] == expected


@pytest.mark.parametrize(
    ("character", "both"), [("重", {"zhong", "chong"}), ("长", {"chang", "zhang"}), ("六", {"liu", "lu"})]
)
def test_a_character_that_is_read_in_two_ways_has_both(character: str, both: set[str]) -> None:
    """重庆, 长沙 and 六安 beside 重点, 乡长 and 六月."""
    assert set(readings([character])[character].split()) >= both


def test_what_is_no_character_has_no_reading() -> None:
    assert readings(["A1（）·𠮷"]) == {}


def test_every_agency_of_the_lists_can_be_spelled() -> None:
    """The names that the tests have of real agencies: but for a few rare characters each is read."""
    import csv

    from pipeline.settings import PROJECT

    names = [
        cell
        for path in (PROJECT / "tests" / "agencies").glob("*.csv")
        for row in csv.reader(path.open(encoding="utf-8"))
        for cell in row
    ]
    characters = {letter for name in names for letter in name if "\u4e00" <= letter <= "\u9fff"}
    found = readings(names)
    assert len(characters) > 900
    assert len(characters - set(found)) < 20
