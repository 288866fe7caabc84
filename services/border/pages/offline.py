"""The routes that the script of the offline booth calls: the session, the sealing key, the enrolment of its browser, grants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.csrf import form_token
from chassis.access.permissions import CallerFirstRoute, Everyone
from chassis.access.sessions import IDLE_SECONDS, session_id
from chassis.base.logs import correlation
from chassis.commands.runtime import runtime_of
from contracts.codes.places import CHECKPOINTS
from contracts.envelope import DeviceCode
from contracts.refusal import Refusal
from services.border.offline.devices import enrol_device, get_device
from services.border.offline.grants import issue_grant
from services.border.offline.sealing import sealing_keys_of
from services.border.pages.crossing_form import posts_of
from services.border.permissions import DEVICE_REGISTER, CrossingRecordScript

router = APIRouter(route_class=CallerFirstRoute)


class DeviceNotInUse(Refusal):
    """This device was revoked, or is not enrolled"""

    code = "device-not-in-use"
    status = 403


class PostOfSession(BaseModel):
    """A post at which the officer works."""

    code: str
    name: str
    country: str | None


class OfficerSession(BaseModel):
    """The session of the officer who uses the browser. ``form_token`` goes into the header X-CSRF-Token."""

    caller: str
    name: str
    title: str
    office: str
    posts: tuple[PostOfSession, ...]
    form_token: str
    may_register: bool
    idle_seconds: int


class Enrolment(BaseModel):
    """The enrolment of a browser as a device."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(max_length=60)]
    public_key: dict[str, Any]


class EnrolledDevice(BaseModel):
    """A device that was enrolled."""

    device: str
    post: str
    post_name: str


class GrantWanted(BaseModel):
    """The device for which an officer wants a grant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: DeviceCode


class IssuedGrant(BaseModel):
    """A grant, and the time at which it expires."""

    grant: str
    expires_at: datetime


@router.get(
    "/offline/key",
    name="sealing_key",
    dependencies=[Depends(Everyone("it is the public part of a key"))],
)
async def sealing_key(request: Request) -> dict[str, Any]:
    """Return the public part of the current sealing key, a JWK."""
    return sealing_keys_of(runtime_of(request)).public


@router.get("/offline/session", name="offline_session")
async def offline_session(request: Request, caller: CrossingRecordScript) -> OfficerSession:
    """Return who is signed in, and where they work."""
    return OfficerSession(
        caller=caller.id,
        name=caller.name,
        title=caller.title,
        office=caller.office,
        posts=tuple(
            PostOfSession(code=each.code, name=each.name, country=each.opposite_country)
            for each in posts_of(caller)
        ),
        form_token=form_token(request, session_id(request)),
        may_register=caller.may(DEVICE_REGISTER),
        idle_seconds=IDLE_SECONDS,
    )


@router.post("/offline/enrolment", name="enrol_device", status_code=201)
async def enrol(request: Request, wanted: Enrolment, caller: CrossingRecordScript) -> EnrolledDevice:
    """Enrol this browser as the device for which the code was made."""
    found = await enrol_device(runtime_of(request), caller, wanted.code, wanted.public_key)
    return EnrolledDevice(device=found.device, post=found.post, post_name=CHECKPOINTS[found.post].name)


@router.post("/offline/grants", name="issue_grant", status_code=201)
async def grant(request: Request, wanted: GrantWanted, caller: CrossingRecordScript) -> IssuedGrant:
    """Give the officer a grant for a device of their posts, with which records are uploaded after the session has ended."""
    runtime = runtime_of(request)
    device = await get_device(runtime.pool, wanted.device, caller.reach)
    if device.public_key is None or device.revoked_at is not None:
        raise DeviceNotInUse(
            "no grant is given for it", remedy="register this browser as a new device in the offline booth"
        )
    issued, expires = issue_grant(sealing_keys_of(runtime), caller, device.device)
    await runtime.audit.look(
        caller,
        "issue_grant",
        correlation=correlation(),
        detail={"device": device.device, "expires_at": expires},
    )
    return IssuedGrant(grant=issued, expires_at=expires)
