"""The location of an agency: its division, from its name and the evidence around it.

The evidence, in this order: the manifest's region code; the divisions in the name; what the report says of itself; the
folders; the domain. Where several divisions have a name, the first evidence that leaves just one of them decides, and
none does if text and folder disagree. What no evidence tells stays None.

Belongs here: weighing evidence. Names are parsed by ``naming``, divisions are in ``gazetteer``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pipeline.regions import kinds
from pipeline.regions.gazetteer import Division, Gazetteer, gazetteer
from pipeline.regions.naming import Named, parse_name, plain

_RANK = {"省": 0, "市": 1, "县": 2}
_TOWN_KINDS = {"街道办事处", "乡镇"}
#: Words around other regions' names: those that one visited, learnt from, worked with.
_OTHERS = re.compile("学习|借鉴|考察|赴|兄弟|等地|来电|来函|交流|会同|协作|对标|调研|经验|参观")
#: What stands behind the name of a division that leads the agency, or is its own: 徐州市委, 番禺区卫生健康局编制.
_LED_BY = "(?:委|党委|党工委|人民政府|政府|[\u4e00-\u9fff]{2,14}?(?:编制|汇总))"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else is known of a report: the manifest's region code, folders from the top, its text, its address.

    ``text`` is called only where name and folders leave a doubt.
    """

    region_code: str | None = None
    folders: tuple[str, ...] = ()
    text: Callable[[], str] = str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where an agency is.

    ``division`` is None where it is not known, or where the organ is the State Council's; ``province`` may be known
    even so. ``body`` is its name without divisions, with short forms in full; ``basis`` the evidence that decided:
    manifest, name, text, folder or domain. ``conflict`` describes evidence to the contrary; ``candidates`` are the
    divisions of the name, where several have it and no evidence tells which one is meant.
    """

    division: Division | None
    province: str | None
    level: str | None
    kind: str
    body: str
    basis: str = ""
    conflict: str = ""
    candidates: tuple[Division, ...] = ()

    def columns(self) -> dict[str, str | None]:
        """The location as columns of ``dim_agency``: NULL where not known, or where there is none."""
        division = self.division
        return {
            "region_code": division.code if division else None,
            "province": self.province,
            "city": (division.city or None) if division else None,
            "county": (division.county or None) if division else None,
            "level": self.level,
            "kind": self.kind,
        }


def locate(name: str, year: int, evidence: Evidence) -> Location:
    """The location of an agency of this name in a report of a year."""
    known = gazetteer()
    named = parse_name(name, year, known)
    body = kinds.in_full(named.body)
    if named.national:
        return Location(None, None, "国家", named.kind, body, "name")
    if evidence.region_code and (division := known.of_code(evidence.region_code, year)):
        return _located(division, named, body, "manifest", _conflict(division, named, evidence, year, known))
    folder = _folder(evidence.folders, year, known)
    if len(named.divisions) == 1:
        division = named.divisions[0]
        return _located(division, named, body, "name", _conflict(division, named, evidence, year, known))
    if named.divisions:
        return _among(named, body, evidence, folder, year, known)
    return _relative(named, plain(name), body, evidence, folder, year, known)


def _located(division: Division, named: Named, body: str, basis: str, conflict: str = "") -> Location:
    level = "乡" if named.kind in _TOWN_KINDS else (named.divisions and named.level) or division.level
    return Location(division, division.province, level, named.kind, body, basis, conflict)


def _unlocated(named: Named, body: str, province: str | None = None, conflict: str = "") -> Location:
    levels = {division.level for division in named.divisions}
    level = levels.pop() if len(levels) == 1 else named.level or None
    if named.kind in _TOWN_KINDS:
        level = "乡"
    return Location(None, province, level, named.kind, body, conflict=conflict, candidates=named.divisions)


def _among(
    named: Named, body: str, evidence: Evidence, folder: tuple[Division, ...], year: int, known: Gazetteer
) -> Location:
    """One of several divisions of the same name."""
    in_text = _in_text(named.divisions, evidence.text())
    in_folder = tuple(d for d in named.divisions if any(d.lies_in(f) or f.lies_in(d) for f in folder))
    if in_text and folder and len(in_text) == 1 and in_text[0] not in in_folder:
        return _unlocated(
            named,
            body,
            conflict=f"the text speaks of {in_text[0].path}, the folder of {folder[0].path}",
        )
    for basis, fits in (("text", in_text), ("folder", in_folder)):
        if len(fits) == 1:
            return _located(fits[0], named, body, basis)
    if folder and not in_folder:
        return _unlocated(named, body, conflict=f"there is none in {folder[0].name}, where the folder is")
    left = in_text or in_folder or named.divisions
    at = _by_domain(left, evidence.url)
    if len(at) == 1:
        return _located(at[0], named, body, "domain")
    provinces = {division.province for division in in_folder}
    return _unlocated(named, body, provinces.pop() if len(provinces) == 1 else None)


def _relative(
    named: Named, name: str, body: str, evidence: Evidence, folder: tuple[Division, ...], year: int, known: Gazetteer
) -> Location:
    """The location for a name without a division: 市科委, 财政局, 东城街道办事处."""
    wanted = named.level
    alone = named.kind in _TOWN_KINDS or not wanted
    if alone and (division := _before_name(name, evidence.text(), year, known)) is not None:
        return _located(division, named, body, "text")
    if wanted in ("市", "县") and (division := _led(wanted, evidence.text(), year, known)) is not None:
        return _located(division, named, body, "text")
    province = folder[0].province if folder else None
    if len(folder) == 1:
        division = _at_level(folder[0], wanted, year, known) if wanted else _filed(named, evidence, folder[0], year)
        if division is not None:
            return _located(division, named, body, "folder")
    if wanted and evidence.url and (found := _of_domain(wanted, evidence.url, year, known)) is not None:
        return _located(found, named, body, "domain")
    return _unlocated(named, body, province)


def _filed(named: Named, evidence: Evidence, here: Division, year: int) -> Division | None:
    """The division of a body whose name has no word for one, by the folder it is filed in.

    财政局 in a county's folder is the county's; in a city's it may be any county's, unless the folder says 市直.
    """
    known = gazetteer()
    if here.level == "县":
        return here
    if here.level == "市":
        whole = (
            named.kind in ("派出机构", "其他") or _is_whole_city(evidence.folders) or not known.has_counties(here, year)
        )
        return here if whole else None
    return None


def _is_whole_city(folders: Sequence[str]) -> bool:
    return any(re.search("市直|州直|盟直|市本级|市级", folder) for folder in folders)


def _at_level(here: Division, level: str, year: int, known: Gazetteer) -> Division | None:
    """The division of a level that another one is or lies in: 市 is the 直辖市 in one, else the prefecture's city."""
    if here.level == level:
        return here
    if level == "省" or (level == "市" and here.province in _CITY_PROVINCES):
        return next(iter(d for d in known.named(here.province, year) if d.level == "省"), None)
    if level == "市":
        if here.city:
            return next(iter(d for d in known.named(here.city, year) if d.level == "市"), None)
        return here if here.name.endswith("市") else None
    return None


