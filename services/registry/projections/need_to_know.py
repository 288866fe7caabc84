"""Need to know: what a caller sees of a worker's records follows from their work, in one table.

The table has a row for each kind of record and a column for each role. A caller has a role if they have its permission;
with several roles they see what any of them sees. A kind that a role is not given is hidden: an event that a caller may
not see causes no visible entry, count, flag or signal. ``docs/who-sees-what.md`` is generated from this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from chassis.access.permissions import Caller, Reach
from contracts import border, consular, recruitment, reintegration, skills
from contracts.codes.assistance import AssistanceCategory
from contracts.codes.crossings import DeportationGround, ReturnReason
from contracts.codes.employment import TerminationReason
from contracts.codes.missions import MISSIONS


class RecordKind(StrEnum):
    """The kinds of records that the table distinguishes."""

    CROSSING = "crossing"
    EMPLOYMENT_CONTRACT = "employment contract"
    PERMIT = "permit"
    ASSISTANCE = "assistance case"
    DEATH = "death"
    COUNSELLING = "counselling"
    PLACEMENT = "placement"
    RECOGNITION = "recognition of skills"
    SCREENING = "screening"
    """The private questions to people who came back. The registry does not read these events, and no caller may see them."""


class CallerRole(StrEnum):
    """The roles of callers."""

    EVERYONE = "everyone with reach"
    OFFICER = "border officer"
    AGENCY = "agency"
    REVIEWER = "contract reviewer"
    MISSION = "mission"
    COUNSELLOR = "counsellor"
    ASSESSOR = "skills assessor"


ROLE_PERMISSIONS: Mapping[CallerRole, str] = MappingProxyType(
    {
        CallerRole.OFFICER: "border.crossing.record",
        CallerRole.AGENCY: "recruitment.employment_contract.register",
        CallerRole.REVIEWER: "recruitment.employment_contract.review",
        CallerRole.MISSION: "consular.case.read",
        CallerRole.COUNSELLOR: "reintegration.case.read",
        CallerRole.ASSESSOR: "skills.application.read",
    }
)
"""The permission that gives a role. Whoever may correct all records of a service sees all records of that service."""


class Sight(StrEnum):
    """The answer to the question what a role sees of a kind of record."""

    SEES = "yes"
    IN_CHARGE = "if in charge"
    """Only with reach over the mission in charge."""
    HELPED = "that a mission helped, and the month"
    """Nothing else; and not even that of a sensitive or restricted case."""
    NOTHING = "no"


TABLE: Mapping[RecordKind, Mapping[CallerRole, Sight]] = MappingProxyType(
    {
        RecordKind.CROSSING: {CallerRole.EVERYONE: Sight.SEES},
        RecordKind.EMPLOYMENT_CONTRACT: {CallerRole.EVERYONE: Sight.SEES},
        RecordKind.PERMIT: {
            CallerRole.OFFICER: Sight.SEES,
            CallerRole.REVIEWER: Sight.SEES,
            CallerRole.MISSION: Sight.SEES,
            CallerRole.COUNSELLOR: Sight.SEES,
            CallerRole.ASSESSOR: Sight.SEES,
        },
        RecordKind.ASSISTANCE: {CallerRole.MISSION: Sight.IN_CHARGE, CallerRole.COUNSELLOR: Sight.HELPED},
        RecordKind.DEATH: {CallerRole.MISSION: Sight.IN_CHARGE},
        RecordKind.COUNSELLING: {CallerRole.COUNSELLOR: Sight.SEES},
        RecordKind.PLACEMENT: {
            CallerRole.REVIEWER: Sight.SEES,
            CallerRole.COUNSELLOR: Sight.SEES,
            CallerRole.ASSESSOR: Sight.SEES,
        },
        RecordKind.RECOGNITION: {
            CallerRole.REVIEWER: Sight.SEES,
            CallerRole.MISSION: Sight.SEES,
            CallerRole.COUNSELLOR: Sight.SEES,
            CallerRole.ASSESSOR: Sight.SEES,
        },
        RecordKind.SCREENING: {},
    }
)
"""What each role sees; a role that a row does not name sees nothing of that kind."""

KINDS: Mapping[str, RecordKind] = MappingProxyType(
    {
        **{fact.wire: RecordKind.CROSSING for fact in border.CrossingFact.__args__},
        border.ScreeningRecorded.wire: RecordKind.SCREENING,
        **{fact.wire: RecordKind.EMPLOYMENT_CONTRACT for fact in recruitment.EmploymentContractFact.__args__},
        **{fact.wire: RecordKind.ASSISTANCE for fact in consular.AssistanceCaseFact.__args__},
        consular.WorkerDeathRecorded.wire: RecordKind.DEATH,
        **{fact.wire: RecordKind.PERMIT for fact in consular.PermitFact.__args__},
        **{fact.wire: RecordKind.COUNSELLING for fact in reintegration.ReintegrationCaseFact.__args__},
        reintegration.WorkerPlaced.wire: RecordKind.PLACEMENT,
        **{fact.wire: RecordKind.RECOGNITION for fact in skills.SkillsFact.__args__},
    }
)
"""The kind of each type of event. A correction or a void has the kind of the event that it names; an unknown type is hidden."""

SENSITIVE = frozenset(
    {
        AssistanceCategory.ABUSE,
        AssistanceCategory.SEXUAL_ABUSE,
        AssistanceCategory.DETAINED_OR_IMPRISONED,
        AssistanceCategory.HEALTH,
        AssistanceCategory.MARITAL,
    }
)
"""Categories of cases of which an office that is not in charge learns nothing, not even by inference."""


@dataclass(frozen=True, slots=True)
class Betraying:
    """A field whose value may betray what the table hides: the values, the roles that see them, and what others see."""

    wire: str
    field: str
    values: frozenset[str]
    otherwise: str
    roles: frozenset[CallerRole]


BETRAYING: tuple[Betraying, ...] = (
    Betraying(
        border.WorkerReturned.wire,
        "reason",
        frozenset({ReturnReason.ILLNESS_OR_INJURY, ReturnReason.FEAR_OF_ARREST}),
        ReturnReason.UNKNOWN,
        frozenset({CallerRole.MISSION}),
    ),
    Betraying(
        border.WorkerDeported.wire,
        "ground",
        frozenset({DeportationGround.CONVICTION}),
        DeportationGround.NOT_STATED,
        frozenset({CallerRole.MISSION}),
    ),
    Betraying(
        recruitment.EmploymentContractTerminated.wire,
        "reason",
        frozenset({TerminationReason.ILLNESS, TerminationReason.ABUSE}),
        TerminationReason.OTHER,
        frozenset({CallerRole.MISSION, CallerRole.REVIEWER}),
    ),
)
"""Fields that the office of the record and these roles see; all others see the value that says nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """An assistance case: its category, its missions, and the people who alone may see it (None: everybody in charge).

    ``missions`` holds, for each mission, the version of the event with which it handed the case over: it sees no later
    ones. None stands for the mission in charge.
    """

    category: str
    missions: Mapping[str, int | None]
    readers: frozenset[str] | None


