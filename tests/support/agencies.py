"""Reports of made-up agencies."""

from collections.abc import Callable

Report = Callable[..., str]


BUREAU = "鼓楼区财政局"