_CITY_PROVINCES = {"北京市", "天津市", "上海市", "重庆市"}


def _conflict(division: Division, named: Named, evidence: Evidence, year: int, known: Gazetteer) -> str:
    """Evidence that contradicts the division, in words; empty if there is none."""
    if named.divisions and not any(division.lies_in(p) or p.lies_in(division) for p in named.divisions):
        return f"the name says {named.divisions[0].path}"
    folder = _folder(evidence.folders, year, known)
    if folder and not any(division.lies_in(f) or f.lies_in(division) for f in folder):
        return f"the folder says {folder[0].path}"
    return ""


_JOINTS = re.compile(r"[^\w()]+|_+")


@lru_cache(maxsize=4096)
def _folder(folders: tuple[str, ...], year: int, known: Gazetteer) -> tuple[Division, ...]:
    """The division that folders name; several, if they share the name; none, if the folders name none."""
    found: tuple[Division, ...] = ()
    # As people name folders: 02_辽宁省, 贵州省-遵义市-绥阳县.
    for text in (part.lstrip("0123456789") for folder in folders for part in _JOINTS.split(plain(folder))):
        here = known.named("新疆维吾尔自治区" if "兵团" in text else text, year, bare=True)
        within = tuple(d for d in here if d not in found and (not found or any(d.lies_in(f) for f in found)))
        if within:
            # 吉林 at the top is the province, below it the city.
            highest = min(_RANK[division.level] for division in within)
            found = tuple(division for division in within if _RANK[division.level] == highest)
        elif known.named(text, year) and not any(division in found for division in here):
            return ()  # 陕西省/石家庄市: folders that contradict each other are no evidence
    return found


def _sentences(text: str) -> Iterator[str]:
    """Sentences of a text that are about the agency itself."""
    for sentence in re.split("[。;；!！?？\n]", text):
        if not _OTHERS.search(sentence):
            yield plain(sentence)


