"""The bulk interfaces of reintegration.

A row about a case names it by ``case_id`` below ``/cases``, or below ``/returns`` by ``return_event_id``, from which
the case's id is derived: a caller who uploads returns need not look up the cases that they opened.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import create_model, field_validator

from chassis.access.permissions import Permission
from chassis.commands.routes import CommandRouter
from chassis.uploads.routes import add_bulk
from contracts.command import Command
from services.reintegration.deciders import cases, vacancies
from services.reintegration.domain.case import case_of
from services.reintegration.domain.commands import (
    AcceptMatch,
    AssignCase,
    CloseCase,
    DeclineMatch,
    ProposeMatch,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
)
from services.reintegration.domain.vacancy import RegisterVacancy

_COMMANDS: tuple[tuple[str, type[Command]], ...] = (
    ("assignments", AssignCase),
    ("needs", RecordNeeds),
    ("sessions", RecordCounsellingSession),
    ("referrals", ReferForRecognition),
    ("matches", ProposeMatch),
    ("acceptances", AcceptMatch),
    ("declines", DeclineMatch),
    ("placements", RecordPlacement),
    ("closings", CloseCase),
)


class _NamedByReturn(Command):
    """Base of rows that name a case by the return that opened it."""

    @field_validator("return_event_id", check_fields=False)
    @classmethod
    def _derive_case_id(cls, return_event_id: UUID) -> UUID:
        return case_of(return_event_id)


def add_case_bulk(routes: CommandRouter, needed: Permission) -> None:
    """Add the bulk routes of the commands on cases."""
    for noun, command in _COMMANDS:
        add_bulk(routes, f"/cases/{noun}/bulk", command, cases, needed, record="case_id")
        of_return: Any = create_model(
            f"{command.__name__}OfReturn", __base__=(_NamedByReturn, command), __doc__=command.__doc__
        )
        add_bulk(routes, f"/returns/{noun}/bulk", of_return, cases, needed, record="return_event_id")


def add_vacancy_bulk(routes: CommandRouter, needed: Permission) -> None:
    """Add the bulk route that registers vacancies."""
    add_bulk(routes, "/vacancies/bulk", RegisterVacancy, vacancies, needed)
