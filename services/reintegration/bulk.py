"""The bulk interfaces of reintegration.

A row about a case names it by ``case_id`` below ``/cases``, or below ``/returns`` by ``return_event_id``, the event of a
return on the case: a caller who uploads returns need not look up the cases that they opened or joined.
"""

from __future__ import annotations

from chassis.access.permissions import Permission
from chassis.commands.routes import CommandRouter
from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.routes import add_bulk
from contracts.command import Command
from services.reintegration.deciders import cases, employers, vacancies
from services.reintegration.domain.commands import (
    AcceptMatch,
    AssignCase,
    CloseCase,
    DeclineMatch,
    FollowUpPlacement,
    MoveCase,
    ProposeMatch,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
    RuleOutVacancy,
)
from services.reintegration.domain.employer import ChangeHomeEmployer, RegisterHomeEmployer
from services.reintegration.domain.vacancy import ChangeVacancy, CloseVacancy, RegisterVacancy
from services.reintegration.permissions import MAY_REGISTER_VACANCIES
from services.reintegration.queries.records import cases_of_returns

_COMMANDS: tuple[tuple[str, type[Command]], ...] = (
    ("assignments", AssignCase),
    ("needs", RecordNeeds),
    ("sessions", RecordCounsellingSession),
    ("referrals", ReferForRecognition),
    ("matches", ProposeMatch),
    ("acceptances", AcceptMatch),
    ("declines", DeclineMatch),
    ("placements", RecordPlacement),
    ("follow-ups", FollowUpPlacement),
    ("unsuitable-vacancies", RuleOutVacancy),
    ("moves", MoveCase),
    ("closings", CloseCase),
)


VACANCIES = BulkCommand("/vacancies/bulk", RegisterVacancy, vacancies, MAY_REGISTER_VACANCIES)
"""The upload that registers vacancies, by the API and from a page."""


def add_case_bulk(routes: CommandRouter, needed: Permission) -> None:
    """Add the bulk routes of the commands on cases."""
    for noun, command in _COMMANDS:
        add_bulk(routes, f"/cases/{noun}/bulk", command, cases, needed, record="case_id")
        add_bulk(
            routes,
            f"/returns/{noun}/bulk",
            command,
            cases,
            needed,
            record="return_event_id",
            records=cases_of_returns,
        )


def add_vacancy_bulk(routes: CommandRouter, needed: Permission) -> None:
    """Add the bulk routes that register, change and close vacancies."""
    add_bulk(routes, VACANCIES.path, VACANCIES.body, VACANCIES.decider, VACANCIES.needed)
    add_bulk(routes, "/vacancies/changes/bulk", ChangeVacancy, vacancies, needed, record="vacancy_id")
    add_bulk(routes, "/vacancies/closings/bulk", CloseVacancy, vacancies, needed, record="vacancy_id")


def add_employer_bulk(routes: CommandRouter, needed: Permission) -> None:
    """Add the bulk routes that register and change employers."""
    add_bulk(routes, "/employers/bulk", RegisterHomeEmployer, employers, needed)
    add_bulk(routes, "/employers/changes/bulk", ChangeHomeEmployer, employers, needed, record="employer_id")
