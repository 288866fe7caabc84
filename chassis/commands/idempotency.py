"""Idempotency keys: a command repeated with its key gets the answer of the first time, and is recorded once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from chassis.commands.draft import Origin
from chassis.commands.likely_same import LikelySame
from chassis.store.append import Statement
from chassis.store.audit import Audit
from chassis.store.database import Pool
from chassis.store.event_store import lock_of
from contracts.envelope import Event, Fact
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
    """Return the key of a command, quoted (as in the IETF draft) or bare. Raises IdempotencyKeyMissing."""
    key = request.headers.get("idempotency-key", "").strip().strip('"')
    if not is_key(key):
        raise IdempotencyKeyMissing(
            "without it a command repeated on a slow line would be recorded twice",
            remedy="send the header Idempotency-Key with 1 to 120 printable characters and no space, a new one each time",
            field="Idempotency-Key",
        )
    return key


def is_key(key: str) -> bool:
    """Return whether a text can be a key: 1 to 120 printable ASCII characters and no space, as the documents say."""
    return re.fullmatch("[!-~]{1,120}", key) is not None


def digest_of(path: str, body: bytes) -> bytes:
    """Return the digest of a command's path and content. It shows whether a repeated key belongs to the same command."""
    return hashlib.blake2b(path.encode() + b"\0" + content_of(body), digest_size=16).digest()


def content_of(body: bytes) -> bytes:
    """Return what a command says: the body as sent, or its JSON without the device's clock, which a retry reads anew."""
    try:
        sent = orjson.loads(body)
        if not (isinstance(sent, dict) and "device_clock" in sent):
            return body
        del sent["device_clock"]
        return orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the latter where it is nested too deeply
        return body


def keep_outcome(caller: str, key: str, digest: bytes, status: int, outcome: str) -> Statement:
    """Return the statement that stores an outcome under a key, for the transaction of the command."""
    return Statement(_KEEP_OUTCOME, (caller, key, digest, status, outcome))


async def find_outcome(pool: Pool, caller: str, key: str) -> KeptOutcome | None:
    """Return the outcome stored under a key; None if the key was not used before."""
    row = await pool.fetchrow(_FIND_OUTCOME, caller, key)
    return None if row is None else KeptOutcome(row["digest"], row["status"], row["outcome"])


class KeptOutcome(NamedTuple):
    """The digest of the command that was sent first under a key, with the status and body of its answer."""

    digest: bytes
    status: int
    outcome: str

    def must_be_of(self, digest: bytes) -> None:
        """Raise IdempotencyKeyReused if the key was used for another command."""
        if self.digest != digest:
            raise IdempotencyKeyReused(
                "its first command had another body", remedy="make a new key for a new command"
            )


class Outcome(BaseModel):
    """The result of a command: the record, its stream, and the events recorded."""

    model_config = ConfigDict(frozen=True)

    id: UUID = Field(description="The record: a crossing, an employment contract, a case, ...")
    stream: str = Field(description="The stream of the record's events.")
    version: int = Field(description="Version of the stream after the command.")
    events: tuple[UUID, ...] = Field(description="Ids of the events recorded; they name them in corrections.")
    likely_same: tuple[LikelySame, ...] = Field(
        (),
        description="Other records that are probably the same, as a hint to look. It is computed for each answer, and stored"
        " nowhere.",
    )

    @classmethod
    def of(cls, stream: str, record_id: UUID, events: Sequence[Event[Fact]], version: int = 0) -> Outcome:
        """Return the outcome of recorded events; ``version`` is the stream's if nothing was recorded."""
        return cls(
            id=record_id,
            stream=stream,
            version=events[-1].version if events else version,
            events=tuple([event.id for event in events]),
        )


@dataclass(slots=True)
class CommandRequest:
    """One command of one caller, by its idempotency key. ``status`` is that of the answer."""

    origin: Origin
    key: str
    digest: bytes
    action: str
    status: int = 201

    @property
    def lock(self) -> int:
        """The advisory lock of the key: a command that is sent twice at once is carried out once."""
        return lock_of(self.origin.caller.id, self.key)

    async def kept(self, pool: Pool) -> Outcome | None:
        """Return the outcome of this key, if it was used before. Raises IdempotencyKeyReused for another command."""
        found = await find_outcome(pool, self.origin.caller.id, self.key)
        if found is None:
            return None
        found.must_be_of(self.digest)
        self.status = found.status
        return Outcome.model_validate_json(found.outcome)

    def statements(self, audit: Audit, outcome: Outcome, evidence: Sequence[UUID]) -> list[Statement]:
        """Return the statements for the idempotency key with its outcome, and for the audit entry."""
        caller = self.origin.caller
        return [
            keep_outcome(caller.id, self.key, self.digest, self.status, outcome.model_dump_json()),
            audit.write(caller, self.action, evidence=evidence, correlation=self.origin.correlation_id),
        ]
