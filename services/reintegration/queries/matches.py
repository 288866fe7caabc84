"""Knowledge that is added to commands on matches before they are decided: the offer of a vacancy, the employer of a match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

from chassis.commands.draft import StreamCommand
from chassis.commands.runtime import Runtime
from chassis.store.decider import Histories
from contracts.rulings import effective
from services.reintegration.deciders import cases
from services.reintegration.domain.commands import (
    AcceptMatch,
    AcceptOffer,
    ProposeMatch,
    ProposeOffer,
    RecordPlacement,
)
from services.reintegration.domain.match import Answer
from services.reintegration.projections.vacancies import find_offers, find_vacancy

_OF_VACANCY = ("employer_id", "occupation", "province")


async def with_offers(
    runtime: Runtime, asked: Sequence[StreamCommand], histories: Histories
) -> Sequence[ProposeOffer]:
    """Add to each proposal the offer of its vacancy as it is now."""
    wanted = [(each.record_id, cast(ProposeMatch, each.command).vacancy_id) for each in asked]
    offers = await find_offers(runtime.pool, runtime.schemas, wanted)
    return [
        ProposeOffer.model_construct(**{**dict(each.command), "offer": offers.get(key)})
        for each, key in zip(asked, wanted, strict=True)
    ]


async def with_places(
    runtime: Runtime, asked: Sequence[StreamCommand], histories: Histories
) -> Sequence[AcceptOffer]:
    """Add to each acceptance the offer of its match's vacancy, less the places that the acceptances before it take."""
    matches = [
        cases.fold(effective(histories.get(each.stream, ()))).matches.get(
            cast(AcceptMatch, each.command).match_id
        )
        for each in asked
    ]
    wanted = [
        None if match is None else (each.record_id, match.vacancy_id)
        for each, match in zip(asked, matches, strict=True)
    ]
    offers = await find_offers(runtime.pool, runtime.schemas, [key for key in wanted if key is not None])
    takers: dict[UUID, set[UUID]] = defaultdict(set)
    found = []
    for each, match, key in zip(asked, matches, wanted, strict=True):
        offer = None if key is None else offers.get(key)
        if offer is not None and match is not None:
            others = takers[offer.vacancy_id] - {each.record_id}
            if match.answer is Answer.PENDING:
                takers[offer.vacancy_id].add(each.record_id)
            offer = replace(offer, taken=offer.taken + len(others))
        found.append(AcceptOffer.model_construct(**{**dict(each.command), "offer": offer}))
    return found


async def with_vacancies_of_matches(
    runtime: Runtime, asked: Sequence[StreamCommand], histories: Histories
) -> Sequence[RecordPlacement]:
    """Add to each placement that names a match what it leaves out: the employer, work and province of the match's vacancy."""
    return [await _with_vacancy(runtime, each, histories) for each in asked]


async def _with_vacancy(runtime: Runtime, asked: StreamCommand, histories: Histories) -> RecordPlacement:
    command = cast(RecordPlacement, asked.command)
    missing = [name for name in _OF_VACANCY if getattr(command, name) is None]
    if command.match_id is None or not missing:
        return command
    match = cases.fold(effective(histories.get(asked.stream, ()))).matches.get(command.match_id)
    row = None if match is None else await find_vacancy(runtime.pool, runtime.schemas, match.vacancy_id)
    return command if row is None else command.model_copy(update={name: row[name] for name in missing})
