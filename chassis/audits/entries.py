"""The list of audit entries of a page: the period chosen, the entries in words or as a file, and the entry about the look at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from chassis.access.permissions import Caller
from chassis.base.clock import Clock
from chassis.base.logs import correlation
from chassis.commands.runtime import runtime_of
from chassis.exports.columns import Column
from chassis.exports.files import Kind
from chassis.exports.lists import ExportedList, FileAsked
from chassis.http.pagination import After, CursorUnreadable, Page, decode_cursor, page_of
from chassis.pages.error_texts import PageError, unclear_error
from chassis.pages.rendering import officers_of, pages_of
from chassis.pages.translation import N_
from chassis.pages.typed import Unclear, as_typed, day_typed
from chassis.store.audit_entries import LOOKS, EntriesAsked, find_entries
from chassis.store.database import Pool
from contracts.times import PHNOM_PENH, later

ROWS = 100
USUAL_DAYS = 30
"""Days of the period if none is chosen; the last one is today."""
LONGEST = 366
"""Days of a period, at most."""
_REAL_TIME = Clock()
"""Entries have the time of the database, also where a demo is pinned to a day."""
_DATE_ERROR = (N_("this is not a date"), N_("enter it as 23/04/1990"))
_TITLES = {
    "read": N_("Read"),
    "list": N_("Saw in a list"),
    "search": N_("Searched"),
    "export": N_("Took a list as a file"),
    "preview": N_("Saw a preview of a change"),
    "rank": N_("Saw in a list"),
    "likely": N_("Was shown as probably the same"),
    "check": N_("Checked a document"),
}
_DOCUMENTS = N_("Read, with the document numbers")
_REFUSED = N_("Was refused")
_CHANGED = N_("Recorded or changed")


def action_in_words(action: str) -> str:
    """Return the message id of what an entry is about; its action names the route or page exactly."""
    if action == "call_refused":
        return _REFUSED
    if action.startswith("read_") and "documents" in action:
        return _DOCUMENTS
    return _TITLES.get(action.partition("_")[0], _CHANGED)


def kind_of_action(action: str) -> str:
    """Return the kind of an action, such as read, read_documents, list or change: the action itself names the page."""
    if action == "call_refused":
        return action
    if action_in_words(action) == _DOCUMENTS:
        return "read_documents"
    first = action.partition("_")[0]
    return first if first in LOOKS else "change"


def _coarse(row: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Return an entry with the kind of its action, and without the office if it is not the caller's own."""
    office = row["office"] if row["office"] == caller.office else None
    return row | {"action": kind_of_action(row["action"]), "office": office}


class _ActionTitles(Mapping[str, str]):
    """Titles of the actions of entries, by action."""

    def __getitem__(self, action: str) -> str:
        return action_in_words(action)

    def __iter__(self) -> Iterator[str]:
        return iter(_TITLES)

    def __len__(self) -> int:
        return len(_TITLES)


ENTRIES_LIST = ExportedList(
    "audit-entries",
    N_("Who looked"),
    (
        Column(N_("When"), "at", time=True),
        Column(N_("Who"), "caller", officers=True),
        Column(N_("Office"), "office", offices=True),
        Column(N_("What"), "action", _ActionTitles()),
        Column(N_("Workers"), "numbers"),
        Column(N_("Number of records"), "records"),
    ),
)


