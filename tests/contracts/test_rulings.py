"""The standing version of an event is the same for every reader, in any order and with any repetition of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.border import EventCorrected, EventVoided, WorkerReturned
from contracts.codes.crossings import ReturnReason
from contracts.codes.people import Sex
from contracts.codes.recording import CorrectionReason, HowRecorded
from contracts.envelope import Correction, Event, Fact, Recorded, Ruling
from contracts.person import ClearPerson, Name
from contracts.rulings import effective

STREAM = "crossing-01469a74-0d50-7fda-9aca-6e9a52e8eaa9"
OTHER_STREAM = "crossing-014bfda8-b4f8-715a-be50-9cb2e3d92441"
RECORDED = Recorded(by="u-border-31", office="KH-OSM", how=HowRecorded.LIVE)
START = datetime(2014, 6, 14, 12, 45, tzinfo=UTC)
REASONS = list(ReturnReason)


def person(nth: int) -> ClearPerson:
    return ClearPerson(evidence_id=UUID(int=10_000 + nth), name=Name(latin=f"Chan {'abcdefghij'[nth % 10]}"))


def returned(
    version: int, reason: ReturnReason = ReturnReason.MASS_RETURN, stream: str = STREAM
) -> Event[Fact]:
    facts = WorkerReturned(
        recorded=RECORDED, sex=Sex.FEMALE, checkpoint="KH-OSM", returned_from="THA", reason=reason
    )
    return event(version, facts, stream=stream, of=person(version), handles=(f"{version:032x}",))


def event(
    version: int,
    facts: Fact,
    *,
    stream: str = STREAM,
    of: ClearPerson | None = None,
    handles: tuple[str, ...] = (),
) -> Event[Fact]:
    base = 0 if stream == STREAM else 1_000
    return Event(
        id=UUID(int=base + version),
        stream=stream,
        version=version,
        occurred_at=START + timedelta(hours=version),
        recorded_at=START + timedelta(days=version),
        facts=facts,
        person=of,
        handles=handles,
        correlation_id=UUID(int=base + version),
    )


def about(original: Event[Fact]) -> dict[str, Any]:
    return {
        "recorded": RECORDED,
        "names": original.id,
        "named_type": original.facts.wire,
        "first_recorded_at": original.recorded_at,
        "reason": CorrectionReason.MISTYPED,
    }


def corrected(
    version: int, original: Event[Fact], reason: ReturnReason, *, keeps_person: bool = True
) -> Event[Fact]:
    assert isinstance(original.facts, WorkerReturned)
    restated = {"type": original.facts.wire, "facts": original.facts.model_copy(update={"reason": reason})}
    facts = EventCorrected(**about(original), keeps_person=keeps_person, restated=restated)
    whose = None if keeps_person else person(version)
    handles = () if keeps_person else (f"{version:032x}",)
    return event(version, facts, stream=original.stream, of=whose, handles=handles)


def voided(version: int, original: Event[Fact]) -> Event[Fact]:
    return event(version, EventVoided(**about(original)), stream=original.stream)


def reasons(events: Sequence[Event[Fact]]) -> list[str]:
    return [str(each.facts.reason) for each in events if isinstance(each.facts, WorkerReturned)]


@st.composite
def histories(draw: st.DrawFn) -> list[Event[Fact]]:
    """The events of one or two streams: some originals, then rulings on any of them, in the order of versions."""
    found: list[Event[Fact]] = []
    for stream in (STREAM, OTHER_STREAM)[: draw(st.integers(1, 2))]:
        originals = [
            returned(nth + 1, draw(st.sampled_from(REASONS)), stream)
            for nth in range(draw(st.integers(1, 3)))
        ]
        rulings = []
        for nth in range(draw(st.integers(0, 6))):
            version = len(originals) + nth + 1
            named = draw(st.sampled_from(originals))
            if draw(st.booleans()):
                rulings.append(voided(version, named))
            else:
                reason, keeps = draw(st.sampled_from(REASONS)), draw(st.booleans())
                rulings.append(corrected(version, named, reason, keeps_person=keeps))
        found += [*originals, *rulings]
    return found


def by_the_book(history: Sequence[Event[Fact]]) -> list[Event[Fact]]:
    """Return the standing versions, computed ruling by ruling in the order of versions."""
    standing: dict[UUID, Event[Fact]] = {}
    first: dict[UUID, Event[Fact]] = {}
    evidence: dict[UUID, tuple[Any, tuple[str, ...]]] = {}
    for each in history:
        facts = each.facts
        if not isinstance(facts, Ruling):
            first[each.id] = standing[each.id] = each
            evidence[each.id] = each.person, each.handles
            continue
        standing.pop(facts.names, None)
        if isinstance(facts, Correction):
            if not facts.keeps_person:
                evidence[facts.names] = each.person, each.handles
            whose, handles = evidence[facts.names]
            standing[facts.names] = replace(
                first[facts.names],
                facts=facts.restated.facts,
                occurred_at=each.occurred_at,
                person=whose,
                handles=handles,
            )
    return [standing[original] for original in first if original in standing]


@given(histories(), st.data())
def test_order_and_repetition_do_not_matter(history: list[Event[Fact]], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(history), max_size=8))
    shuffled = data.draw(st.permutations([*history, *again]))
    assert effective(shuffled) == effective(history)
    assert effective(iter(shuffled)) == effective(history)


@given(histories())
def test_the_last_ruling_decides_the_standing_version(history: list[Event[Fact]]) -> None:
    assert sorted(effective(history), key=lambda each: each.id) == sorted(
        by_the_book(history), key=lambda each: each.id
    )


@given(histories())
def test_standing_events_are_sorted_by_stream_and_version_without_rulings(history: list[Event[Fact]]) -> None:
    standing = effective(history)
    places = [(each.stream, each.version) for each in standing]
    assert places == sorted(places)
    assert not any(isinstance(each.facts, Ruling) for each in standing)


@given(histories())
def test_resolving_again_changes_nothing(history: list[Event[Fact]]) -> None:
    assert effective(effective(history)) == effective(history)


@given(histories(), st.data())
def test_one_streams_rulings_do_not_touch_another(history: list[Event[Fact]], data: st.DataObject) -> None:
    streams = sorted({each.stream for each in history})
    apart = [
        each for stream in streams for each in effective([own for own in history if own.stream == stream])
    ]
    assert sorted(effective(history), key=lambda each: each.id) == sorted(apart, key=lambda each: each.id)


def test_a_correction_changes_an_event_and_not_its_position() -> None:
    original = returned(1)
    (stands,) = effective([original, corrected(2, original, ReturnReason.FAMILY)])
    assert reasons([stands]) == ["family"]
    assert (stands.id, stands.version, stands.recorded_at) == (original.id, 1, original.recorded_at)
    assert stands.occurred_at == START + timedelta(hours=2), "the time is the one now stated"
    assert (stands.person, stands.handles) == (original.person, original.handles)


def test_a_correction_is_corrected_again() -> None:
    original = returned(1)
    history = [
        original,
        corrected(2, original, ReturnReason.FAMILY),
        corrected(3, original, ReturnReason.CONFLICT),
    ]
    assert reasons(effective(history)) == ["conflict"]


def test_a_voided_event_is_gone() -> None:
    original, other = returned(1), returned(2)
    assert effective([original, other, voided(3, original)]) == [other]


def test_a_void_removes_a_corrected_event_and_a_later_correction_restores_it() -> None:
    original = returned(1)
    history = [original, corrected(2, original, ReturnReason.FAMILY), voided(3, original)]
    assert effective(history) == []
    history.append(corrected(4, original, ReturnReason.CONFLICT))
    assert reasons(effective(history)) == ["conflict"]
    history.append(voided(5, original))
    assert effective(history) == []


def test_the_person_of_the_last_correction_that_brought_one_holds() -> None:
    original = returned(1)
    history = [
        original,
        corrected(2, original, ReturnReason.FAMILY, keeps_person=False),
        corrected(3, original, ReturnReason.CONFLICT),
    ]
    (stands,) = effective(history)
    assert (stands.person, stands.handles) == (person(2), (f"{2:032x}",))
    history.append(voided(4, original))
    history.append(corrected(5, original, ReturnReason.OTHER))
    (stands,) = effective(history)
    assert stands.person == person(2), "a void in between does not bring the mistaken person back"
    history.append(corrected(6, original, ReturnReason.OTHER, keeps_person=False))
    (stands,) = effective(history)
    assert stands.person == person(6)


def test_a_correction_can_remove_the_person() -> None:
    original = returned(1)
    nobody = replace(corrected(2, original, ReturnReason.OTHER, keeps_person=False), person=None, handles=())
    (stands,) = effective([original, nobody])
    assert stands.person is None
    assert stands.handles == ()


def test_a_ruling_that_comes_before_its_original_waits() -> None:
    original = returned(1)
    ruling = corrected(2, original, ReturnReason.FAMILY)
    assert effective([ruling]) == []
    assert effective([ruling, voided(3, original)]) == []
    assert reasons(effective([ruling, original])) == ["family"]


def test_a_ruling_that_names_a_ruling_has_no_effect() -> None:
    original = returned(1)
    void = voided(2, original)
    wrong = event(3, EventVoided(**{**about(original), "names": void.id}))
    assert effective([original, void, wrong]) == []


def test_no_events_have_no_standing_version() -> None:
    assert effective([]) == []
