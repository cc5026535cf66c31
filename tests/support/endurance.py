"""How much the tests that try a thing again and again do: with ``OGI_TEST_ENDURANCE=full`` (`make test-endurance`) all.

Otherwise as much as the time of a whole run allows.
"""

import os

_IS_FULL = os.environ.get("OGI_TEST_ENDURANCE") == "full"


def times(full: int, short: int) -> int:
    """How many times: ``full``, or ``short`` of them."""
    return full if _IS_FULL else short
