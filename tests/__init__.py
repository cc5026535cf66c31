"""The test suite."""

import pytest

# So that what helpers assert shows its values, as in tests.
pytest.register_assert_rewrite("tests.support", "tests.accuracy")
