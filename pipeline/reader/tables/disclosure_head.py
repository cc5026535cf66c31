"""The head of table two: what the words before some numbers say of the columns below them and of the row.

Belongs here: words of column headers, articles (第二十条第（…）项) and row labels. Does not: numbers (``disclosure``).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline import forms
from pipeline.forms import Measure
from pipeline.forms.skeleton import skeleton
from pipeline.reader.tables.disclosure_labels import Header, article_of, headers_of, item_of, simplified
from pipeline.reader.tables.label_runs import LabelRun

#: A wrapped label has at least this many letters before its numbers.
_LEAST_OF_LABEL = 3
#: The rest of a label behind its numbers has at most this many letters.
_MOST_OF_REST = 4
#: A wrapped label has at most this many letters on its first line, with the rest of a header before it.
_MOST_BEGUN = 16
#: No head of the table has more words, or letters, than this; what stands before it is prose.
_HEAD_WORDS, _HEAD_LETTERS = 60, 200
#: What a header of the table ends with.
_HEADER_ENDS = ("数", "量", "额", "件", "减")
#: The article (第二十条第（一）项) that a numeral is of.
_NUMERAL = re.compile("[一五六八九]")
_NO_HEADER = re.compile("信息|内容|第?二十条第?[一二三四五六七八九]项")
#: A row's number between its header and its label.
_NUMBERING = re.compile("[0-9]{1,2}|[一二三四五六七八九十]")
#: Headers of columns that hold no numbers; a label that the form does not have is no longer than this.
#: A wrapped label has so many letters on its first line.
_SIZES = range(_LEAST_OF_LABEL, 12)
_FILLERS = {"", "备注", "说明", "序号"}
_LONGEST_REST = 24
_UNIT_AT_END = re.compile("(?:单位)?(?:人民币)?[百千万亿]*元$")
_NOTE = re.compile(r"\s*[(（]?(?:注|备注|说明|填报说明)\s*[:：]")
_EXPLANATION = re.compile(r"[(（](?![一二三四五六七八九十]{1,2}[)）])(?!单位)[^()（）]{2,}[)）]")


@dataclass(frozen=True, slots=True)
class Head:
    """What the words before a run's values say.

    ``columns`` are those of the header among them, ``article`` is the numeral of its article, and ``begins`` says
    whether a part of the table begins with them. ``items`` are the rows that they name behind it, ``item`` the last of
    them, right before the values. ``rest`` are the words behind all that is known: a label that the form does not have.
    ``printed`` are the headers as they are printed: one that spans several columns may stand above each of them.
    """

    columns: list[Measure]
    article: str | None
    begins: bool
    items: tuple[str, ...]
    rest: str = ""
    printed: tuple[Measure, ...] = ()

    @property
    def item(self) -> str | None:
        """The row whose label stands right before the values."""
        return self.items[-1] if self.items and not self.rest else None


@dataclass(frozen=True, slots=True)
class _HeadToken:
    """A column header, a row's label, or what begins a part of the table (``resets``), with its article."""

    columns: tuple[Measure, ...] = ()
    item: str | None = None
    article: str | None = None
    resets: bool = False


def head_of(run: LabelRun, following: LabelRun | None) -> Head:
    """What the words before a run's values say; its label may go on in the words of the ``following`` run."""
    words = _last_words(run)
    begun = _begun_labels(words)
    label = following.label if begun and following else ""
    return _head(words, next((item for item, rest in begun if label.startswith(rest)), None))


