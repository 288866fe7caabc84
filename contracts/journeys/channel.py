"""Rule J11, channel: how the worker of a journey went abroad."""

from __future__ import annotations

from contracts.codes.crossings import Channel
from contracts.journeys.journey import Journey
from contracts.journeys.timeline_event import Kind

_BY_COUNTRY = {"KOR": Channel.EPS}
_REGULARISED = frozenset(("pink_card", "certificate_of_identity"))


def channel_of(journey: Journey) -> Channel:
    """Return the channel: as stated at the departure or in a contract, or else as contracts and documents show."""
    exit = journey.exit
    if exit is not None and exit.channel is not None:
        return Channel(exit.channel)
    standing = journey.standing
    for contract in standing:
        if contract.terms is not None and contract.terms.channel is not None:
            return Channel(contract.terms.channel)
    prepared = [each for each in standing if exit is None or each.signed_at <= exit.placed]
    if prepared:
        return _BY_COUNTRY.get(
            journey.country or "", Channel.MEMORANDUM_AGENCY if prepared[0].agency else Channel.DIRECT
        )
    if any(seen.kind is Kind.PERMIT_RECORDED and seen.stated for stay in journey.stays for seen in stay.seen):
        return Channel.REGULARISED_ABROAD
    if exit is None or exit.shown is None:
        return Channel.UNKNOWN
    shown = {each.kind for each in exit.shown}
    if not shown:
        return Channel.UNDOCUMENTED
    if "worker_card" in shown:
        return _BY_COUNTRY.get(journey.country or "", Channel.MEMORANDUM_AGENCY)
    if shown & _REGULARISED:
        return Channel.REGULARISED_ABROAD
    if "border_pass" in shown and "passport" not in shown:
        return Channel.BORDER_PASS
    return Channel.UNKNOWN
