"""Reports of made-up agencies."""

from collections.abc import Callable

import pytest

from tests.support.workspace import SeedText

Report = Callable[..., str]


BUREAU = "鼓楼区财政局"


@pytest.fixture
def report(seed_text: SeedText) -> Report:
    """A report of an agency and year; ``penalties`` is a number of its second table."""

    def made(agency: str, year: int = 2024, penalties: int = 52, text: str = "") -> str:
        seed = seed_text(4)
        assert seed.count("行政处罚\t52") == 1
        seed = (
            seed.replace("红旗区渠东街道办事处", agency)
            .replace("渠东街道办事处", "本单位")
            .replace("渠东街道", "本单位")
        )
        seed = seed.replace("2024", str(year)).replace("行政处罚\t52", f"行政处罚\t{penalties}")
        return seed + text

    return made
