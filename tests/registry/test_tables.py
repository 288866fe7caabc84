"""The registry's tables of facts are compared with the catalogue: a missing fact fails here."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

import pytest

from contracts import border
from contracts.catalogue import Catalogue, catalogue
from contracts.envelope import Fact
from contracts.journeys.events import TIMELINE_EVENTS
from services.registry.projections.timeline import TimelineReader
from services.registry.schemas import records
from services.registry.wording import events as wording

NOT_FOLDED = {
    "assessment_booked",
    "assistance_case_restricted",
    "assistance_due_date_set",
    "event_corrected",
    "event_voided",
    "match_accepted",
    "match_declined",
    "match_proposed",
    "needs_recorded",
    "placement_followed_up",
    "referred_for_recognition",
    "reintegration_case_assigned",
    "reintegration_case_marked",
    "reintegration_case_moved",
    "vacancy_ruled_out",
}
"""Facts about a worker without an entry in the fold: they do not change a journey."""


def names(facts: Iterable[type[Fact]]) -> set[str]:
    return {fact.wire.split(".")[2] for fact in facts}


def of_workers(facts: Catalogue) -> set[str]:
    """Return the facts that appear on a timeline; those about no single person and screenings appear on none."""
    return names(fact for fact in facts if fact.one_person and fact.on_timeline)


def without_timeline_event(facts: Catalogue) -> set[str]:
    return of_workers(facts) - names(TIMELINE_EVENTS)


def without_sentence(facts: Catalogue) -> set[str]:
    return of_workers(facts) - set(wording.SENTENCES)


@pytest.fixture
def planted() -> Catalogue:
    """Return the catalogue with a fact that no table knows."""

    class WorkerSeenAgain(border.WorkerDeparted):
        wire = "domnaer.border.worker_seen_again.v1"

    return catalogue() | [WorkerSeenAgain]


def test_every_fact_has_a_timeline_event_or_is_a_named_exception() -> None:
    assert without_timeline_event(catalogue()) == NOT_FOLDED


def test_every_fact_has_a_sentence() -> None:
    assert without_sentence(catalogue()) == set()


def test_no_table_names_a_fact_that_the_catalogue_does_not_know() -> None:
    assert names(TIMELINE_EVENTS) | set(wording.SENTENCES) <= names(catalogue())


def test_a_forgotten_fact_is_found(planted: Catalogue) -> None:
    assert without_timeline_event(planted) - NOT_FOLDED == {"worker_seen_again"}
    assert without_sentence(planted) == {"worker_seen_again"}


def test_answers_and_pages_know_the_same_records() -> None:
    assert set(records.RECORDS) == set(wording.RECORDS)


def test_the_registry_takes_in_no_screening_and_no_ruling_on_one() -> None:
    reader = TimelineReader(catalogue())
    assert border.ScreeningRecorded.wire not in reader.event_types
    assert border.WorkerReturned.wire in reader.event_types
    voided = border.EventVoided.model_construct(named_type=border.ScreeningRecorded.wire)
    received = SimpleNamespace(event=SimpleNamespace(facts=voided), value=b"")
    assert reader.extract(received) is None  # type: ignore[arg-type]
