"""Idempotency keys: a command repeated with its key is answered as it was the first time, and recorded once."""

from __future__ import annotations

import hashlib

from starlette.requests import Request

from chassis.store.database import Pool
from chassis.store.event_store import Statement
from contracts.refusal import Refusal

_KEEP_OUTCOME = "INSERT INTO idempotency (caller, key, digest, status, outcome) VALUES ($1, $2, $3, $4, $5)"
_FIND_OUTCOME = "SELECT digest, status, outcome FROM idempotency WHERE caller = $1 AND key = $2"


class IdempotencyKeyMissing(Refusal):
    """Every command needs an Idempotency-Key"""

    code = "idempotency-key-missing"
    status = 400


class IdempotencyKeyReused(Refusal):
    """This Idempotency-Key was used for another command"""

    code = "idempotency-key-reused"
    status = 422


def key_of(request: Request) -> str:
    """The key of a command, quoted (as the IETF draft has it) or bare. Raises IdempotencyKeyMissing."""
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if not is_key(key):
        raise IdempotencyKeyMissing(
            "without it a command repeated on a slow line would be recorded twice",
            remedy="send the header Idempotency-Key with 1 to 120 printable characters, a new one for each command",
            field="Idempotency-Key",
        )
    return key


def is_key(key: str) -> bool:
    """Return whether a text can be a key: 1 to 120 printable ASCII characters."""
    return 1 <= len(key) <= 120 and key.isascii() and key.isprintable()


def digest_of(path: str, body: bytes) -> bytes:
    """The digest by which a repeated key is recognised as the same command: of its path and body."""
    return hashlib.blake2b(path.encode() + b"\0" + body, digest_size=16).digest()


def keep_outcome(caller: str, key: str, digest: bytes, status: int, outcome: str) -> Statement:
    """The statement that keeps an outcome under a key, for the transaction of the command."""
    return Statement(_KEEP_OUTCOME, (caller, key, digest, status, outcome))


async def find_outcome(
    pool: Pool, caller: str, key: str, digest: bytes | None = None
) -> tuple[int, str] | None:
    """The status and outcome kept under a key, if it was used before.

    Raises IdempotencyKeyReused if ``digest`` is given and is not the one kept.
    """
    row = await pool.fetchrow(_FIND_OUTCOME, caller, key)
    if row is None:
        return None
    if digest is not None:
        same_command(row["digest"], digest)
    return row["status"], row["outcome"]


async def find_digest(pool: Pool, caller: str, key: str) -> bytes | None:
    """The digest of the command that was sent first under a key; None if the key was not used before."""
    row = await pool.fetchrow(_FIND_OUTCOME, caller, key)
    return None if row is None else row["digest"]


def same_command(kept: bytes, digest: bytes) -> None:
    """Raise IdempotencyKeyReused if the digests differ."""
    if kept != digest:
        raise IdempotencyKeyReused(
            "its first command had another body", remedy="make a new key for a new command"
        )