ASSISTANCE_TYPES = [wire for wire, kind in KINDS.items() if kind is RecordKind.ASSISTANCE]
"""The types of events of assistance cases. Of no other type an event is hidden without that whereabouts may follow from it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller as the table sees them."""

    id: str
    office: str
    roles: frozenset[CallerRole]
    corrects: frozenset[str]
    """The services all of whose records the caller may correct."""
    reach: Reach

    @classmethod
    def of(cls, caller: Caller) -> Viewer:
        """Return a caller with the roles that their permissions give."""
        roles = {role for role, permission in ROLE_PERMISSIONS.items() if caller.may(permission)}
        all_of = ".event.correct_any"
        corrects = {each.removesuffix(all_of) for each in caller.permissions if each.endswith(all_of)}
        return cls(
            caller.id,
            caller.office,
            frozenset({CallerRole.EVERYONE, *roles}),
            frozenset(corrects),
            caller.reach,
        )

    def sees(self, wire: str, case: Case | None = None, version: int = 0) -> bool:
        """Return whether the viewer sees an event of a type, of this version in the assistance case that it belongs to."""
        kind = KINDS.get(wire)
        if (
            kind is None
            or kind is RecordKind.SCREENING
            or (case is not None and case.readers is not None and self.id not in case.readers)
        ):
            return False
        if wire.split(".")[1] in self.corrects:
            return True
        sights = {TABLE[kind].get(role, Sight.NOTHING) for role in self.roles}
        return Sight.SEES in sights or (
            Sight.IN_CHARGE in sights and case is not None and self._in_charge(case, version)
        )

    def hidden(self) -> list[str]:
        """Return the types of events of which the viewer may not see all."""
        return [wire for wire in KINDS if wire in ASSISTANCE_TYPES or not self.sees(wire)]

    def learns_of_help(self, case: Case) -> bool:
        """Return whether the viewer learns that a mission helped, of a case that they do not see."""
        sights = {TABLE[RecordKind.ASSISTANCE].get(role) for role in self.roles}
        return Sight.HELPED in sights and may_be_inferred(case)

    def sees_value(self, rule: Betraying, office: str) -> bool:
        """Return whether the viewer sees a value that may betray something, in a record of an office."""
        service = rule.wire.split(".")[1]
        return office == self.office or service in self.corrects or bool(self.roles & rule.roles)

    def _in_charge(self, case: Case, version: int) -> bool:
        countries = {
            MISSIONS[mission].country
            for mission, until in case.missions.items()
            if mission in MISSIONS and (until is None or version <= until)
        }
        return self.reach.national or not self.reach.countries.isdisjoint(countries)


def may_be_inferred(case: Case) -> bool:
    """Return whether whereabouts may follow from a case for those who do not see it."""
    return case.readers is None and case.category not in SENSITIVE


def blurred(wire: str, facts: Mapping[str, Any], viewer: Viewer, office: str) -> Mapping[str, Any]:
    """Return facts with the values that say nothing in place of those that betray what the viewer may not see."""
    for rule in BETRAYING:
        if rule.wire == wire and facts.get(rule.field) in rule.values and not viewer.sees_value(rule, office):
            facts = {**facts, rule.field: rule.otherwise}
    return facts
