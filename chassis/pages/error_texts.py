"""Texts of errors on pages, in words for an officer.

An error of a command is written for programs: it names fields and formats. :func:`page_errors` and :func:`page_problem`
are the only way from such an error to a page. They replace the texts of known errors, and leave out any other text that
names a field or a format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

from chassis.access.refusals import PermissionMissing
from chassis.commands.circumstances import BeyondTheCalendar, OccurrenceInTheFuture
from chassis.commands.execution import CommandStillRunning, OtherContentUnderThisId, RecordChangedMeanwhile
from chassis.commands.idempotency import IdempotencyKeyReused
from chassis.commands.signature import NotAnId
from chassis.http.pagination import CursorUnreadable
from chassis.http.problems import BASE, Problem, title_of
from chassis.http.validation_errors import FieldError, Unreadable
from chassis.pages.translation import N_
from chassis.pages.typed import Unclear, as_typed
from contracts.codes.tables import NOT_LISTED
from contracts.refusal import Refusal

Text = tuple[str, str | None]
"""A reason and a remedy, as message ids."""

EMPTY: Text = (N_("nothing is given here"), N_("fill it in, or choose"))
_DATE: Text = (
    N_("this is not a date"),
    N_("enter day, month and year, such as 23/04/1990 or 23 April 1990"),
)
_TIME: Text = (
    N_("this is not a time"),
    N_("enter the date and the time, such as 23/04/1990 8:30, or leave it empty for the present time"),
)
_CHOICE: Text = (N_("this is not one of the choices"), N_("choose one from the list"))
_WHOLE_NUMBER: Text = (N_("this is not a whole number"), N_("enter digits only, such as 45"))
_NUMBER: Text = (N_("this is not a number"), N_("enter a number, such as 310.50"))
_NOT_VALID: Text = (N_("this is not valid"), N_("check what you entered"))

_BY_KIND: Mapping[str, Text] = {
    "missing": EMPTY,
    "string_too_short": EMPTY,
    "too_short": EMPTY,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "string_too_long": (N_("this text is too long"), N_("shorten it to at most %(max_length)s characters")),
    "too_long": (N_("this is too much"), N_("give at most %(max_length)s")),
    "greater_than_equal": (N_("this number is too small"), N_("enter %(ge)s or more")),
    "greater_than": (N_("this number is too small"), N_("enter more than %(gt)s")),
    "less_than_equal": (N_("this number is too large"), N_("enter %(le)s or less")),
    "less_than": (N_("this number is too large"), N_("enter less than %(lt)s")),
}
"""Texts by kind of validation error. The placeholders are limits that pydantic states."""
_BY_FAMILY: Mapping[str, Text] = {
    "date": _DATE,
    "datetime": _TIME,
    "timezone": _TIME,
    "uuid": _CHOICE,
    "int": _WHOLE_NUMBER,
    "decimal": _NUMBER,
    "float": _NUMBER,
}
"""Texts by the first word of the kind, such as ``date`` for ``date_parsing``."""

_BY_CODE: Mapping[str, str] = {
    OccurrenceInTheFuture.code: N_("This time is in the future. Check the date and time."),
    BeyondTheCalendar.code: N_("This date is not possible. Check the date and time."),
    CommandStillRunning.code: N_("This form is still being recorded. Open the page again in a moment."),
    RecordChangedMeanwhile.code: N_(
        "Another person changed this record at the same moment. Open the page again and check it."
    ),
    OtherContentUnderThisId.code: N_("This was already recorded with other content. Open the page again."),
    IdempotencyKeyReused.code: N_("This form was already sent with other content. Open the page again."),
    NotAnId.code: N_("There is no record at this address. Check the address."),
    PermissionMissing.code: N_("This page is not part of the work that you are permitted to do."),
    CursorUnreadable.code: N_("There is no such page of the list. Start again from its first page."),
}
"""Texts by problem code, for refusals that are written for programs."""

_REMEDIES: Mapping[int, str] = {
    400: N_("Open the page again from your first page."),
    403: N_("Ask the person who gives out permissions in your office."),
    404: N_("Check the address, or look for the record in your lists. It may belong to another office."),
    405: N_("Open the page again from your first page."),
    413: N_("Send less at once."),
    429: N_("Wait a minute, then try again."),
    500: N_("Try again. If it fails again, report the number below."),
    503: N_("Try again in a minute. What you sent is recorded once, however often you send it."),
}
"""The advice for each HTTP status, for problems that state no remedy for an officer."""
_FOR_PROGRAMS_ONLY = frozenset({404, 405, 413, 500, 503})
"""Statuses of which the stated remedies are written for programs."""

_FOR_PROGRAMS = re.compile(
    r"[A-Za-z0-9]_[A-Za-z]|\w\[\d|\w = |application/|YYYY"
    r"|\b(?:JSON|NDJSON|CSV|JWT|UTF-8|ISO|null|[Hh]eaders?|token|query|Idempotency-Key)\b|\bUUID|\bbody\b"
)
"""Signs of a text for programs: field names and formats."""


@dataclass(frozen=True, slots=True)
class PageError:
    """An error as a page shows it: message ids, and the values of their placeholders.

    The values ``title``, ``detail``, ``reason`` and ``remedy`` are texts of refusals, which the page translates too.
    """

    field: str
    reason: str
    remedy: str | None = None
    values: Mapping[str, Any] = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A problem as a page shows it. ``text`` and ``advice`` are message ids; ``remedy`` takes precedence over ``advice``.

    ``title``, ``detail`` and ``remedy`` are texts of refusals (chassis.pages.refusal_texts).
    """

    title: str
    text: str | None
    detail: str | None
    remedy: str | None
    advice: str | None
    source: str | None
    correlation_id: str | None
    errors: tuple[PageError, ...]


