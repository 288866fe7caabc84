"""Reactions of reintegration: cases follow returns (rule J13). Also the readers that keep events of other services."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.commands.runtime import Runtime
from chassis.projections.reader import Reader
from chassis.reactions.inbox import InboxReader
from contracts import skills
from services.reintegration.projections.background import RECEIVED, SKILLS
from services.reintegration.reactions.returns import Following, LifeReader, NumberReader


class SkillsReader(InboxReader):
    """The reader that keeps what became of referrals to the recognition of skills."""

    edition = 1
    """1: assessments too. The edition before kept applications and recognitions alone."""


def readers(runtime: Runtime) -> Sequence[Reader]:
    """Return the readers of this service."""
    return (
        LifeReader(runtime),
        SkillsReader(runtime, SKILLS, [skills.TOPIC], RECEIVED),
        NumberReader("reintegration"),
    )


def following(runtime: Runtime) -> Following:
    """Return the background work that lets cases follow returns."""
    return Following(runtime)
