"""Texts from LibreOffice's HTML: BeautifulSoup's get_text with three separators, and pandas.read_html."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas
from bs4 import BeautifulSoup


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_bytes(), "lxml")


def _get_text(separator: str, *, strip: bool = False) -> Callable[[Path], str]:
    return lambda path: _soup(path).get_text(separator, strip=strip)


def _tables(write: Callable[[pandas.DataFrame], str]) -> Callable[[Path], str]:
    """The page's paragraphs by BeautifulSoup, its tables by pandas, in the page's order."""

    def convert(path: Path) -> str:
        soup = _soup(path)
        for table in soup.find_all("table"):
            (frame,) = pandas.read_html(io.StringIO(str(table)), header=None)
            table.replace_with("\n" + write(frame) + "\n")
        lines = (line.strip() for line in soup.get_text("").splitlines())
        return "\n".join(line for line in lines if line) + "\n"

    return convert


CONVERTERS = {
    "bs4_newline": _get_text("\n"),
    "bs4_stripped": _get_text("\n", strip=True),
    "bs4_tab": _get_text("\t"),
    "bs4_empty": _get_text(""),
    "read_html_tabs": _tables(lambda frame: frame.to_csv(sep="\t", index=False, header=False)),
    "read_html_markdown": _tables(lambda frame: frame.to_markdown(index=False)),
    "read_html_string": _tables(lambda frame: frame.to_string()),
}
