"""The names that pages show for recorders: officers, whom records know by pseudonyms, and programs that record by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from chassis.pages.translation import N_
from contracts.catalogue import catalogue, owner

HISTORY_LOADER = "history-loader"
"""The account of the program that loads records of earlier years."""
_OF_HISTORY = N_("Load of earlier records")
_OF_A_SERVICE = N_("Domnaer itself")


def officer_name(code: str, names: Mapping[str, str], translate: Callable[[str], str]) -> str:
    """Return the name of an officer or program. An officer who never opened a page here has the pseudonym."""
    if code == HISTORY_LOADER:
        return translate(_OF_HISTORY)
    return names.get(code) or (translate(_OF_A_SERVICE) if code in _services() else code)


@cache
def _services() -> frozenset[str]:
    """Return the services, which are the recorders of what follows from events of others."""
    return frozenset(owner(fact.wire) for fact in catalogue())