@dataclass(frozen=True, slots=True)
class PeriodTyped:
    """A period as it was typed into the form above the list, with the errors."""

    first: date
    last: date
    typed: tuple[str, str]
    errors: tuple[PageError, ...]

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The beginning of the first day, and that of the day after the last."""
        first, last = self.first, later(self.last, timedelta(days=1))
        return datetime.combine(first, time(), PHNOM_PENH), datetime.combine(last, time(), PHNOM_PENH)


def period_typed(since: str, until: str) -> PeriodTyped:
    """Return the period that was typed; the last thirty days if nothing was, or if it has an error."""
    today = _REAL_TIME.now().astimezone(PHNOM_PENH).date()
    errors: list[PageError] = []
    days: dict[str, date | None] = {}
    for name, typed in (("since", since), ("until", until)):
        days[name] = None
        try:
            days[name] = day_typed(typed) if typed else None
        except Unclear as unclear:
            errors.append(unclear_error(name, unclear))
        else:
            if typed and days[name] is None:
                errors.append(PageError(name, *_DATE_ERROR))
    last = days["until"] or (today if days["since"] is None else max(today, days["since"]))
    first = days["since"] or later(last, timedelta(days=1 - USUAL_DAYS))
    if not errors and first > last:
        errors.append(PageError("until", N_("this day is before the first one"), N_("enter a later day")))
    elif not errors and (last - first).days >= LONGEST:
        errors.append(PageError("since", N_("the period is too long"), N_("choose at most a year")))
    if errors:
        first, last = later(today, timedelta(days=1 - USUAL_DAYS)), today
    return PeriodTyped(first, last, (since or as_typed(first), until or as_typed(last)), tuple(errors))


@dataclass(frozen=True, slots=True)
class EntriesPageAsked:
    """The entries that the address of a page names: the period, which kinds, as a file or from which one on."""

    period: PeriodTyped
    what: str
    file: Kind | None
    cursor: str | None


def page_asked(
    since: Annotated[str, Query(max_length=40)] = "",
    until: Annotated[str, Query(max_length=40)] = "",
    what: Annotated[Literal["looks", "all"], Query()] = "looks",
    file: FileAsked = None,
    cursor: After = None,
) -> EntriesPageAsked:
    """Read the address of a page of entries."""
    return EntriesPageAsked(period_typed(since, until), what, file, cursor)


PageAsked = Annotated[EntriesPageAsked, Depends(page_asked)]


async def show_entries(
    request: Request,
    caller: Caller,
    template: str,
    page: EntriesPageAsked,
    *,
    officer: str | None = None,
    evidence: Sequence[UUID] | None = None,
    numbers: Sequence[str] | None = None,
    about: Sequence[UUID] = (),
    coarse: bool = False,
    **more: Any,
) -> Response:
    """Show the entries of a period, or return them as a file; the look itself is an entry, which names what was looked up.

    Nothing is read while a day that was typed is wrong. ``coarse`` entries have kinds of actions and no office but the caller's.
    """
    runtime, period, what = runtime_of(request), page.period, page.what
    since, until = period.bounds
    asked = EntriesAsked(since, until, officer, evidence, numbers, looks_only=what == "looks")
    detail = {"since": str(period.first), "until": str(period.last), "what": what}
    if officer is not None:
        detail["officer"] = officer

    async def listed(after: str | None, limit: int) -> Page[dict[str, Any]]:
        before = None if after is None else _entry_of(after)
        rows = await find_entries(runtime.pool, asked, before, limit + 1)  # without the entry of this look
        await runtime.audit.look(
            caller,
            "read_audit",
            evidence=about,
            numbers=numbers or (),
            correlation=correlation(),
            detail=detail,
        )
        shown = [_coarse(row, caller) for row in rows] if coarse else rows
        return page_of(shown, limit, dict, lambda row: (str(row["entry_id"]),))

    async def finding(pool: Pool, most: int) -> object:
        return await find_entries(pool, asked, None, most)

    if page.file is not None and not period.errors:
        days = {"since": period.first, "until": period.last}
        return await ENTRIES_LIST.answer(
            request, caller, page.file, listed, detail, finding=finding, days=days
        )
    entries: Page[dict[str, Any]] = Page(items=()) if period.errors else await listed(page.cursor, ROWS)
    return pages_of(request).render(
        request,
        template,
        status=422 if period.errors else 200,
        caller=caller,
        service=runtime.service,
        period=period,
        errors=period.errors,
        what=what,
        entries=[each | {"words": action_in_words(each["action"])} for each in entries.items],
        officer=officer,
        all_people=caller.reach.national,
        people=_people(officers_of(request), officer),
        next=entries.next,
        **more,
    )


def _people(officers: Mapping[str, str], chosen: str | None) -> list[tuple[str, str]]:
    """Return the people who opened a page of this service once, by name, and the one who is chosen."""
    known = dict(officers) if chosen is None else {chosen: chosen, **officers}
    return sorted(known.items(), key=lambda each: (each[1], each[0]))


def _entry_of(cursor: str) -> int:
    (entry,) = decode_cursor(cursor, str)
    if not str(entry).isdecimal() or len(entry) > 18:
        raise CursorUnreadable
    return int(entry)
