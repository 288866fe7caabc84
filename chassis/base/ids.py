"""Ids as the database's driver makes them: UUIDs like any other, at a tenth of the cost to make, write and compare."""

from __future__ import annotations

import hashlib
from uuid import UUID

import uuid_utils
from asyncpg.pgproto import pgproto


def new_id() -> UUID:
    """A UUIDv7: ids sort by the time of their making."""
    made: UUID = pgproto.UUID(uuid_utils.uuid7().bytes)
    return made


def read_id(text: str) -> UUID:
    """The UUID written so. Raises ValueError."""
    read: UUID = pgproto.UUID(text)
    return read


def named_id(space: UUID, name: bytes) -> UUID:
    """The UUIDv5 of a name within a space: the same name has the same id wherever it is computed."""
    digest = bytearray(hashlib.sha1(space.bytes + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    made: UUID = pgproto.UUID(bytes(digest))
    return made
