"""Given, when, then: what a reintegration case records and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from chassis.testing import Scenario
from contracts.codes.recording import HowRecorded
from contracts.codes.reintegration import DeclineReason, MatchReason, Need, ReintegrationOutcome
from contracts.command import Circumstances, Command
from contracts.envelope import Event, Fact, Recorded
from contracts.refusal import Refusal
from contracts.reintegration import (
    CounsellingSessionHeld,
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    NeedsRecorded,
    ReferredForRecognition,
    ReintegrationCaseAssigned,
    ReintegrationCaseClosed,
    ReintegrationCaseOpened,
    WorkerPlaced,
)
from services.reintegration.deciders import cases
from services.reintegration.domain import refusals
from services.reintegration.domain.commands import (
    AcceptMatch,
    AssignCase,
    CloseCase,
    DeclineMatch,
    ProposeMatch,
    ProposeOffer,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
)
from services.reintegration.projections.cases import CASES, row

CASE, VACANCY, MATCH = uuid4(), uuid4(), uuid4()
NOW = datetime(2014, 7, 1, 3, tzinfo=UTC)
RECORDED = Recorded(by="counsellor-1", office="NEA-02", how=HowRecorded.LIVE)
AT = Circumstances(CASE, RECORDED, NOW, NOW, NOW.date(), "counsellor-1")

OPENED = ReintegrationCaseOpened(
    recorded=RECORDED,
    about=f"crossing-{uuid4()}",
    return_event_id=uuid4(),
    returned_from="THA",
    deported=False,
    home_province="02",
)
PROPOSED = MatchProposed(
    recorded=RECORDED, match_id=MATCH, vacancy_id=VACANCY, reasons=(MatchReason.SAME_OCCUPATION,)
)
ACCEPTED = MatchAccepted(recorded=RECORDED, match_id=MATCH)
DECLINED = MatchDeclined(recorded=RECORDED, match_id=MATCH, reason=DeclineReason.TOO_FAR)
PLACED = WorkerPlaced(recorded=RECORDED, occupation="7112", province="02", starts_on=date(2014, 7, 2))
ASSIGNED = ReintegrationCaseAssigned(recorded=RECORDED, counsellor="counsellor-1")
CLOSED = ReintegrationCaseClosed(recorded=RECORDED, outcome=ReintegrationOutcome.UNREACHABLE)


given = Scenario(cases, AT).given


PROPOSAL: dict[str, Any] = {"vacancy_id": VACANCY, "reasons": (MatchReason.HOME_PROVINCE,)}


@pytest.mark.parametrize(
    ("before", "command", "fields", "then"),
    [
        (
            [OPENED],
            AssignCase,
            {"counsellor": "counsellor-2"},
            ReintegrationCaseAssigned(recorded=RECORDED, counsellor="counsellor-2"),
        ),
        (
            [OPENED, ASSIGNED],
            AssignCase,
            {"counsellor": "counsellor-2", "instead_of": "counsellor-1"},
            ReintegrationCaseAssigned(recorded=RECORDED, counsellor="counsellor-2"),
        ),
        (
            [OPENED, ASSIGNED],
            AssignCase,
            {"counsellor": "counsellor-2"},
            ReintegrationCaseAssigned(recorded=RECORDED, counsellor="counsellor-2"),
        ),
        (
            [OPENED],
            RecordNeeds,
            {"needs": (Need.CREDIT, Need.HEALTH, Need.CREDIT), "occupation_wanted": "7112"},
            NeedsRecorded(recorded=RECORDED, needs=(Need.CREDIT, Need.HEALTH), occupation_wanted="7112"),
        ),
        (
            [OPENED],
            RecordCounsellingSession,
            {"minutes": 45, "next_contact_on": date(2014, 7, 8)},
            CounsellingSessionHeld(
                recorded=RECORDED, minutes=45, counsellor="counsellor-1", next_contact_on=date(2014, 7, 8)
            ),
        ),
        (
            [OPENED],
            ReferForRecognition,
            {"occupation": "7212"},
            ReferredForRecognition(recorded=RECORDED, occupation="7212"),
        ),
        (
            [OPENED],
            ProposeMatch,
            {**PROPOSAL, "match_id": MATCH},
            MatchProposed(
                recorded=RECORDED, match_id=MATCH, vacancy_id=VACANCY, reasons=(MatchReason.HOME_PROVINCE,)
            ),
        ),
        ([OPENED, PROPOSED], AcceptMatch, {"match_id": MATCH}, ACCEPTED),
        ([OPENED, PROPOSED], DeclineMatch, {"match_id": MATCH, "reason": DeclineReason.TOO_FAR}, DECLINED),
        (
            [OPENED, PROPOSED, ACCEPTED],
            RecordPlacement,
            {"match_id": MATCH, "occupation": "7112", "province": "02", "starts_on": date(2014, 7, 2)},
            PLACED.model_copy(update={"match_id": MATCH}),
        ),
        (
            [OPENED, PLACED],
            CloseCase,
            {"outcome": ReintegrationOutcome.PLACED},
            ReintegrationCaseClosed(recorded=RECORDED, outcome=ReintegrationOutcome.PLACED),
        ),
        ([OPENED], CloseCase, {"outcome": ReintegrationOutcome.UNREACHABLE}, CLOSED),
    ],
)
def test_what_is_asked_is_recorded(
    before: list[Fact], command: type[Command], fields: dict[str, Any], then: Fact
) -> None:
    given(*before).when(command(occurred_at=NOW, **fields)).then(then)


@pytest.mark.parametrize(
    ("before", "command", "fields", "refusal"),
    [
        ([], RecordNeeds, {"needs": (Need.CREDIT,)}, refusals.ReturnNotRecorded),
        ([OPENED, CLOSED], AssignCase, {"counsellor": "counsellor-1"}, refusals.CaseClosed),
        ([OPENED, CLOSED], ReferForRecognition, {"occupation": "7212"}, refusals.CaseClosed),
        ([OPENED, CLOSED], ProposeMatch, PROPOSAL, refusals.CaseClosed),
        ([OPENED], ProposeOffer, {**PROPOSAL, "offer": None}, refusals.NoSuchVacancy),
        ([OPENED, CLOSED], ProposeOffer, {**PROPOSAL, "offer": None}, refusals.CaseClosed),
        ([OPENED, CLOSED], CloseCase, {"outcome": ReintegrationOutcome.OTHER}, refusals.CaseClosed),
        ([OPENED], AssignCase, {"counsellor": None}, refusals.NothingAssigned),
        ([OPENED, ASSIGNED], AssignCase, {"counsellor": "counsellor-1"}, refusals.NothingAssigned),
        (
            [OPENED, ASSIGNED],
            AssignCase,
            {"counsellor": "counsellor-2", "instead_of": None},
            refusals.TakenMeanwhile,
        ),
        (
            [OPENED, ASSIGNED],
            AssignCase,
            {"counsellor": None, "instead_of": "counsellor-3"},
            refusals.TakenMeanwhile,
        ),
        (
            [OPENED, ReferredForRecognition(recorded=RECORDED, occupation="7212")],
            ReferForRecognition,
            {"occupation": "7212"},
            refusals.ReferredAlready,
        ),
        ([OPENED, PROPOSED], ProposeMatch, PROPOSAL, refusals.VacancyProposedAlready),
        ([OPENED, PROPOSED, ACCEPTED], ProposeMatch, PROPOSAL, refusals.VacancyProposedAlready),
        (
            [OPENED, PROPOSED, DECLINED],
            ProposeMatch,
            {**PROPOSAL, "match_id": MATCH},
            refusals.VacancyProposedAlready,
        ),
        ([OPENED], AcceptMatch, {"match_id": MATCH}, refusals.NoSuchMatch),
        ([OPENED, PROPOSED, ACCEPTED], AcceptMatch, {"match_id": MATCH}, refusals.MatchAnswered),
        (
            [OPENED, PROPOSED, DECLINED],
            DeclineMatch,
            {"match_id": MATCH, "reason": DeclineReason.FAMILY},
            refusals.MatchAnswered,
        ),
        (
            [OPENED, PROPOSED, DECLINED],
            RecordPlacement,
            {"match_id": MATCH, "occupation": "7112", "province": "02", "starts_on": date(2014, 7, 2)},
            refusals.MatchDeclinedBefore,
        ),
        (
            [OPENED],
            RecordPlacement,
            {"match_id": MATCH, "occupation": "7112", "province": "02", "starts_on": date(2014, 7, 2)},
            refusals.NoSuchMatch,
        ),
        ([OPENED], CloseCase, {"outcome": ReintegrationOutcome.PLACED}, refusals.PlacementMissing),
        ([OPENED], CloseCase, {"outcome": ReintegrationOutcome.RETURN_VOIDED}, refusals.ClosesWithItsReturn),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_name(
    before: list[Fact], command: type[Command], fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    given(*before).when(command(occurred_at=NOW, **fields)).refused(refusal)


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (RecordNeeds, {"needs": (Need.CREDIT,)}),
        (RecordCounsellingSession, {"minutes": 30}),
        (RecordPlacement, {"occupation": "7112", "province": "02", "starts_on": date(2014, 7, 2)}),
    ],
)
def test_what_happened_is_recorded_also_when_the_case_is_closed(
    command: type[Command], fields: dict[str, Any]
) -> None:
    assert given(OPENED, CLOSED).when(command(occurred_at=NOW, **fields)).facts


def test_a_declined_vacancy_may_be_proposed_again_under_another_match() -> None:
    first = given(OPENED).when(ProposeMatch(occurred_at=NOW, **PROPOSAL)).facts[0]
    assert isinstance(first, MatchProposed)
    declined = MatchDeclined(recorded=RECORDED, match_id=first.match_id, reason=DeclineReason.TOO_FAR)
    again = given(OPENED, first, declined).when(ProposeMatch(occurred_at=NOW, **PROPOSAL)).facts[0]
    assert isinstance(again, MatchProposed)
    assert again.match_id not in (first.match_id, MATCH)
    assert first.match_id == uuid5(CASE, f"{VACANCY}/0")


def test_an_answer_to_no_match_changes_nothing() -> None:
    assert given(OPENED, ACCEPTED).state == given(OPENED).state
    assert isinstance(given(OPENED, PROPOSED, ACCEPTED).state.matches[MATCH].vacancy_id, UUID)


def _due_on(*facts_at: tuple[Fact, datetime]) -> date | None:
    events = [
        Event(uuid4(), f"reintegration-case-{CASE}", nth, at, at, fact, None, (), uuid4())
        for nth, (fact, at) in enumerate(facts_at, 1)
    ]
    found = row(events)
    assert found is not None
    due_on: date | None = found[[name for name, _ in CASES.columns].index("due_on")]
    return due_on


def test_an_open_case_always_has_a_day_of_the_next_contact() -> None:
    session = CounsellingSessionHeld(recorded=RECORDED, minutes=30)
    agreed = session.model_copy(update={"next_contact_on": date(2014, 7, 9)})
    needs = NeedsRecorded(recorded=RECORDED, needs=(Need.CREDIT,))
    later = datetime(2014, 7, 8, 3, tzinfo=UTC)
    assert _due_on((OPENED, NOW)) == date(2014, 7, 15), "14 days after the return"
    assert _due_on((OPENED, NOW), (session, NOW)) == date(2014, 7, 31), "30 days after the last contact"
    assert _due_on((OPENED, NOW), (agreed, NOW)) == date(2014, 7, 9), "as agreed"
    assert _due_on((OPENED, NOW), (agreed, NOW), (needs, later)) == date(2014, 7, 9)
    assert _due_on((OPENED, NOW), (session, later), (agreed, NOW)) == date(2014, 8, 7), "recorded late"
    assert _due_on((OPENED, NOW), (session, NOW), (CLOSED, later)) is None
