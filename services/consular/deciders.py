"""The decider of assistance cases, with the scope and the read model of its streams."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from contracts.codes.missions import MISSIONS
from services.consular.domain import assistance_case
from services.consular.projections.assistance_cases import ASSISTANCE_CASES


def at_mission(mission: str | None) -> Scope:
    """Return the scope of a case: the country of its mission."""
    return Scope(countries=frozenset([MISSIONS[mission].country])) if mission else Scope()


assistance_cases = Decider(
    noun="assistance-case",
    initial=assistance_case.AssistanceCase(),
    decide=assistance_case.decide,
    evolve=assistance_case.evolve,
    scope=lambda state: at_mission(state.mission),
    projection=ASSISTANCE_CASES,
)
