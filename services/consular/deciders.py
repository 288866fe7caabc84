"""The deciders of assistance cases and permits, each with the scope and the read model of its streams."""

from __future__ import annotations

from chassis.store.decider import Decider, Scope
from contracts.codes.missions import MISSIONS
from contracts.consular import (
    AssistanceActionLogged,
    AssistanceCallerIdentified,
    AssistanceCaseClosed,
    AssistanceCaseHandedOver,
    AssistanceCaseOpened,
    AssistanceCaseRestricted,
    AssistanceDueDateSet,
    PermitLapsed,
    PermitRecorded,
    WorkerDeathRecorded,
)
from services.consular.domain import assistance_case, commands, permit
from services.consular.projections.assistance_cases import ASSISTANCE_CASES
from services.consular.projections.permits import PERMITS


def at_mission(mission: str | None, only: frozenset[str] = frozenset()) -> Scope:
    """Return the scope of a record: the country of its mission, and the only people who may see it, if any are named."""
    return Scope(countries=frozenset([MISSIONS[mission].country]), only=only) if mission else Scope()


assistance_cases = Decider(
    noun="assistance-case",
    initial=assistance_case.AssistanceCase(),
    decide=assistance_case.decide,
    evolve=assistance_case.evolve,
    scope=lambda state: at_mission(state.mission, state.readers),
    projection=ASSISTANCE_CASES,
    commands={
        AssistanceCaseOpened: commands.OpenAssistanceCase,
        AssistanceCallerIdentified: commands.IdentifyCaller,
        AssistanceActionLogged: commands.LogAssistanceAction,
        WorkerDeathRecorded: commands.RecordWorkerDeath,
        AssistanceDueDateSet: commands.SetAssistanceDueDate,
        AssistanceCaseHandedOver: commands.HandOverAssistanceCase,
        AssistanceCaseRestricted: commands.RestrictAssistanceCase,
        AssistanceCaseClosed: commands.CloseAssistanceCase,
    },
)


permits = Decider(
    noun="permit",
    initial=permit.Permit(),
    decide=permit.decide,
    evolve=permit.evolve,
    scope=lambda state: at_mission(state.mission),
    projection=PERMITS,
    commands={PermitRecorded: permit.RecordPermit, PermitLapsed: permit.RecordPermitLapse},
)
