"""The ranking of vacancies for a returnee, with the reasons; equal facts give an equal order.

Points, added up: the occupation by its distance in ISCO-08 (the same 40, the same minor group 25, the same sub-major
group 12), 20 more where it is the one wanted or one recognised, the province (wanted 25, else home 20), the sector
of earlier work 10. A vacancy without a reason is not proposed. Equal points go by the id of the vacancy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from contracts.codes.reintegration import MatchReason
from contracts.codes.work import sector_section
from services.reintegration.domain.vacancy import Offer

_BY_DISTANCE = {0: 40, 1: 25, 2: 12}
_CHOSEN, _WANTED_PROVINCE, _HOME_PROVINCE, _SECTOR = 20, 25, 20, 10
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Profile:
    """The facts about a returnee that the ranking uses."""

    occupations: frozenset[str] = frozenset()
    """Occupations of earlier work."""
    sectors: frozenset[str] = frozenset()
    recognised: frozenset[str] = frozenset()
    occupation_wanted: str | None = None
    home_province: str | None = None
    province_wanted: str | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A vacancy that fits a returnee, with its points and reasons."""

    vacancy_id: UUID
    points: int
    reasons: tuple[MatchReason, ...]
    distance: int | None
    """Distance to the nearest occupation that the returnee has or wants; None if none is near."""


def distance(one: str, other: str) -> int:
    """Return the distance of two ISCO-08 codes: 0 for equal codes, else 4 minus the number of leading digits they share."""
    if one == other:
        return 0
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    return _DIGITS - common


def rank(offers: Iterable[Offer], profile: Profile) -> list[Ranked]:
    """Return the vacancies that fit, the best first."""
    found = [ranked for offer in offers if (ranked := _ranked(offer, profile)).reasons]
    return sorted(found, key=lambda ranked: (-ranked.points, ranked.vacancy_id))


def _ranked(offer: Offer, profile: Profile) -> Ranked:
    points, reasons = 0, list[MatchReason]()
    wanted = frozenset([profile.occupation_wanted] if profile.occupation_wanted else ())
    near = _nearest(offer.occupation, profile.occupations | profile.recognised | wanted)
    if near is not None:
        points += _BY_DISTANCE[near]
        reasons.append(MatchReason.SAME_OCCUPATION if near == 0 else MatchReason.RELATED_OCCUPATION)
        if _nearest(offer.occupation, wanted | profile.recognised) == near:
            points += _CHOSEN
    if _nearest(offer.occupation, profile.recognised) in (0, 1):
        reasons.append(MatchReason.RECOGNISED_SKILL)
    section = sector_section(offer.sector)
    if any(sector_section(sector) == section for sector in profile.sectors):
        points += _SECTOR
        reasons.append(MatchReason.SAME_SECTOR)
    if offer.province == profile.province_wanted:
        points += _WANTED_PROVINCE
    elif offer.province == profile.home_province:
        points += _HOME_PROVINCE
    if offer.province == profile.home_province:
        reasons.append(MatchReason.HOME_PROVINCE)
    return Ranked(offer.vacancy_id, points, tuple(reasons), near)


def _nearest(occupation: str, others: frozenset[str]) -> int | None:
    nearest = min((distance(occupation, other) for other in others), default=_DIGITS)
    return nearest if nearest in _BY_DISTANCE else None
