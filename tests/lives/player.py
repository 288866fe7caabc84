"""Plays lives: sends the lines of a life as commands, in an order, and checks its expectations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx2

from tests.lives.expectations import Expectations, Finding, looks_after
from tests.lives.installation import Installation
from tests.lives.lives import Life
from tests.lives.mapping import request_of
from tests.lives.notation import Line, NotUnderstood, records_of, reverse_order
from tests.lives.persons import Persons
from tests.lives.played import Played


class Order(StrEnum):
    """The order in which the lines of a life are recorded."""

    GIVEN = "given order"
    REVERSE = "reverse order"


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that is not met, or that is only welcome."""

    life: str
    order: Order
    text: str
    welcome: bool = False

    def __str__(self) -> str:
        welcome = "welcome, " if self.welcome else ""
        return f"{self.life} ({welcome}{self.order}): {self.text}"


async def play_lives(
    installation: Installation, lives: Sequence[Life], orders: Sequence[Order] = tuple(Order)
) -> AsyncIterator[Unmet]:
    """Play lives in each order, and yield the expectations that are not met. Raises NotSettled.

    Lives that compare figures, or that ask something between two lines, are played one by one; the others are recorded
    together, so that the instance has to settle only once.
    """
    plays = [_Play(installation, life, order) for life in lives for order in orders]
    together = [play for play in plays if not play.alone]
    for play in together:
        await play.record()
    await installation.settle()
    for play in together:
        for each in await play.check():
            yield each
    for play in plays:
        if play.alone:
            await installation.settle()
            await play.record()
            await installation.settle()
            for each in await play.check():
                yield each


class _Play:
    """One play of a life in one order, with persons of its own."""

    def __init__(self, installation: Installation, life: Life, order: Order) -> None:
        self._installation, self._life, self._order = installation, life, order
        self._played = Played(Persons(life.persons), life.papers)
        self._expectations = Expectations(installation, life, self._played)
        self._findings: list[Finding] = []
        self._counts = any("figures" in _keys(each) for each in life.expect)
        self.alone = self._counts or (order is Order.GIVEN and any("look" in each for each in life.expect))

    async def record(self) -> None:
        """Send the commands; what they look up in between is checked at once."""
        await self._noting(self._record)

    async def check(self) -> list[Unmet]:
        """Return all expectations that are not met, when the instance has settled."""
        if not any(each.text.startswith("not played") for each in self._findings):
            await self._noting(self._check)
        return [Unmet(self._life.id, self._order, each.text, each.welcome) for each in self._findings]

    async def _noting(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except NotUnderstood as error:
            self._findings.append(Finding(f"not played: {error}"))
        except (httpx2.HTTPStatusError, LookupError, TypeError, ValueError) as error:
            self._findings.append(Finding(f"not played, an answer has another form: {error!r}"))

    async def _record(self) -> None:
        if self._life.problem is not None:
            raise NotUnderstood(self._life.problem)
        if self._counts:
            await self._expectations.note_figures()
        records = records_of(self._life.lines)
        given = self._order is Order.GIVEN
        for line in self._life.lines if given else reverse_order(self._life.lines):
            await _send(self._installation, line, records[line.number], self._played)
            for look in looks_after(self._life.expect, line.number) if given else ():
                await self._installation.settle()
                self._findings += await self._expectations.check(look)

    async def _check(self) -> None:
        await self._expectations.find_workers()
        self._findings += self._expectations.refusals()
        for each in self._life.expect:
            if "look" not in each:
                self._findings += await self._expectations.check(each)


def _keys(expected: Any) -> set[str]:
    """The keys of an expectation and of its alternatives."""
    if isinstance(expected, dict):
        return {*expected, *(key for each in expected.values() for key in _keys(each))}
    return {key for each in expected for key in _keys(each)} if isinstance(expected, list) else set()


async def _send(installation: Installation, line: Line, record: str, played: Played) -> None:
    """Send the command of a line, and note what it recorded or why it was refused.

    A line about a record whose opening was refused is passed over: the refusal of the opening is reported.
    """
    if not line.opens and record not in played.ids and record in played.records.values():
        return
    request = request_of(line, record, played)
    played.note_request(line, record, request)
    answer = await installation.record(request.caller, request.path, request.body)
    if answer.status_code >= 500:
        answer.raise_for_status()
    if answer.status_code >= 400:
        played.refused[line.number] = f"{answer.status_code} {' '.join(answer.text.split())[:400]}"
    else:
        played.note_answer(line, record, answer.json())
