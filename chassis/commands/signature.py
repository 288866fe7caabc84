"""The signature of a command's handler: its permission, body, path parameters and answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from uuid import UUID

from chassis.access.permissions import Permission
from contracts.refusal import Refusal

KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new one for each command; the same key and body are answered the same.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
    "example": "2f1c9c1e-5d0c-4a53-9b7a-6c2f6b0f8a11",
}


class Signature:
    """The parts of a handler's signature: body, permission, path parameters, answer.

    Raises TypeError if it names no permission type.
    """

    def __init__(self, handler: Callable[..., Any], runner: type) -> None:
        hints = get_type_hints(handler, include_extras=True)
        self.answer = hints.pop("return")
        self.path: dict[str, Callable[[str], Any]] = {}
        self.body: Any = None
        permission: Permission | None = None
        for name in inspect.signature(handler).parameters:
            hint = hints[name]
            if hint is runner:
                self.runner = name
            elif (found := permission_in(hint)) is not None:
                permission, self.caller = found, name
            elif hint is UUID or hint is str:
                self.path[name] = _uuid if hint is UUID else str
            else:
                self.body, self.body_name = hint, name
        if permission is None:
            raise TypeError(f"{handler.__qualname__} names no permission type")
        self.permission = permission


def permission_in(hint: Any) -> Permission | None:
    """Return the permission in a type such as ``CrossingRecord = Annotated[Caller, Depends(permission(...))]``."""
    if get_origin(hint) is not Annotated:
        return None
    for extra in get_args(hint)[1:]:
        dependency = getattr(extra, "dependency", None)
        if isinstance(dependency, Permission):
            return dependency
    return None


class NotAnId(Refusal):
    """The address names no record"""

    code = "not-an-id"
    status = 404


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotAnId(
            "a record's id is a UUID", remedy="take the id from the answer to its first command"
        ) from None


def command_openapi(signature: Signature, *, keyed: bool = True) -> dict[str, Any]:
    """Return the OpenAPI entry of a command, without its answer and its example. A preview has no key."""
    parameters = [KEY_PARAMETER] * keyed + [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"} if convert is _uuid else {"type": "string"},
        }
        for name, convert in signature.path.items()
    ]
    found: dict[str, Any] = {"parameters": parameters, "x-permission": signature.permission.name}
    if signature.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"x-body": body_name(signature.body)}}},
        }
    return found


def body_name(body: Any) -> str:
    """Return the name of a body's schema in the OpenAPI document."""
    if isinstance(body, type):
        return body.__name__
    members = get_args(get_args(body)[0] if get_origin(body) is Annotated else body)
    return "Or".join(getattr(member, "__name__", "Body") for member in members)[:80]
