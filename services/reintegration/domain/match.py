"""Matches of a case: vacancies that were proposed, and the answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from contracts.codes.reintegration import DeclineReason
from services.reintegration.domain.refusals import MatchAnswered, NoSuchMatch


class Answer(StrEnum):
    """The state of a match: pending, accepted or declined."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Match:
    """A vacancy proposed in a case."""

    vacancy_id: UUID
    answer: Answer = Answer.PENDING
    declined_for: DeclineReason | None = None

    @property
    def rules_out(self) -> bool:
        """Return whether the vacancy was declined for a reason that stays, so that it is not offered again."""
        return self.answer is Answer.DECLINED and self.declined_for not in (
            DeclineReason.VACANCY_FILLED,
            DeclineReason.NO_ANSWER,
        )


def get_match(matches: Mapping[UUID, Match], match_id: UUID) -> Match:
    """Return the match of an id. Raises NoSuchMatch."""
    found = matches.get(match_id)
    if found is None:
        raise NoSuchMatch(
            "none of this id was proposed in this case", remedy="propose it first", field="match_id"
        )
    return found


def must_be_pending(matches: Mapping[UUID, Match], match_id: UUID) -> None:
    """Check that a match has no answer yet. Raises NoSuchMatch, MatchAnswered."""
    answer = get_match(matches, match_id).answer
    if answer is not Answer.PENDING:
        raise MatchAnswered(
            f"it was {answer}", remedy="void that answer if it was mistaken", field="match_id"
        )


def answered(
    matches: Mapping[UUID, Match], match_id: UUID, answer: Answer, reason: DeclineReason | None = None
) -> Mapping[UUID, Match]:
    """Return the matches after an answer; an answer to a match whose proposal was voided changes nothing."""
    found = matches.get(match_id)
    if found is None:
        return matches
    return {**matches, match_id: replace(found, answer=answer, declined_for=reason)}
