"""Work abroad as employment contracts tell it, and skills as they were recognised: what was heard, as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.codes.work import QualificationLevel
from contracts.envelope import Event, Fact
from contracts.recruitment import (
    EmploymentContractAmended,
    EmploymentContractRegistered,
    EmploymentContractTerminated,
    Terms,
)
from contracts.skills import RecognitionApplied, RecognitionRevoked, SkillsRecognised


@dataclass(frozen=True, slots=True)
class Work:
    """Work abroad by an employment contract."""

    employment_contract: str
    destination: str
    sector: str
    occupation: str
    started_on: date
    ended_on: date | None
    """Last day of work, or as agreed where that day is past; None where it goes on."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A recognition that stands."""

    application: str
    occupation: str
    level: QualificationLevel


@dataclass(frozen=True, slots=True)
class Experience:
    """What a returnee has done and can do."""

    work: tuple[Work, ...] = ()
    skills: tuple[Skill, ...] = ()
    applied_for: tuple[str, ...] = ()
    """Occupations of applications for recognition that came to no end yet."""


def experience(streams: Iterable[Sequence[Event[Fact]]], today: date) -> Experience:
    """What the standing events of employment contracts and applications tell, the latest work first."""
    work, skills, applied = list[Work](), list[Skill](), list[str]()
    for events in streams:
        if (done := _work(events, today)) is not None:
            work.append(done)
        skill, waiting = _skill(events)
        if skill is not None:
            skills.append(skill)
        elif waiting is not None:
            applied.append(waiting)
    work.sort(key=lambda each: (each.started_on, each.employment_contract), reverse=True)
    return Experience(tuple(work), tuple(skills), tuple(applied))


def _work(events: Sequence[Event[Fact]], today: date) -> Work | None:
    terms: Terms | None = None
    ended_on: date | None = None
    for event in events:
        match event.facts:
            case EmploymentContractRegistered() | EmploymentContractAmended() as facts:
                terms = facts.terms
            case EmploymentContractTerminated() as facts:
                ended_on = facts.ended_on
    if terms is None or terms.starts_on > today or (ended_on is not None and ended_on < terms.starts_on):
        return None  # not begun yet, or never
    return Work(
        events[0].stream,
        terms.destination,
        terms.sector,
        terms.occupation,
        terms.starts_on,
        ended_on or (terms.ends_on if terms.ends_on <= today else None),
    )


def _skill(events: Sequence[Event[Fact]]) -> tuple[Skill | None, str | None]:
    skill: Skill | None = None
    applied: str | None = None
    for event in events:
        match event.facts:
            case RecognitionApplied() as facts:
                applied = facts.occupation
            case SkillsRecognised() as facts:
                skill = Skill(event.stream, facts.occupation, facts.level)
            case RecognitionRevoked():
                skill, applied = None, None
    return skill, applied
