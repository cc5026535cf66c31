"""What models of OCR make of pictures: where lines of text are, and what they say, with how sure that is.

The models are those of the package rapidocr (PP-OCRv6, Apache-2.0), which its wheel brings along, run by onnxruntime:
nothing is fetched from anywhere.

Belongs here: the models, and numbers into them and out of them.
"""

import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

#: The models of rapidocr: what finds lines, and what reads one.
_FINDER, _READER = "*det_small.onnx", "*rec_small.onnx"
#: A line is made so many dots high to be read; widths are filled up to steps of so many, and so many read at once.
_HIGH, _STEP, _AT_ONCE = 48, 32, 16
_WIDEST = 3200
#: Lines are looked for in a picture so much smaller, and of no more dots a side, where that is likelier to be text.
_SMALLER, _LARGEST, _LIKELY = 2, 1280, 0.3
#: Sides of such a picture are multiples of this; a found line is so much higher than what was found of it.
_SIDE, _GROWN = 32, 0.45
#: Boxes lower than so many dots of it are no text.
_LOWEST = 3
#: Letters that look like a digit: the same shape, told from it by what stands beside it.
_ALIKE = {"0": "OoQ〇○◯", "1": "lI|丨｜"}
_LIKE_DIGITS = str.maketrans({letter: digit for digit, letters in _ALIKE.items() for letter in letters})
_OF_NUMBERS = frozenset("0123456789.,+-")
#: Beside Chinese letters these are wide, whichever the model took them for.
_WIDE = str.maketrans("(),:;", "（），：；")


class Said(NamedTuple):
    """A line's text, how sure its least sure character is, up to 1, and the number that it is if it is one."""

    text: str
    least: float
    number: str = ""

    @property
    def has_words(self) -> bool:
        """Whether Chinese letters are in it."""
        return any("\u3400" <= letter <= "\u9fff" for letter in self.text)


def is_installed(modules: Iterable[str]) -> bool:
    """Whether all that is needed is there, the models among it."""
    return all(importlib.util.find_spec(name) for name in modules) and all(map(_models, (_FINDER, _READER)))


def is_number(text: str) -> bool:
    """Whether a text is what stands in a cell of numbers."""
    return any(letter.isdecimal() for letter in text) and _OF_NUMBERS.issuperset(text)


def read(images: Sequence[Any]) -> list[Said]:
    """What lines of text say."""
    by_width = defaultdict(list)
    for at, image in enumerate(images):
        ready = _ready(image)
        by_width[ready.shape[1]].append((at, ready))
    said: dict[int, Said] = {}
    for group in by_width.values():
        for first in range(0, len(group), _AT_ONCE):
            some = group[first : first + _AT_ONCE]
            said.update(zip((at for at, _ in some), _read([image for _, image in some]), strict=True))
    return [said[at] for at in range(len(images))]


