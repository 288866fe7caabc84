"""The place whose clock a caller reads: that of the missions in their reach, else Phnom Penh."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from chassis.access.permissions import Caller
from contracts.codes.missions import MISSIONS
from contracts.times import PHNOM_PENH


class Place(NamedTuple):
    """A city and its time zone. The name of the city is a message id."""

    city: str
    zone: ZoneInfo


CAPITAL = Place("Phnom Penh", PHNOM_PENH)


def place_of(caller: Caller | None) -> Place:
    """Return the place in whose time pages, forms and refusals speak to a caller."""
    if caller is None or caller.reach.national:
        return CAPITAL
    found = [mission for mission in MISSIONS.values() if mission.country in caller.reach.countries]
    zones = {mission.zone for mission in found}
    return Place(found[0].city, found[0].zone) if len(zones) == 1 else CAPITAL