def _in_text(divisions: Sequence[Division], text: str) -> tuple[Division, ...]:
    """Of several divisions of one name those that the text means: 西安市长安区, or 包头市委、市政府."""
    if not text:
        return ()
    own = list(_sentences(text))
    whole = "。".join(own)
    for test in (_joined, _led_from_above, _names_above):
        fits = tuple(division for division in divisions if test(division, whole))
        if fits:
            return fits
    return ()


def _joined(division: Division, text: str) -> bool:
    above = division.city or division.province
    shorts = {above, re.sub("(?:省|市|地区|盟)$", "", above)}
    return any(
        f"{name}{own}" in text for name in shorts for own in {division.name, division.name + "委"} if len(name) > 1
    )


def _led_from_above(division: Division, text: str) -> bool:
    above = division.city or division.province
    return re.search(re.escape(above) + _LED_BY, text) is not None


def _names_above(division: Division, text: str) -> bool:
    return (division.city or division.province) in text


def _before_name(name: str, text: str, year: int, known: Gazetteer) -> Division | None:
    """The county, or city, that a text puts before an agency's own name, or that leads it."""
    found = set()
    for sentence in _sentences(text):
        for at in (match.start() for match in re.finditer(re.escape(name), sentence)):
            for size in range(2, min(at, known.longest) + 1):
                words = sentence[at - size : at]
                if words[-1] in "市区县旗":
                    found |= _one(known.named(words, year), sentence[: at - size])
    if not found:
        for sentence in _sentences(text):
            for match in re.finditer("(?P<words>[\u4e00-\u9fff]{1,16}[市区县旗])" + _LED_BY, sentence):
                words = match["words"]
                for size in range(2, min(len(words), known.longest) + 1):
                    found |= _one(known.named(words[-size:], year), words[:-size])
    counties = {division for division in found if division.level == "县"}
    return counties.pop() if len(counties) == 1 else None


def _one(here: tuple[Division, ...], before: str) -> set[Division]:
    """The one division of a name, by what stands before it where several bear it."""
    if len(here) == 1:
        return set(here)
    return {d for d in here if before.endswith(d.city or d.province)}


def _led(level: str, text: str, year: int, known: Gazetteer) -> Division | None:
    """The city or county whose leaders a text names as its own: 徐州市委、市政府."""
    found = set()
    for sentence in _sentences(text):
        for match in re.finditer("(?P<words>[\u4e00-\u9fff]{1,16}[市区县旗州盟])" + _LED_BY, sentence):
            words = match["words"]
            for size in range(min(len(words), known.longest), 1, -1):
                here = _one(known.named(words[-size:], year), words[:-size])
                if here:
                    found |= {division for division in here if division.level == level}
                    break
    return found.pop() if len(found) == 1 else None


def _labels(url: str) -> list[str]:
    host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    return [label for label in host.split(".") if label not in ("www", "gov", "cn", "com", "org", "net")]


def _spellings(division: Division) -> set[str]:
    """How a domain may spell a division: its name in pinyin, with or without the last syllable."""
    drop = 1 if len(division.pinyin) > 2 else 0
    own = division.pinyin[: len(division.pinyin) - drop]
    return {"".join(own), "".join(division.pinyin)}


def _by_domain(divisions: Sequence[Division], url: str | None) -> tuple[Division, ...]:
    """Of several divisions of one name those whose city, or both, a domain spells: nbjb is 宁波江北."""
    labels = set(_labels(url)) if url else set()
    if not labels:
        return ()
    known = gazetteer()
    fits = []
    for division in divisions:
        above = known.named(division.city or division.province, division.first or 2019)
        upper = [d for d in above if d.level in ("市", "省")]
        spelled: set[str] = set()
        for city in upper:
            spelled |= _spellings(city)
            short = city.pinyin[:-1]
            for own in (division.pinyin[:-1], division.pinyin):
                first = "".join(p[0] for p in short)
                spelled |= {first + "".join(p[0] for p in own), first + "".join(own), "".join(short) + "".join(own)}
        if labels & spelled:
            fits.append(division)
    return tuple(fits)


@lru_cache(maxsize=1024)
def _of_domain(level: str, url: str, year: int, known: Gazetteer) -> Division | None:
    """The one division of a level whose name a domain spells out."""
    labels = set(_labels(url))
    fits = known.spelled(level, year, frozenset(labels))
    return fits[0] if len(fits) == 1 else None
