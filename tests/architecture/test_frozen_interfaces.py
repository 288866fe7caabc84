"""Published names do not change when Python names change.

``frozen_interfaces.json`` holds the names that programs, operators and stored audit entries use. A deliberate change is
written with ``python -m tests.architecture.frozen_interfaces`` and shows in the diff.
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
