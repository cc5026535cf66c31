"""The head of table two: what the words before some numbers say of the columns below them and of the row.

Belongs here: words of column headers, articles (第二十条第（…）项) and row labels. Does not: numbers (``disclosure``).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline import forms
from pipeline.forms import Measure
from pipeline.forms.skeleton import skeleton
from pipeline.reader.tables.label_runs import LabelRun

#: A wrapped label has at least this many letters before its numbers.
_LEAST_OF_LABEL = 3
#: The rest of a label behind its numbers has at most this many letters.
_MOST_OF_REST = 4
#: No head of the table has more words, or letters, than this; what stands before it is prose.
_HEAD_WORDS, _HEAD_LETTERS = 60, 200
#: What a header of the table ends with.
_HEADER_ENDS = ("数", "量", "额", "件", "减")
#: The article (第二十条第（一）项) that a numeral is of.
_NUMERAL = re.compile("[一五六八九]")
_NO_HEADER = re.compile("信息内容|第?二十条第?[一二三四五六七八九]项")
_NOTE = re.compile(r"\s*[(（]?(?:注|备注|说明|填报说明)\s*[:：]")
_EXPLANATION = re.compile(r"[(（](?![一二三四五六七八九十]{1,2}[)）])(?!单位)[^()（）]{2,}[)）]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table, and the unit that its header prints."""

    measure: Measure
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What the words before a run's values say.

    ``columns`` are those of the header among them, ``article`` is the numeral of its article, and ``begins`` says
    whether a part of the table begins with them. ``item`` is the row that they name.
    """

    columns: list[Column]
    article: str | None
    begins: bool
    item: str | None


@dataclass(frozen=True, slots=True)
class _HeadToken:
    """A column header, a row's label, or what begins a part of the table (``resets``), with its article."""

    column: Column | None = None
    item: str | None = None
    article: str | None = None
    resets: bool = False


def head_of(run: LabelRun, following: LabelRun | None) -> Head:
    """What the words before a run's values say; its label may go on in the words of the ``following`` run."""
    words = _last_words(run)
    begun = _begun_labels(words)
    label = following.label if begun and following else ""
    return _head(words, next((item for item, rest in begun if label.startswith(rest)), None))


def measures_mentioned(runs: list[LabelRun]) -> list[Measure]:
    """The column headers that stand anywhere in the words of some runs."""
    matches = (match for run in runs for match in _matches(tuple(run.words)))
    return [forms.measures_by_spelling()[match["measure"]] for match in matches if match["measure"]]


def _last_words(run: LabelRun) -> tuple[str, ...]:
    """The last words before a run's values, among which a header and the row's label are looked for."""
    words = run.words[-_HEAD_WORDS:]
    length = 0
    for begin in range(len(words) - 1, -1, -1):
        length += len(words[begin])
        if length > _HEAD_LETTERS:
            return tuple(words[begin:])
    return tuple(words)


@lru_cache(maxsize=4096)
def _head(words: tuple[str, ...], wrapped: str | None) -> Head:
    """What some words say, the last of which may begin the label of the row ``wrapped``."""
    tokens = _tokens_at_end(words, wrapped)
    begin = max((index for index, token in enumerate(tokens) if token.resets), default=0)
    # A header that is spread over several columns leaves repetitions.
    columns = {token.column.measure.measure: token.column for token in tokens[begin:] if token.column}
    article = next((token.article for token in reversed(tokens) if token.article), None)
    return Head(
        list(columns.values()) or _shuffled_header(words),
        article,
        article is not None or any(token.resets for token in tokens),
        tokens[-1].item if tokens else None,
    )


def _tokens_at_end(words: tuple[str, ...], wrapped: str | None) -> list[_HeadToken]:
    """The tokens at the end of some words, the last of which may begin the label of the row ``wrapped``."""
    text, matches = _bare(words), _matches(words)
    tokens: list[_HeadToken] = []
    end = len(text)
    if wrapped:
        tokens.append(_HeadToken(item=wrapped))
        end = matches[-1].end() if matches else 0
    for match in reversed(matches):
        if match.end() != end and not _is_rest_of_label(text[match.end() : end]):
            break
        tokens.append(_token(match))
        end = match.start()
    tokens.reverse()
    alone = len(tokens) == 1 and tokens[0].item is not None and end > 0 and not _is_rest_of_label(text[:end])
    if alone and not wrapped and skeleton(_without_explanations(words[-1])) not in forms.disclosure_items_by_spelling():
        return []  # prose that happens to end with a row's label; the label is no cell of its own
    return tokens


def _token(match: re.Match[str]) -> _HeadToken:
    """What one match of ``forms.disclosure_vocabulary`` means."""
    if match["measure"]:
        return _HeadToken(column=Column(forms.measures_by_spelling()[match["measure"]], match["unit"]))
    if match["item"]:
        return _HeadToken(item=forms.disclosure_items_by_spelling()[match["item"]])
    numerals = _NUMERAL.findall((match["article"] or "").replace("二十条", ""))
    return _HeadToken(article=numerals[-1] if numerals else None, resets=True)


def _shuffled_header(words: tuple[str, ...]) -> list[Column]:
    """The header whose letters the words have in another order, as narrow columns leave them; empty if none."""
    text = _bare(words)
    label = next((spelling for spelling in forms.disclosure_items_by_spelling() if text.endswith(spelling)), "")
    text = _NO_HEADER.sub("", text.removesuffix(label))
    if not text.endswith(_HEADER_ENDS):
        return []
    for letters, header in forms.headers_by_letters().items():
        if len(letters) <= len(text) and "".join(sorted(text[-len(letters) :])) == letters:
            return [Column(forms.measures_by_spelling()[spelling]) for spelling in header.values()]
    return []


@lru_cache(maxsize=4096)
def _begun_labels(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """The rows whose labels begin behind the last match and may go on behind the numbers: item, and what they lack."""
    text, matches = _bare(words), _matches(words)
    begun = text[matches[-1].end() :] if matches else text
    return [
        (spelling.item, spelling.text[len(begun) :])
        for spelling in forms.disclosure_spellings()
        if spelling.text.startswith(begun) and _LEAST_OF_LABEL <= len(begun) < len(spelling.text)
    ]


@lru_cache(maxsize=64)
def _matches(words: tuple[str, ...]) -> list[re.Match[str]]:
    return list(forms.disclosure_vocabulary().finditer(_bare(words)))


@lru_cache(maxsize=64)
def _bare(words: tuple[str, ...]) -> str:
    """The skeleton of some words without notes and explanations."""
    return skeleton(_without_explanations("".join(word for word in words if not _NOTE.match(word))))


def _without_explanations(text: str) -> str:
    """A label without the brackets that explain it: 规范性文件（行政机关制定发布的…见2018年…）."""
    return _EXPLANATION.sub("", text)


def _is_rest_of_label(text: str) -> bool:
    """Whether a text may be the rest of a label whose numbers stood before its end."""
    return len(text) <= _MOST_OF_REST and any(
        spelling.endswith(text) for spelling in forms.disclosure_items_by_spelling()
    )