def boxes(picture: Any) -> list[tuple[int, int, int, int]]:
    """Where lines of text are in a picture: left, top, right, bottom."""
    import cv2
    import numpy

    smaller = max(_SMALLER, max(picture.shape) / _LARGEST)
    rest = cv2.resize(picture, None, fx=1 / smaller, fy=1 / smaller, interpolation=cv2.INTER_AREA)
    high, wide = (-(-side // _SIDE) * _SIDE for side in rest.shape)
    small = numpy.full((high, wide), 255, numpy.uint8)
    small[: rest.shape[0], : rest.shape[1]] = rest
    rows = numpy.flatnonzero((small < 200).any(axis=1))
    if not len(rows):
        return []
    begin = int(rows[0]) // _SIDE * _SIDE
    end = -(-(int(rows[-1]) + 1) // _SIDE) * _SIDE
    (likely,) = _session(_FINDER).run(None, {"x": _input([small[begin:end]])})
    _, _, stats, _ = cv2.connectedComponentsWithStats((likely[0, 0] > _LIKELY).astype(numpy.uint8))
    found = []
    for left, row, width, height, _ in stats[1:].tolist():
        if height < _LOWEST or width < _LOWEST:
            continue
        more = int(_GROWN * min(height, width)) + 1
        top = begin + row
        box = left - more, top - more, left + width + more, top + height + more
        x0, y0, x1, y1 = (max(round(side * smaller), 0) for side in box)
        found.append((x0, y0, min(x1, picture.shape[1]), min(y1, picture.shape[0])))
    return found


def _ready(image: Any) -> Any:
    """An image as high as the model wants it, as wide as a step."""
    import cv2
    import numpy

    high, wide = image.shape
    width = min(max(round(wide * _HIGH / high), 8), _WIDEST)
    image = cv2.resize(image, (width, _HIGH), interpolation=cv2.INTER_AREA if high > _HIGH else cv2.INTER_CUBIC)
    more = -width % _STEP
    return cv2.copyMakeBorder(image, 0, 0, 0, more, cv2.BORDER_CONSTANT, value=float(numpy.median(image)))


def _input(images: Sequence[Any]) -> Any:
    import numpy

    shades = (numpy.stack(images).astype(numpy.float32) / 255 - 0.5) / 0.5
    return numpy.repeat(shades[:, None], 3, axis=1)


def _read(images: Sequence[Any]) -> list[Said]:
    import numpy

    (likely,) = _session(_READER).run(None, {"x": _input(images)})
    best, sure = likely.argmax(2), likely.max(2)
    for alike in _alike():
        sure = numpy.where(numpy.isin(best, alike), likely[..., alike].sum(2), sure)
    allowed = numpy.array(_of_digits())
    numbers = allowed[likely[..., allowed].argmax(2)]
    return [_said(*each) for each in zip(best, sure, numbers, strict=True)]


def _said(best: Any, sure: Any, number: Any) -> Said:
    """The text of the likeliest classes, and that of the likeliest ones of digits."""
    text, least = _text(best.tolist(), sure.tolist())
    as_digits = text.translate(_LIKE_DIGITS)
    digits, _ = _text(number.tolist(), [0.0] * len(number))
    said = Said(as_digits if is_number(as_digits) else text, least, digits.translate(_LIKE_DIGITS))
    return said._replace(text=said.text.translate(_WIDE)) if said.has_words else said


def _text(classes: Sequence[int], sure: Sequence[float]) -> tuple[str, float]:
    """The text of classes, and its least sure character.

    The same class again without a break is one character; class 0 is a break.
    """
    letters = _letters()
    text, surest, before = "", [], 0
    for which, how_sure in zip(classes, sure, strict=True):
        if which and which != before:
            text += letters[which - 1] if which <= len(letters) else " "
            surest.append(how_sure)
        elif which:
            surest[-1] = max(surest[-1], how_sure)
        before = which
    return text.strip(), min(surest, default=0.0)


@cache
def _letters() -> list[str]:
    return str(_session(_READER).get_modelmeta().custom_metadata_map["character"]).split("\n")


@cache
def _alike() -> list[list[int]]:
    """The classes of each digit and of the letters that look like it."""
    classes = {letter: number for number, letter in enumerate(_letters(), 1)}
    return [[classes[each] for each in digit + letters if each in classes] for digit, letters in _ALIKE.items()]


@cache
def _of_digits() -> list[int]:
    """The classes that a number is made of, breaks among them."""
    classes = {letter: number for number, letter in enumerate(_letters(), 1)}
    return [0, *(classes[each] for each in sorted(_OF_NUMBERS | set("OoQIl|")) if each in classes)]


@cache
def _session(pattern: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One report a core: the pool of processes uses all of them.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(_models(pattern)[0], options, providers=["CPUExecutionProvider"])


@cache
def _models(pattern: str) -> list[str]:
    """The files of a model, without importing the package."""
    package = importlib.util.find_spec("rapidocr")
    places = package.submodule_search_locations if package else None
    return [str(file) for place in places or () for file in (Path(place) / "models").glob(pattern)]
