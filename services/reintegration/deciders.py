"""The deciders of reintegration: of cases, of vacancies and of employers, used by routes and reactions."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from contracts.reintegration import (
    CounsellingSessionHeld,
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    NeedsRecorded,
    PlacementFollowedUp,
    ReferredForRecognition,
    ReintegrationCaseAssigned,
    ReintegrationCaseClosed,
    ReintegrationCaseMoved,
    VacancyChanged,
    VacancyClosed,
    VacancyRegistered,
    VacancyRuledOut,
    WorkerPlaced,
)
from services.reintegration.domain import case, case_decisions, commands, employer, vacancy
from services.reintegration.projections.cases import CASES
from services.reintegration.projections.employers import EMPLOYERS
from services.reintegration.projections.vacancies import VACANCIES

cases = Decider(
    noun="reintegration-case",
    initial=case.Case(),
    decide=case_decisions.decide,
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
        PlacementFollowedUp: commands.FollowUpPlacement,
        VacancyRuledOut: commands.RuleOutVacancy,
        ReintegrationCaseMoved: commands.MoveCase,
        ReintegrationCaseClosed: commands.CloseCase,
    },
    correct=case_decisions.correct,
)
vacancies = Decider(
    noun="vacancy",
    initial=vacancy.Vacancy(),
    decide=vacancy.decide,
    evolve=vacancy.evolve,
    projection=VACANCIES,
    commands={
        VacancyRegistered: vacancy.RegisterVacancy,
        VacancyChanged: vacancy.ChangeVacancy,
        VacancyClosed: vacancy.CloseVacancy,
    },
)
employers = Decider(
    noun="employer",
    initial=employer.HomeEmployer(),
    decide=employer.decide,
    evolve=employer.evolve,
    projection=EMPLOYERS,
)