def rest_of_label(run: LabelRun) -> dict[str, str]:
    """The rows whose labels a run's last words begin, and the letters that they lack."""
    return dict(_begun_labels(_last_words(run)))


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
    is_whole = any(token.resets for token in tokens)
    if not is_whole and not _shuffled_header(words, wrapped) and (head := _head_with_unknown(words)):
        return head
    begin = max((index for index, token in enumerate(tokens) if token.resets), default=0)
    # A header that is spread over several columns leaves repetitions.
    printed = tuple(column for token in tokens[begin:] for column in token.columns)
    columns = list(dict.fromkeys(printed))
    if not columns or not is_whole:
        columns = _shuffled_header(words, wrapped) or columns
    article = next((token.article for token in reversed(tokens) if token.article), None)
    last = max((index for index, token in enumerate(tokens) if not token.item), default=-1)
    return Head(
        columns,
        article,
        article is not None or any(token.resets for token in tokens),
        tuple(token.item for token in tokens[last + 1 :] if token.item),
        printed=printed,
    )


def _head_with_unknown(words: tuple[str, ...]) -> Head | None:
    """The head among some words that are cells, one of which is a column or a row that the form does not have."""
    start = max((index for index, word in enumerate(words) if _begins_head(word)), default=None)
    if start is None:
        return None
    cells = [word for word in words[start + 1 :] if not _NOTE.match(word)]
    headers = headers_of(cells)
    last = max((index for index, header in enumerate(headers) if header is not None), default=None)
    articles = [article for word in words[: start + 1] if (article := article_of(word))]
    article = articles[-1] if articles else None
    if last is None:
        return _head_without_header(words[start], cells, article)
    label = next((index for index in range(last + 1, len(cells)) if item_of(cells[index])), last + 1)
    if any(header is None and _is_piece(cell) for header, cell in zip(headers[:label], cells, strict=False)):
        return Head([], article, True, tuple(filter(None, [item_of(cells[-1])])))  # a header in pieces
    columns = _columns(cells[:label], headers[:label])
    items = [item_of(cell) for cell in cells[label:]]
    if items and items[-1] is not None:
        return Head(columns, article, True, tuple(filter(None, items)))
    rest = skeleton("".join(cells[label:]))
    return Head(columns, article, True, (), rest) if len(rest) <= _LONGEST_REST else None


def _head_without_header(start: str, cells: list[str], article: str | None) -> Head | None:
    """The head under whose 信息内容 stand headers that are none of the form's; None where they may be in pieces."""
    label = next((index for index, cell in enumerate(cells) if item_of(cell)), None)
    if not label or article_of(start) or all(_is_piece(cell) for cell in cells[:label]):
        return None
    return Head([], article, True, tuple(filter(None, map(item_of, cells[label:]))))


def _is_piece(cell: str) -> bool:
    """Whether a cell may be a piece of a header of the form's: it has no other letters."""
    return bool(cell) and _header_letters().issuperset(skeleton(cell)) and skeleton(cell) not in _FILLERS


@cache
def _header_letters() -> set[str]:
    return set("".join(forms.measures_by_spelling()))


def _columns(cells: list[str], headers: list[Header | None]) -> list[Measure]:
    """The columns of header cells; those of an earlier year, and those that are no headers, are none of the form's."""
    latest = max((header.year for header in headers if header and header.year), default=None)
    columns: list[Measure] = []
    for index, (cell, header) in enumerate(zip(cells, headers, strict=True)):
        if skeleton(cell) in _FILLERS or (index and cell == cells[index - 1]):
            continue  # a column of words, or a header that is repeated over the columns that it spans
        is_ours = header is not None and header.year in (None, latest)
        columns.append((is_ours and header and header.measure) or forms.OTHER_COLUMN)
    return columns


def _begins_head(word: str) -> bool:
    """Whether a part of the table begins with a cell."""
    return article_of(word) is not None or skeleton(word) == "信息内容"


