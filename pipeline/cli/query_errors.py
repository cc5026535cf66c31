"""What is said of a query that DuckDB refuses or cannot finish: one line, and whose fault it is.

Belongs here: DuckDB's errors of a statement that a person typed. A warehouse that cannot be opened is ``options``'s.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipeline.cli.errors import fail, wrong_usage

#: The statement itself is wrong; all other errors come from the values that it meets, or from the machine.
_WRONG_STATEMENT = (
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.NotImplementedException,
)


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of a query into a line: exit code 2 for a statement that is wrong, 1 for one that fails."""
    try:
        yield
    except duckdb.Error as error:
        line = one_line(str(error))
        if isinstance(error, duckdb.PermissionException):
            line += "; a query reads the warehouse and nothing else"
        if isinstance(error, _WRONG_STATEMENT):
            wrong_usage(line)
        fail(line)


def one_line(message: str) -> str:
    """DuckDB's message without the picture of the statement, whose line is only named if there are several.

    >>> one_line('Parser Error: syntax error at or near "x"\\n\\nLINE 2: x 1\\n        ^')
    'Parser Error: syntax error at or near "x" (line 2)'
    >>> one_line('Binder Error: no column "a"!\\nCandidate bindings: "b"\\n\\nLINE 1: SELECT a\\n               ^')
    'Binder Error: no column "a"! Candidate bindings: "b"'
    """
    text, picture, rest = message.partition("\n\nLINE ")
    number = re.match(r"\d+", rest)
    where = f" (line {number[0]})" if picture and number and number[0] != "1" else ""
    return re.sub("[ \n]+", " ", text.strip()) + where
