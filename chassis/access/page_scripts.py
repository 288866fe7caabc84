"""The permission of a route that the script of a page calls, with JSON, in the session of the page."""

from __future__ import annotations

from functools import cache

from starlette.requests import Request

from chassis.access.csrf import SAFE_METHODS, check_script
from chassis.access.permissions import Caller, PagePermission, SignInFirst, check, page_caller
from chassis.access.refusals import SignInNeeded


class ScriptPermission(PagePermission):
    """A permission as the dependency of a route that the script of a page calls with JSON, in the session of the page.

    Without a session it answers with a problem: a script cannot follow the redirection to the sign-in.
    """

    async def __call__(self, request: Request) -> Caller:
        """Return the caller. Raises SignInNeeded, FormTokenMissing or PermissionMissing."""
        self.admit(request)
        caller: Caller = request.scope["caller"]
        return caller

    def admit(self, request: Request) -> None:
        """Check who calls, before the body is read. Raises as :meth:`__call__` does."""
        try:
            caller = page_caller(request)
        except SignInFirst:
            raise SignInNeeded("no session, or it has ended", remedy="sign in") from None
        if request.method not in SAFE_METHODS:
            check_script(request)
        check(caller, self, request)


@cache
def script_permission(name: str) -> ScriptPermission:
    """Return the permission of a route that the script of a page calls."""
    return ScriptPermission(name)
