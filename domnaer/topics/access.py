"""Access to topics and consumer groups: what each user of Kafka may do. Everything else is denied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ADMIN = "admin"
"""The superuser, who creates users and grants access. No service uses it."""


class Resource(StrEnum):
    """The kinds of things to which access is granted."""

    TOPIC = "topic"
    GROUP = "group"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One operation, such as ``Read``, that a user may perform on the topic or consumer group of exactly this name.

    With ``prefix``, it may be performed on all whose names begin with this name.
    """

    user: str
    resource: Resource
    name: str
    operation: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """All users, and all that they may do."""

    users: tuple[str, ...] = ()
    grants: frozenset[Grant] = frozenset()


SUPERUSER_ONLY = Access()
"""No users beside the superuser."""
