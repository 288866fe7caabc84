"""The streams of the consular service: which decider, scope and read model belong to which."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from contracts.codes.missions import MISSIONS
from services.consular.domain import assistance_case
from services.consular.projections.assistance_cases import ASSISTANCE_CASES


def at_mission(mission: str | None) -> Scope:
    """The scope of a mission's case: the mission's own country."""
    return Scope(countries=frozenset([MISSIONS[mission].country])) if mission else Scope()


assistance_cases = Decider(
    noun="assistance-case",
    initial=assistance_case.AssistanceCase(),
    decide=assistance_case.decide,
    evolve=assistance_case.evolve,
    scope=lambda state: at_mission(state.mission),
    projection=ASSISTANCE_CASES,
)
