"""Two languages in one page: what templates write as ``[[中文||English]]``, and labels, numbers and names beside it.

A page holds both languages; the style sheet shows one, the one that the reader has chosen, and both where no script
runs. What is in Chinese whatever the language – names, quoted source text – is isolated by ``<bdi>``.

``[[中文||English]]`` becomes two spans; the blank between is in the second, so that no link ends in one. As the value
of an attribute or the text of an option or title, which cannot hold spans, it becomes the Chinese with the English in
``data-en-…``: ``site.js`` exchanges them.

Belongs here: how the two languages are written into HTML. Words are in the templates and in ``words``.
"""

import re
from functools import lru_cache

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup

from pipeline.site.words import Words
from pipeline.text import harmless

_PAIR = r"\[\[((?:(?!\]\]).)+?)\|\|(.+?)\]\]"
_IN_ATTRIBUTE = re.compile(rf'([\w-]+)="{_PAIR}"')
_IN_OPTION = re.compile(rf"<(option|title)((?:(?!>).)*)>{_PAIR}</\1>")
_IN_TEXT = re.compile(_PAIR)
_BOTH = Markup("<span lang=zh>{}</span><span lang=en> {}</span>")
_ISOLATED = Markup("<bdi>{}</bdi>")
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
#: Names of tables, columns and values in a Chinese description; not the ``quot`` of an escaped quotation mark.
_CODE = re.compile(r"(?<![&\w#])[a-z_][a-z0-9_./*()=,']*[a-z0-9]\b(?!;)|(?<![&\w#])[a-z]\b")
#: The Chinese name before an English description: 机关年度一览. One row a report ….
_CHINESE_HEAD = re.compile("^[^A-Za-z.]*[\u4e00-\u9fff][^.]*\\.\\s+")


class Bilingual(Extension):
    """Turns ``[[中文||English]]`` into HTML before a template is compiled."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template with both languages written out."""
        source = _IN_ATTRIBUTE.sub(r'\1="\2" data-en-\1="\3"', source)
        source = _IN_OPTION.sub(r'<\1\2 data-en="\4">\3</\1>', source)
        return _IN_TEXT.sub(r"<span lang=zh>\1</span><span lang=en> \2</span>", source)


@lru_cache(maxsize=4096)
def both(label: Words) -> Markup:
    """A label in both languages; one without English is a name."""
    zh, en = harmless(label.zh), harmless(label.en)
    return _BOTH.format(zh, en) if en and en != zh else _ISOLATED.format(zh)


def bdi(text: object) -> Markup:
    """A text of somebody else in isolation: letters that run from right to left turn nothing beside it around."""
    return _ISOLATED.format(harmless(str(text)))


def chinese(text: str) -> Markup:
    """A description in Chinese, and the codes in it marked as such.

    >>> chinese("own 本机关，见 dim_report")
    Markup('<code translate="no">own</code> 本机关，见 <code translate="no">dim_report</code>')
    """
    return Markup(_CODE.sub(r'<code translate="no">\g<0></code>', str(Markup.escape(harmless(text)))))


def english(text: str) -> Markup:
    """A description in English, without the Chinese name before it, and Chinese terms in it marked as such.

    >>> english("层级. 国家, 省 or 市; NULL when unknown.")
    Markup('<span lang="zh-CN">国家</span>, <span lang="zh-CN">省</span> or <span lang="zh-CN">市</span>; NULL when unknown.')
    """  # noqa: E501
    rest = _CHINESE_HEAD.sub("", harmless(text))
    return Markup(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', str(Markup.escape(rest))))
