"""The decisions on a reintegration case: which facts a counsellor's command records, and when it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never
from uuid import uuid5

from contracts.codes.reintegration import CaseMark, ReintegrationOutcome
from contracts.command import Circumstances
from contracts.reference.current import reference_data
from contracts.reintegration import (
    CounsellingSessionHeld,
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    NeedsRecorded,
    PlacementFollowedUp,
    ReferredForRecognition,
    ReintegrationCaseAssigned,
    ReintegrationCaseClosed,
    ReintegrationCaseFact,
    ReintegrationCaseMoved,
    VacancyRuledOut,
    WorkerPlaced,
)
from services.reintegration.domain.case import Case, ages_out
from services.reintegration.domain.commands import (
    AcceptMatch,
    AcceptOffer,
    AssignCase,
    CaseCommand,
    CloseCase,
    DeclineMatch,
    FollowUpPlacement,
    MoveCase,
    ProposeMatch,
    ProposeOffer,
    RecordCounsellingSession,
    RecordNeeds,
    RecordPlacement,
    ReferForRecognition,
    RuleOutVacancy,
)
from services.reintegration.domain.match import Answer, get_match, must_be_pending
from services.reintegration.domain.refusals import (
    CaseClosed,
    ClosesWithItsReturn,
    MatchDeclinedBefore,
    MatchOfAnotherVacancy,
    MovesNowhere,
    NothingAssigned,
    NothingToFollowUp,
    PlacementMissing,
    ReferredAlready,
    ReturnNotRecorded,
    RuledOutAlready,
    TakenMeanwhile,
    TooEarlyToAgeOut,
    VacancyProposedAlready,
    WorkNotStated,
)
from services.reintegration.domain.vacancy import must_be_on_offer, must_have_a_place


def decide(command: CaseCommand, state: Case, at: Circumstances) -> Sequence[ReintegrationCaseFact]:
    """Return the facts that a command records. Raises a refusal of :mod:`services.reintegration.domain.refusals`."""
    if not state.opened:
        raise ReturnNotRecorded(
            "its opening was voided", remedy="correct the opening, if the worker did come back"
        )
    match command:
        case RecordNeeds():
            return [
                NeedsRecorded(
                    recorded=at.recorded,
                    needs=tuple(dict.fromkeys(command.needs)),
                    occupation_wanted=command.occupation_wanted,
                    province_wanted=command.province_wanted,
                )
            ]
        case RecordCounsellingSession():
            return [
                CounsellingSessionHeld(
                    recorded=at.recorded,
                    minutes=command.minutes,
                    counsellor=command.counsellor or at.caller,
                    next_contact_on=command.next_contact_on,
                )
            ]
        case RecordPlacement():
            return [_placed(command, state, at)]
        case AcceptMatch():
            must_be_pending(state.matches, command.match_id)
            if isinstance(command, AcceptOffer) and command.offer is not None:
                must_have_a_place(command.offer, "match_id")
            return [MatchAccepted(recorded=at.recorded, match_id=command.match_id)]
        case DeclineMatch():
            must_be_pending(state.matches, command.match_id)
            return [MatchDeclined(recorded=at.recorded, match_id=command.match_id, reason=command.reason)]
        case FollowUpPlacement():
            return [_followed_up(command, state, at)]
        case (
            AssignCase()
            | ReferForRecognition()
            | ProposeMatch()
            | RuleOutVacancy()
            | MoveCase()
            | CloseCase()
        ):
            return [_decided(command, state, at)]
        case _:
            assert_never(command)


def correct(earlier: ReintegrationCaseFact, now: ReintegrationCaseFact, after: object) -> None:
    """Check that a correction leaves a match with its vacancy, and an acceptance with its match. Raises MatchOfAnotherVacancy."""
    if (
        isinstance(earlier, MatchAccepted)
        and isinstance(now, MatchAccepted)
        and earlier.match_id != now.match_id
    ):
        raise MatchOfAnotherVacancy(
            "an acceptance takes a place of the vacancy of its match",
            remedy="void the acceptance, and accept the other match",
            field="match_id",
        )
    if isinstance(earlier, MatchProposed) and isinstance(now, MatchProposed):
        for field in ("vacancy_id", "match_id"):
            if getattr(earlier, field) != getattr(now, field):
                raise MatchOfAnotherVacancy(
                    "a match is one of its vacancy, whose places are counted by it",
                    remedy="void the proposal, and propose the other vacancy",
                    field=field,
                )


def _decided(
    command: AssignCase | ReferForRecognition | ProposeMatch | RuleOutVacancy | MoveCase | CloseCase,
    state: Case,
    at: Circumstances,
) -> ReintegrationCaseFact:
    if state.outcome is not None:
        raise CaseClosed(
            f"its outcome is {state.outcome}",
            remedy="void the closing, giving the reason, if the case goes on",
        )
    match command:
        case AssignCase():
            if command.counsellor == state.counsellor:
                raise NothingAssigned(
                    "no counsellor is in charge of it"
                    if command.counsellor is None
                    else "this counsellor is in charge of it",
                    field="counsellor",
                )
            if "instead_of" in command.model_fields_set and command.instead_of != state.counsellor:
                raise TakenMeanwhile(
                    "it was assigned after you read it", remedy="read it again, and decide again"
                )
            return ReintegrationCaseAssigned(recorded=at.recorded, counsellor=command.counsellor)
        case ReferForRecognition():
            if command.occupation in state.referred_for:
                raise ReferredAlready(
                    f"a referral for occupation {command.occupation} was recorded before",
                    remedy="follow the application that it opened",
                    field="occupation",
                )
            return ReferredForRecognition(recorded=at.recorded, occupation=command.occupation)
        case ProposeMatch():
            return _proposed(command, state, at)
        case RuleOutVacancy():
            if command.vacancy_id in state.ruled_out:
                raise RuledOutAlready(
                    "it is not offered to this returnee any more",
                    remedy="propose it, if it is suitable after all",
                    field="vacancy_id",
                )
            return VacancyRuledOut(recorded=at.recorded, vacancy_id=command.vacancy_id, reason=command.reason)
        case MoveCase():
            if command.province == state.province:
                raise MovesNowhere("choose the other province", field="province")
            return ReintegrationCaseMoved(recorded=at.recorded, province=command.province)
        case CloseCase():
            return _closed(command, state, at)
        case _:
            assert_never(command)


def _proposed(command: ProposeMatch, state: Case, at: Circumstances) -> ReintegrationCaseFact:
    if isinstance(command, ProposeOffer):
        must_be_on_offer(command.offer, at.day)
    before = [match for match in state.matches.values() if match.vacancy_id == command.vacancy_id]
    if any(match.answer is not Answer.DECLINED for match in before):
        raise VacancyProposedAlready(
            "it waits for an answer or was accepted", remedy="record the answer", field="vacancy_id"
        )
    match_id = command.match_id or uuid5(at.record_id, f"{command.vacancy_id}/{len(before)}")
    if match_id in state.matches:
        raise VacancyProposedAlready("a match of this id was proposed before", field="match_id")
    reasons = tuple(dict.fromkeys(command.reasons))
    return MatchProposed(
        recorded=at.recorded, match_id=match_id, vacancy_id=command.vacancy_id, reasons=reasons
    )


def _closed(command: CloseCase, state: Case, at: Circumstances) -> ReintegrationCaseFact:
    if command.outcome is ReintegrationOutcome.RETURN_VOIDED and state.mark is not CaseMark.NO_RETURN:
        raise ClosesWithItsReturn(
            "the return has not been voided",
            remedy="have the border void the return; the case then says so",
            field="outcome",
        )
    if command.outcome is ReintegrationOutcome.NOT_CONTACTED and not ages_out(state, at.day):
        raise TooEarlyToAgeOut(
            "a case ends so only when nobody contacted the returnee for"
            f" {reference_data().uncontacted_months(at.day)} months after the return",
            remedy="choose another outcome, or contact the returnee",
            field="outcome",
        )
    if command.outcome is ReintegrationOutcome.PLACED and not state.placed:
        raise PlacementMissing(
            "no placement was recorded", remedy="record the placement first", field="outcome"
        )
    return ReintegrationCaseClosed(recorded=at.recorded, outcome=command.outcome)


def _placed(command: RecordPlacement, state: Case, at: Circumstances) -> ReintegrationCaseFact:
    if command.match_id is not None and get_match(state.matches, command.match_id).answer is Answer.DECLINED:
        raise MatchDeclinedBefore(
            "a placement does not come from a match that was declined",
            remedy="void the answer if it was mistaken, or give no match",
            field="match_id",
        )
    if command.occupation is None or command.province is None:
        raise WorkNotStated(
            "no vacancy states them",
            remedy="give them, or the match from which the job came",
            field="occupation" if command.occupation is None else "province",
        )
    return WorkerPlaced(
        recorded=at.recorded,
        match_id=command.match_id,
        employer_id=command.employer_id,
        occupation=command.occupation,
        province=command.province,
        starts_on=command.starts_on,
    )


def _followed_up(command: FollowUpPlacement, state: Case, at: Circumstances) -> ReintegrationCaseFact:
    if not state.placed:
        raise NothingToFollowUp(
            "a follow-up is about a new job", remedy="record the new job first", field="months"
        )
    return PlacementFollowedUp(recorded=at.recorded, months=command.months, work=command.work)
