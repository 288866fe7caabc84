"""The given / when / then of the chassis fails where it should."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from chassis.testing import Scenario
from contracts.border import HandoverAnnounced, HandoverCounted
from contracts.codes.crossings import DeportingAuthority
from contracts.codes.recording import HowRecorded
from contracts.command import Circumstances
from contracts.envelope import Recorded
from contracts.refusal import Refusal
from services.border.deciders import handovers
from services.border.domain.handover import CountHandover, HandoverCountedAlready

NOW = datetime(2014, 6, 12, 2, 0, tzinfo=UTC)
RECORDED = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.LIVE)
SCENARIO = Scenario(handovers, Circumstances(UUID(int=1), RECORDED, NOW, NOW, date(2014, 6, 12), "officer-1"))
ANNOUNCED = HandoverAnnounced(
    recorded=RECORDED, checkpoint="KH-POI", authority=DeportingAuthority.IMMIGRATION, count_announced=40
)
COUNTED = HandoverCounted(recorded=RECORDED, count_taken=38)
COUNT = CountHandover(occurred_at=NOW, count_taken=38)


def test_what_follows_is_compared() -> None:
    SCENARIO.given(ANNOUNCED).when(COUNT).then(COUNTED)
    with pytest.raises(AssertionError):
        SCENARIO.given(ANNOUNCED).when(COUNT).then()


def test_a_refusal_is_returned_and_a_missing_one_fails() -> None:
    refusal = SCENARIO.given(ANNOUNCED, COUNTED).when(COUNT).refused(HandoverCountedAlready)
    assert isinstance(refusal, Refusal)
    with pytest.raises(AssertionError, match="HandoverCountedAlready was expected"):
        SCENARIO.given(ANNOUNCED).when(COUNT).refused(HandoverCountedAlready)


def test_given_facts_are_events_of_one_stream() -> None:
    first, second = SCENARIO.events(ANNOUNCED, COUNTED, handles=("a" * 32,))
    assert (first.stream, first.version, second.version) == (f"handover-{UUID(int=1)}", 1, 2)
    assert (first.handles, second.handles) == (("a" * 32,), ())
