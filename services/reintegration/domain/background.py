"""A returnee's background: work abroad and recognised skills, from the events that other services published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.codes.skills import AssessmentResult
from contracts.codes.work import QualificationLevel
from contracts.employment import experience_of
from contracts.envelope import Event, Fact
from contracts.skills import (
    AssessmentBooked,
    AssessmentDecided,
    Experience,
    RecognitionApplied,
    RecognitionRevoked,
    SkillsRecognised,
)


@dataclass(frozen=True, slots=True)
class Skill:
    """A recognition that was not revoked."""

    application: str
    occupation: str
    level: QualificationLevel


@dataclass(frozen=True, slots=True)
class Application:
    """An application for recognition that is under way: the day of its assessment, or the result of the last one."""

    occupation: str
    booked_on: date | None = None
    result: AssessmentResult | None = None
    """The result of the last assessment; None before it, and again while another one is booked."""
    appeal_until: date | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """A returnee's work abroad, recognised skills and applications for recognition."""

    work: tuple[Experience, ...] = ()
    """Work by rule J12, the latest first; as known when it is read."""
    skills: tuple[Skill, ...] = ()
    applied_for: tuple[str, ...] = ()
    """Occupations of applications for recognition that are still under way."""
    applications: tuple[Application, ...] = ()
    """These applications."""


def background_of(streams: Iterable[Sequence[Event[Fact]]], today: date) -> Background:
    """Fold the events of crossings, employment contracts, permits and applications, corrections and voids applied."""
    streams = list(streams)
    skills, applied = list[Skill](), list[Application]()
    for events in streams:
        skill, waiting = _skill(events)
        if skill is not None:
            skills.append(skill)
        elif waiting is not None:
            applied.append(waiting)
    occupations = tuple(each.occupation for each in applied)
    return Background(experience_of(streams, today)[::-1], tuple(skills), occupations, tuple(applied))


def _skill(events: Sequence[Event[Fact]]) -> tuple[Skill | None, Application | None]:
    skill: Skill | None = None
    applied: Application | None = None
    for event in events:
        match event.facts:
            case RecognitionApplied() as facts:
                applied = Application(facts.occupation)
            case AssessmentBooked() as facts if applied is not None:
                applied = Application(applied.occupation, facts.on)
            case AssessmentDecided() as facts if applied is not None:
                applied = Application(applied.occupation, None, facts.result, facts.appeal_until)
            case SkillsRecognised() as facts:
                skill = Skill(event.stream, facts.occupation, facts.level)
            case RecognitionRevoked():
                skill, applied = None, None
    return skill, applied
