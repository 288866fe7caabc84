"""Every decision about a handover: it is announced and counted once, and both counts are recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.testing import Scenario
from contracts.border import HandoverAnnounced, HandoverCounted
from contracts.codes.crossings import DeportingAuthority, VehicleKind
from contracts.codes.recording import HowRecorded
from contracts.command import Circumstances
from contracts.envelope import Fact, Recorded
from services.border.deciders import handovers
from services.border.domain import handover
from services.border.domain.handover import AnnounceHandover, CountHandover, Handover, HandoverCountedAlready
from services.border.projections.handovers import HANDOVERS, row

NOW = datetime(2014, 6, 12, 2, 0, tzinfo=UTC)
GROUP = UUID("01440000-0000-7000-8000-000000000001")
RECORDED = Recorded(by="officer-1", office="KH-POI", how=HowRecorded.LIVE)
AT = Circumstances(GROUP, RECORDED, NOW, NOW, NOW.date(), "officer-1")
ANNOUNCED = HandoverAnnounced(
    recorded=RECORDED, checkpoint="KH-POI", authority=DeportingAuthority.IMMIGRATION, count_announced=40
)
COUNTED = HandoverCounted(recorded=RECORDED, count_taken=38, women=10, children=4)


SCENARIO = Scenario(handovers, AT)
given, events = SCENARIO.given, SCENARIO.events


def state(*facts: Fact) -> Handover:
    return given(*facts).state


def count(**fields: Any) -> CountHandover:
    return CountHandover(**{"occurred_at": NOW, "count_taken": 38, **fields})


def test_a_group_is_announced_by_an_authority_with_its_lorry_and_its_count() -> None:
    asked = AnnounceHandover(
        occurred_at=NOW, checkpoint="KH-POI", authority=DeportingAuthority.IMMIGRATION, count_announced=40
    )
    (fact,) = handover.decide(asked, Handover(), AT)
    assert fact == ANNOUNCED
    assert (ANNOUNCED.handed_over_by, ANNOUNCED.vehicle) == ("THA", VehicleKind.LORRY)


def test_a_group_is_counted_as_it_is_taken_over() -> None:
    assert handover.decide(count(women=10, children=4), state(ANNOUNCED), AT) == [COUNTED]


def test_a_group_is_counted_once_and_then_corrected() -> None:
    with pytest.raises(HandoverCountedAlready) as refused:
        handover.decide(count(), state(ANNOUNCED, COUNTED), AT)
    assert refused.value.remedy is not None and "correct" in refused.value.remedy


def test_a_count_of_more_than_announced_is_recorded() -> None:
    (fact,) = handover.decide(count(count_taken=45), state(ANNOUNCED), AT)
    assert state(ANNOUNCED, fact).missing == -5


def test_what_is_missing_is_known_once_the_group_is_counted() -> None:
    assert (state(ANNOUNCED).missing, state(ANNOUNCED, COUNTED).missing) == (None, 2)


def test_a_group_belongs_to_its_post() -> None:
    assert state(ANNOUNCED).checkpoint == "KH-POI"


@pytest.mark.parametrize(
    "parts", [{"women": 39}, {"children": 39}, {"count_taken": -1}, {"count_taken": 10_001}]
)
def test_a_part_is_no_more_than_the_whole(parts: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        count(**parts)


def test_the_row_holds_both_counts_and_none_where_nothing_was_announced() -> None:
    found = row(events(ANNOUNCED, COUNTED))
    assert found is not None and len(found) == len(HANDOVERS.columns)
    assert found[-2:] == (40, 38)
    assert row(events(COUNTED)) is None
