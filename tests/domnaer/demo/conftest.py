"""The history of the demo at its usual scale, generated once for all tests."""

import pytest

from domnaer.demo.history import history
from domnaer.demo.rows import Row


@pytest.fixture(scope="session")
def replayed() -> list[Row]:
    """Every row of the replay at 1:20."""
    return list(history(20))
