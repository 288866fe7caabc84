"""The deciders of reintegration: one for cases and one for vacancies, used by routes and reactions."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from services.reintegration.domain import case, vacancy
from services.reintegration.projections.cases import CASES
from services.reintegration.projections.vacancies import VACANCIES

cases = Decider(
    noun="reintegration-case",
    initial=case.Case(),
    decide=case.decide,
    evolve=case.evolve,
    scope=lambda state: Scope.at_home(state.home_province),
    projection=CASES,
)
vacancies = Decider(
    noun="vacancy",
    initial=vacancy.Vacancy(),
    decide=vacancy.decide,
    evolve=vacancy.evolve,
    projection=VACANCIES,
)
