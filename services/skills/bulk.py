"""The bulk interfaces of skills.

A row names an application by ``application_id`` below ``/applications``, or below ``/referrals`` by the
``referral_event_id`` that opened it and from which its id is derived. Applications themselves are uploaded as
referrals, through the bulk interface of reintegration: each is then opened with the known experience of the worker.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import create_model, field_validator

from chassis.access.permissions import Permission
from chassis.commands.routes import CommandRouter
from chassis.uploads.routes import add_bulk
from contracts.command import Command
from services.skills.deciders import applications
from services.skills.domain.application import (
    BookAssessment,
    DecideAssessment,
    RecogniseSkills,
    RevokeRecognition,
    application_of,
)


class _NamedByReferral(Command):
    """Base of rows that name an application by the referral that opened it."""

    @field_validator("referral_event_id", check_fields=False)
    @classmethod
    def _derive_application_id(cls, referral_event_id: UUID) -> UUID:
        return application_of(referral_event_id)


def add_application_bulk(routes: CommandRouter, decide: Permission, revoke: Permission) -> None:
    """Add the bulk routes of the commands on applications."""
    commands: tuple[tuple[str, type[Command], Permission], ...] = (
        ("assessments", BookAssessment, decide),
        ("decisions", DecideAssessment, decide),
        ("recognitions", RecogniseSkills, decide),
        ("revocations", RevokeRecognition, revoke),
    )
    for noun, command, needed in commands:
        add_bulk(routes, f"/applications/{noun}/bulk", command, applications, needed, record="application_id")
        of_referral: Any = create_model(
            f"{command.__name__}OfReferral", __base__=(_NamedByReferral, command), __doc__=command.__doc__
        )
        add_bulk(
            routes, f"/referrals/{noun}/bulk", of_referral, applications, needed, record="referral_event_id"
        )
