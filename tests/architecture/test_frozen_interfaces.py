"""The names that others rely on stay as they are, whatever the Python names behind them are called.

``frozen_interfaces.json`` holds what programs, operators and stored audit entries know this project by. A deliberate
change is written with ``python -m tests.architecture.frozen_interfaces`` and shows in the diff.
"""

from __future__ import annotations

import json

import pytest

from tests.architecture.frozen_interfaces import FILE, current

FROZEN = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", sorted(FROZEN))
def test_published_names_are_unchanged(kind: str) -> None:
    assert current()[kind] == FROZEN[kind]


def test_every_kind_of_name_is_frozen() -> None:
    assert sorted(current()) == sorted(FROZEN)
    assert all(FROZEN.values())
