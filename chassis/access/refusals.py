"""Refusals of a call: no valid token, or no permission."""

from __future__ import annotations

from contracts.refusal import Refusal


class CallRefused(Refusal):
    """This call is refused"""

    code = "call-refused"
    status = 403


class SignInNeeded(CallRefused):
    """Sign in first"""

    code = "sign-in-needed"
    status = 401


class TokenUnreadable(SignInNeeded):
    """This token cannot be read"""

    code = "token-unreadable"


class TokenForged(SignInNeeded):
    """This token was not signed by the issuer"""

    code = "token-forged"


class TokenExpired(SignInNeeded):
    """This token has expired"""

    code = "token-expired"


class TokenRevoked(SignInNeeded):
    """This token was revoked"""

    code = "token-revoked"


class TokenNotYetValid(SignInNeeded):
    """This token is not valid yet"""

    code = "token-not-yet-valid"


class TokenOfAnotherAudience(SignInNeeded):
    """This token was issued for another system"""

    code = "token-of-another-audience"


class TokenOfAnotherIssuer(SignInNeeded):
    """This token was issued by another issuer"""

    code = "token-of-another-issuer"


class PermissionMissing(CallRefused):
    """You have no permission for this"""

    code = "permission-missing"

    def __init__(self, permission: str) -> None:
        remedy = "ask the person who gives out permissions in your office"
        super().__init__(f"it needs the permission {permission}", remedy=remedy)
        self.permission = permission
