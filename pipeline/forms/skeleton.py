"""Labels without what typists vary: width, blanks, punctuation, brackets, quotes.

Belongs here: the one normal form under which labels are compared. Numbers have their own
(``reader.tables.cell_values``), and so have names of agencies (``regions.naming``).
"""

import re
import unicodedata
from functools import lru_cache

_KEEP = re.compile(r"[^0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff]+")


@lru_cache(maxsize=16384)
def skeleton(text: str) -> str:
    """The letters and digits of a text in half width, everything else left out.

    >>> skeleton("（三）不予公开 １. 属于国家秘密")
    '三不予公开1属于国家秘密'
    """
    return _KEEP.sub("", unicodedata.normalize("NFKC", text))