def _tokens_at_end(words: tuple[str, ...], wrapped: str | None) -> list[_HeadToken]:
    """The tokens at the end of some words, the last of which may begin the label of the row ``wrapped``."""
    text, matches = plain_words(words), _matches(words)
    tokens: list[_HeadToken] = []
    end = len(text)
    if wrapped:
        tokens.append(_HeadToken(item=wrapped))
        end = matches[-1].end() if matches else 0
    for match in reversed(matches):
        between = text[match.end() : end]
        if match.end() != end and not _is_rest_of_label(between) and not (tokens and _NUMBERING.fullmatch(between)):
            break
        tokens.append(_token(match))
        end = match.start()
    tokens.reverse()
    alone = len(tokens) == 1 and tokens[0].item is not None and end > 0 and not _is_rest_of_label(text[:end])
    if alone and not wrapped and item_of(words[-1]) is None:
        return []  # prose that happens to end with a row's label; the label is no cell of its own
    return tokens


def _token(match: re.Match[str]) -> _HeadToken:
    """What one match of ``forms.disclosure_vocabulary`` means."""
    if match["measure"]:
        return _HeadToken(columns=(forms.measures_by_spelling()[match["measure"]],))
    if match["other"]:
        return _HeadToken(columns=(forms.OTHER_COLUMN,))
    if match["cut"]:
        return _HeadToken(columns=tuple(forms.CUT_HEADERS))
    if match["item"]:
        return _HeadToken(item=forms.disclosure_items_by_spelling()[match["item"]])
    numerals = _NUMERAL.findall((match["article"] or "").replace("二十条", ""))
    return _HeadToken(article=numerals[-1] if numerals else None, resets=True)


def _shuffled_header(words: tuple[str, ...], wrapped: str | None) -> list[Measure]:
    """The header whose letters the words have in another order, as narrow columns leave them; empty if none."""
    text = plain_words(words)
    spellings = forms.disclosure_spellings()
    if wrapped:
        pieces = (spelling.text[:size] for spelling in spellings if spelling.item == wrapped for size in _SIZES)
        label = max((piece for piece in pieces if text.endswith(piece)), key=len, default="")
    else:
        label = next((spelling.text for spelling in spellings if text.endswith(spelling.text)), "")
    text = _UNIT_AT_END.sub("", _NO_HEADER.sub("", text.removesuffix(label)))
    if not text.endswith(_HEADER_ENDS):
        return []
    for letters, header in forms.headers_by_letters().items():
        if len(letters) <= len(text) and "".join(sorted(text[-len(letters) :])) == letters:
            return [forms.measures_by_spelling()[spelling] for spelling in header.values()]
    return []


@lru_cache(maxsize=4096)
def _begun_labels(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """The rows whose labels begin behind the last match and may go on behind the numbers: item, and what they lack."""
    text, matches = plain_words(words), _matches(words)
    begun = text[matches[-1].end() :] if matches else text
    if not _LEAST_OF_LABEL <= len(begun) <= _MOST_BEGUN:
        return []
    return [
        (spelling.item, spelling.text[size:])
        for spelling in forms.disclosure_spellings()
        for size in range(max(_LEAST_OF_LABEL, len(begun) - _MOST_OF_REST), len(spelling.text))
        if len(begun) - _MOST_OF_REST <= size <= len(begun) and begun.endswith(spelling.text[:size])
    ]


@lru_cache(maxsize=64)
def _matches(words: tuple[str, ...]) -> list[re.Match[str]]:
    return list(forms.disclosure_vocabulary().finditer(plain_words(words)))


@lru_cache(maxsize=64)
def plain_words(words: tuple[str, ...]) -> str:
    """The skeleton of some words without notes and explanations."""
    return simplified(skeleton(_without_explanations("".join(word for word in words if not _NOTE.match(word)))))


def _without_explanations(text: str) -> str:
    """A label without the brackets that explain it: 规范性文件（行政机关制定发布的…见2018年…）."""
    return _EXPLANATION.sub("", text)


def _is_rest_of_label(text: str) -> bool:
    """Whether a text may be the rest of a label whose numbers stood before its end."""
    return len(text) <= _MOST_OF_REST and any(
        spelling.endswith(text) for spelling in forms.disclosure_items_by_spelling()
    )
