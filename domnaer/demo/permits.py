"""Permits of the Thai one-stop centres of 2014: some workers who stayed after their contract became regular there."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

from domnaer.demo import people
from domnaer.demo.deployment import Journey
from domnaer.demo.moments import LAST_MOMENT, chance, id_at, in_daytime, midnight, pick, written_down
from domnaer.demo.rows import PermitRow

_FIRST_DAY: Final = date(2014, 6, 26)
_LAST_DAY: Final = date(2014, 10, 31)
_ENDS: Final = (date(2015, 3, 31), date(2016, 3, 31))
SHARE_OF_STAYERS: Final = 0.3
"""The share of workers in Thailand with a contract that had ended, and without a recorded return, who got a card."""
_SHARE_LAPSED: Final = 0.2
_REASONS: Final[tuple[Literal["left_employer", "revoked"], ...]] = (
    "left_employer",
    "left_employer",
    "revoked",
)


class OneStopCentres:
    """Decides which workers get a card, with its own random generator."""

    def __init__(self) -> None:
        self._rng = chance("permits")

    def during(self, journey: Journey) -> Iterator[PermitRow]:
        """Yield the card of a worker, if there is one."""
        contract, rng = journey.contract, self._rng
        stayed = contract.destination == "THA" and not journey.fled and journey.returned is None
        if not stayed or contract.ends_on >= _FIRST_DAY or rng.random() >= SHARE_OF_STAYERS:
            return
        days = (_LAST_DAY - _FIRST_DAY).days + 1
        issued_at = in_daytime(midnight(_FIRST_DAY + timedelta(days=int(rng.random() * days))), rng)
        valid_until = pick(rng, _ENDS)
        lapsed_at, reason = None, None
        if rng.random() < _SHARE_LAPSED:
            held = (valid_until - issued_at.date()).days
            at = issued_at + timedelta(days=1 + int(rng.random() * (held - 1)))
            why = pick(rng, _REASONS)
            if at <= LAST_MOMENT:
                lapsed_at, reason = at, why
        shown = (people.pink_card(contract.person.who), *contract.person.documents)
        yield PermitRow(
            id_at(issued_at, rng),
            issued_at,
            written_down(issued_at, rng, 0.8),
            people.seen_again(contract.person, rng, shown),
            "BKK",
            "THA",
            valid_until,
            lapsed_at,
            reason,
        )
