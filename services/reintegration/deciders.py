"""The deciders of reintegration: of cases, of vacancies and of employers, used by routes and reactions."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from contracts.reintegration import (
    CounsellingSessionHeld,
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    NeedsRecorded,
    ReferredForRecognition,
    ReintegrationCaseAssigned,
    ReintegrationCaseClosed,
    VacancyRegistered,
    WorkerPlaced,
)
from services.reintegration.domain import case, commands, employer, vacancy
from services.reintegration.projections.cases import CASES
from services.reintegration.projections.employers import EMPLOYERS
from services.reintegration.projections.vacancies import VACANCIES

cases = Decider(
    noun="reintegration-case",
    initial=case.Case(),
    decide=case.decide,
    evolve=case.evolve,
    scope=lambda state: Scope.at_home(state.province),
    projection=CASES,
    commands={
        ReintegrationCaseAssigned: commands.AssignCase,
        NeedsRecorded: commands.RecordNeeds,
        CounsellingSessionHeld: commands.RecordCounsellingSession,
        ReferredForRecognition: commands.ReferForRecognition,
        MatchProposed: commands.ProposeMatch,
        MatchAccepted: commands.AcceptMatch,
        MatchDeclined: commands.DeclineMatch,
        WorkerPlaced: commands.RecordPlacement,
        ReintegrationCaseClosed: commands.CloseCase,
    },
    correct=case.correct,
)
vacancies = Decider(
    noun="vacancy",
    initial=vacancy.Vacancy(),
    decide=vacancy.decide,
    evolve=vacancy.evolve,
    projection=VACANCIES,
    commands={VacancyRegistered: vacancy.RegisterVacancy},
)
employers = Decider(
    noun="employer",
    initial=employer.HomeEmployer(),
    decide=employer.decide,
    evolve=employer.evolve,
    projection=EMPLOYERS,
)
