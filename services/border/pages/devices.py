"""The devices of offline booths: the list, the form that registers one and shows its enrolment code, and the revocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import OutOfReach, runtime_of
from chassis.exports.lists import FileAsked
from chassis.http.pagination import After, Page, decode_cursor, page_of
from chassis.pages.error_texts import EMPTY, PageError
from chassis.pages.form import SubmittedForm
from chassis.pages.rendering import NavItem, pages_of
from chassis.pages.translation import N_
from contracts.codes.places import CHECKPOINTS
from contracts.envelope import DeviceCode
from services.border.offline.devices import (
    Device,
    DeviceNameTaken,
    NoSuchDevice,
    get_device,
    list_devices,
    register_device,
    revoke_device,
)
from services.border.pages.crossing_form import posts_of
from services.border.permissions import CROSSING_RECORD, DEVICE_REGISTER, DeviceRegisterPage
from services.border.wording import DEVICES_LIST

DEVICES = "/border/pages/devices"
NAV = NavItem(DEVICES, N_("Devices"), DEVICE_REGISTER)
ROWS = 50
REASONS: Mapping[str, str] = {
    "stolen": N_("Stolen"),
    "lost": N_("Lost"),
    "broken": N_("Broken, or the browser was set up anew"),
    "replaced": N_("No longer used"),
}
"""The reasons of a revocation, by code."""
_NOT_A_NAME = (
    N_("this name is not possible"),
    N_("use Latin letters, digits, dots and hyphens, such as booth-4"),
)
_TAKEN = (N_("another device has this name"), N_("choose another name, since records name the device by it"))
_CHOOSE = (N_("this is not one of the choices"), N_("choose one from the list"))
_NAME: TypeAdapter[str] = TypeAdapter(DeviceCode)

router = APIRouter(route_class=CallerFirstRoute)


@router.get("/devices", name="devices_page")
async def devices_page(
    request: Request,
    caller: DeviceRegisterPage,
    revoked: Annotated[DeviceCode | None, Query()] = None,
    file: FileAsked = None,
    cursor: After = None,
) -> Response:
    """Show the devices at the posts within reach, by name."""
    if file is not None:

        async def listed(after: str | None, limit: int) -> Page[Device]:
            return await _listed(request, caller, after, limit)

        return await DEVICES_LIST.answer(request, caller, file, listed)
    return await _show(request, caller, cursor=cursor, revoked=revoked)


@router.post("/devices", name="register_device_form")
async def register(request: Request, caller: DeviceRegisterPage) -> Response:
    """Register a device and show its enrolment code. A device that is not enrolled yet gets a new code."""
    form = await SubmittedForm.of(request, caller)
    post, device = form.text("post"), form.text("device")
    errors = [] if post else [PageError("post", *EMPTY)]
    try:
        _NAME.validate_python(device)
    except ValidationError:
        errors.append(PageError("device", *(_NOT_A_NAME if device else EMPTY)))
    code = None
    if not errors:
        try:
            code = await register_device(runtime_of(request), caller, post, device)
        except OutOfReach:
            errors.append(PageError("post", *_CHOOSE))
        except DeviceNameTaken:
            errors.append(PageError("device", *_TAKEN))
    given = {} if code else form.fields
    return await _show(request, caller, errors=errors, given=given, code=code, named=device)


@router.get("/devices/{device}/revocation", name="device_revocation_page")
async def revocation_page(request: Request, device: str, caller: DeviceRegisterPage) -> Response:
    """Show what a revocation means, before it is done."""
    return await _show_revocation(request, caller, device)


@router.post("/devices/{device}/revocation", name="revoke_device_form")
async def revoke(request: Request, device: str, caller: DeviceRegisterPage) -> Response:
    """Revoke a device: it uploads nothing from now on, and its grants end."""
    form = await SubmittedForm.of(request, caller)
    reason = form.text("reason")
    if reason not in REASONS:
        errors = [PageError("reason", *(_CHOOSE if reason else EMPTY))]
        return await _show_revocation(request, caller, device, errors)
    await revoke_device(runtime_of(request), caller, device, reason)
    return RedirectResponse(f"{DEVICES}?revoked={device}", 303)


async def _listed(request: Request, caller: Caller, cursor: str | None, limit: int) -> Page[Device]:
    after = "" if cursor is None else decode_cursor(cursor, str)[0]
    rows = await list_devices(runtime_of(request).pool, caller.reach, after, limit + 1)
    return page_of(rows, limit, lambda row: row, lambda row: (row.device,))


async def _show(
    request: Request,
    caller: Caller,
    *,
    errors: list[PageError] | None = None,
    given: Mapping[str, str] | None = None,
    code: str | None = None,
    named: str = "",
    revoked: str | None = None,
    cursor: str | None = None,
) -> Response:
    page = await _listed(request, caller, cursor, ROWS)
    posts = posts_of(caller)
    return pages_of(request).render(
        request,
        "devices.html",
        status=422 if errors else 200,
        here=DEVICES,
        caller=caller,
        list=DEVICES,
        devices=page.items,
        next=page.next,
        posts={each.code: each.name for each in posts},
        post_names={code: each.name for code, each in CHECKPOINTS.items()},
        own_post=posts[0].code if len(posts) == 1 else "",
        reasons=REASONS,
        errors=errors or (),
        given=given or {},
        code=code,
        named=named,
        revoked=revoked if await _is_revoked(request, caller, revoked) else None,
        may_import=caller.may(CROSSING_RECORD),
        key=uuid4,
    )


async def _is_revoked(request: Request, caller: Caller, name: str | None) -> bool:
    """Return whether a device that the address names is within reach and revoked, on whichever page of the list it is."""
    if name is None:
        return False
    try:
        device = await get_device(runtime_of(request).pool, name, caller.reach)
    except NoSuchDevice:
        return False
    return device.revoked_at is not None


async def _show_revocation(
    request: Request, caller: Caller, name: str, errors: list[PageError] | None = None
) -> Response:
    device = await get_device(runtime_of(request).pool, name, caller.reach)
    return pages_of(request).render(
        request,
        "device_revocation.html",
        status=422 if errors else 200,
        here=f"{DEVICES}/{device.device}/revocation",
        caller=caller,
        list=DEVICES,
        device=device,
        post=CHECKPOINTS[device.post].name,
        reasons=REASONS,
        errors=errors or (),
        given=(await SubmittedForm.of(request, caller)).fields if errors else {},
        key=uuid4,
    )
