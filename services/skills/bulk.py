"""The bulk interfaces of skills.

A row names an application by ``application_id`` below ``/applications``, or below ``/referrals`` by the
``referral_event_id`` that opened it and from which its id is derived. Applications themselves are uploaded as
referrals, through the bulk interface of reintegration: each is then opened with the known experience of the worker.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from chassis.access.permissions import Permission
from chassis.commands.routes import CommandRouter
from chassis.commands.runtime import Runtime
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


async def _applications_of_referrals(_: Runtime, referrals: Collection[UUID]) -> dict[UUID, UUID]:
    return {each: application_of(each) for each in referrals}


def add_application_bulk(
    routes: CommandRouter, *, book: Permission, decide: Permission, grant: Permission, revoke: Permission
) -> None:
    """Add the bulk routes of the commands on applications, each with the permission that it needs."""
    commands: tuple[tuple[str, type[Command], Permission], ...] = (
        ("assessments", BookAssessment, book),
        ("decisions", DecideAssessment, decide),
        ("recognitions", RecogniseSkills, grant),
        ("revocations", RevokeRecognition, revoke),
    )
    for noun, command, needed in commands:
        add_bulk(routes, f"/applications/{noun}/bulk", command, applications, needed, record="application_id")
        add_bulk(
            routes,
            f"/referrals/{noun}/bulk",
            command,
            applications,
            needed,
            record="referral_event_id",
            records=_applications_of_referrals,
        )