def for_officers(text: str | None) -> str | None:
    """Return a text, or None if it names a field or a format."""
    return None if text is None or _FOR_PROGRAMS.search(text) else text


def is_replaced(kind: type[Refusal]) -> bool:
    """Return whether pages have a text of their own for a refusal, instead of its title, detail and remedy."""
    return kind.code in _BY_CODE


def page_errors(refusal: Refusal) -> tuple[PageError, ...]:
    """Return the errors of a refused command, in words for an officer."""
    if isinstance(refusal, Unreadable):
        return tuple(page_error(error) for error in refusal.errors)
    name = refusal.field or ""
    if (text := _BY_CODE.get(refusal.code)) is not None:
        return (PageError(name, text),)
    values = {"title": title_of(type(refusal)), "detail": refusal.detail, "remedy": refusal.remedy}
    reason = "%(title)s" if for_officers(refusal.detail) is None else N_("%(title)s: %(detail)s")
    return (PageError(name, reason, None if for_officers(refusal.remedy) is None else "%(remedy)s", values),)


def page_error(error: FieldError) -> PageError:
    """Return a validation error in words for an officer."""
    text = _BY_KIND.get(error.kind) or _BY_FAMILY.get(error.kind.partition("_")[0])
    if text is None and error.reason == NOT_LISTED:
        text = _CHOICE
    if text is not None:
        return PageError(error.field, *text, error.limits)
    if for_officers(error.reason) is None or error.kind not in _OWN_KINDS:
        return PageError(error.field, *_NOT_VALID)
    values = {"reason": error.reason, "remedy": error.remedy}
    remedy = None if for_officers(error.remedy) is None else "%(remedy)s"
    return PageError(error.field, "%(reason)s", remedy, values)


def unclear_error(field: str, unclear: Unclear) -> PageError:
    """Return the error of a typed day that has no certain meaning: the form asks back."""
    values = {} if unclear.day is None else {"day": as_typed(unclear.day)}
    return PageError(field, unclear.reason, unclear.remedy, values)


_OWN_KINDS = ("value_error", "assertion_error", "")
"""Kinds of errors whose texts are ours; the texts of all other kinds are pydantic's."""


def page_problem(problem: Problem) -> PageProblem:
    """Return a problem in words for an officer."""
    text = _BY_CODE.get(problem.type.removeprefix(BASE))
    if any(
        error.kind.startswith("uuid") for error in problem.errors
    ):  # in the address: forms show errors themselves
        text = _BY_CODE[NotAnId.code]
    errors = () if text else tuple(error for error in problem.errors if error.reason != problem.detail)
    return PageProblem(
        title=N_("This is not possible")
        if text
        else for_officers(problem.title) or N_("This is not possible"),
        text=text,
        detail=None if text else for_officers(problem.detail),
        remedy=None if text or problem.status in _FOR_PROGRAMS_ONLY else for_officers(problem.remedy),
        advice=_REMEDIES.get(problem.status),
        source=problem.source,
        correlation_id=problem.correlation_id,
        errors=tuple(page_error(error) for error in errors),
    )
