"""The sentences of crossings: the main one, and what else is known, such as the adult with a child."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from chassis.pages.translation import N_
from contracts.border import Direction
from contracts.codes.crossings import (
    Channel,
    CrossingPurpose,
    DeportationGround,
    ReturnReason,
    VehicleKind,
)
from contracts.codes.documents import KINDS, DocumentHolder, DocumentKind
from contracts.codes.people import Companion, PersonRole
from services.registry.wording.sentences import Facts, Sentence, checkpoint, country


def _documents(facts: Facts) -> list[Facts]:
    return [{"kind": each} if isinstance(each, str) else each for each in facts.get("documents_shown") or ()]


def _papers(facts: Facts) -> Sequence[str]:
    return [KINDS[DocumentKind(each["kind"])].title_en for each in _documents(facts)] or [N_("no documents")]


def _note(text: str, **codes: str) -> Sentence:
    return Sentence(text, {}, codes)


def _crossing_notes(facts: Facts) -> Iterator[Sentence]:
    """Yield what is known of a crossing besides its main sentence."""
    if (role := facts.get("role", PersonRole.WORKER)) != PersonRole.WORKER:
        yield _note(PersonRole(role).title_en)
    adult = facts.get("accompanied_by")
    if adult == Companion.NOBODY or (adult is None and facts.get("unaccompanied_minor")):
        yield _note(N_("without a responsible adult"))
    elif adult is not None:
        yield _note(N_("with: %(adult)s"), adult=Companion(adult).title_en)
    for document in _documents(facts):
        papers = KINDS[DocumentKind(document["kind"])].title_en
        holder = document.get("holder", DocumentHolder.OWN)
        if holder != DocumentHolder.OWN:
            yield _note(
                N_("%(papers)s issued to: %(holder)s"), papers=papers, holder=DocumentHolder(holder).title_en
            )
        if (last := document.get("expires_on")) is not None:
            days = {"day": date.fromisoformat(last)}
            yield Sentence(N_("%(papers)s valid to %(day)s"), {}, {"papers": papers}, days)
    if (channel := facts.get("channel")) is not None:
        yield _note(N_("channel: %(channel)s"), channel=Channel(channel).title_en)
    ground = facts.get("ground", DeportationGround.NOT_STATED)
    if ground != DeportationGround.NOT_STATED:
        yield _note(N_("ground: %(ground)s"), ground=DeportationGround(ground).title_en)


def _crossing(sentence: Callable[[Facts], Sentence]) -> Callable[[Facts], Sentence]:
    """Return the sentence of a crossing with its notes."""
    return lambda facts: replace(sentence(facts), notes=tuple(_crossing_notes(facts)))


def _departed(facts: Facts) -> Sentence:
    codes: dict[str, str | Sequence[str]] = {
        "checkpoint": checkpoint(facts["checkpoint"]),
        "country": country(facts["destination"]),
        "papers": _papers(facts),
    }
    return Sentence(N_("Departed to %(country)s through %(checkpoint)s, with %(papers)s"), {}, codes)


def _returned(facts: Facts) -> Sentence:
    codes: dict[str, str | Sequence[str]] = {
        "checkpoint": checkpoint(facts["checkpoint"]),
        "country": country(facts["returned_from"]),
        "papers": _papers(facts),
        "reason": ReturnReason(facts.get("reason", "unknown")).title_en,
        "vehicle": VehicleKind(facts.get("vehicle", "other")).title_en,
    }
    return Sentence(
        N_("Came back from %(country)s through %(checkpoint)s (%(vehicle)s), with %(papers)s: %(reason)s"),
        {},
        codes,
    )


def _deported(facts: Facts) -> Sentence:
    codes = {
        "checkpoint": checkpoint(facts["checkpoint"]),
        "country": country(facts["returned_from"]),
        "vehicle": VehicleKind(facts.get("vehicle", "other")).title_en,
    }
    return Sentence(N_("Deported from %(country)s through %(checkpoint)s (%(vehicle)s)"), {}, codes)


def _crossed(facts: Facts) -> Sentence:
    codes = {
        "checkpoint": checkpoint(facts["checkpoint"]),
        "country": country(facts["country"]),
        "purpose": CrossingPurpose(facts.get("purpose", "other")).title_en,
    }
    if facts["direction"] == Direction.OUT:
        return Sentence(N_("Crossed to %(country)s through %(checkpoint)s: %(purpose)s"), {}, codes)
    return Sentence(N_("Crossed from %(country)s through %(checkpoint)s: %(purpose)s"), {}, codes)


CROSSINGS: Mapping[str, Callable[[Facts], Sentence]] = {
    "worker_departed": _crossing(_departed),
    "worker_returned": _crossing(_returned),
    "worker_deported": _crossing(_deported),
    "border_crossed": _crossing(_crossed),
}
"""Name of a type of crossing -> its sentence."""
