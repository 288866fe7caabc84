"""Idempotency keys: a command repeated with its key is answered as it was the first time, and recorded once."""

from __future__ import annotations

from starlette.requests import Request

from contracts.refusal import Refusal

KEEP_OUTCOME = "INSERT INTO idempotency (caller, key, digest, status, outcome) VALUES ($1, $2, $3, $4, $5)"
KEPT_OUTCOME = "SELECT digest, status, outcome FROM idempotency WHERE caller = $1 AND key = $2"


class IdempotencyKeyMissing(Refusal):
    """Every command needs an Idempotency-Key"""

    code = "idempotency-key-missing"
    status = 400


class IdempotencyKeyReused(Refusal):
    """This Idempotency-Key was used for another command"""

    code = "idempotency-key-reused"
    status = 422


class CommandStillRunning(Refusal):
    """The same command is still running"""

    code = "command-still-running"
    status = 409


def idempotency_key(request: Request) -> str:
    """The key of a command, quoted (as the draft has it) or bare. Raises IdempotencyKeyMissing."""
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if not 1 <= len(key) <= 120 or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyMissing(
            "without it a command repeated on a slow line would be recorded twice",
            remedy="send the header Idempotency-Key with 1 to 120 printable characters, a new one for each command",
            field="Idempotency-Key",
        )
    return key
