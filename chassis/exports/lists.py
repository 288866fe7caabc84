"""A list as a file: every record of the list that a page shows, within the caller's reach and with the same filter.

A service declares the columns of a list, and the page of the list answers with the file if one is asked for::

    CASES = ExportedList("assistance-cases", N_("Open cases"), (Column(N_("Subject"), "category", AssistanceCategory),))

    @router.get("/cases")
    async def queue_page(request: Request, caller: CaseReadPage, file: FileAsked = None, cursor: After = None) -> Response:
        async def listed(cursor: str | None, limit: int) -> Page[AssistanceCaseRow]:
            return await look_at_queue(runtime_of(request), caller, limit, cursor)

        if file is not None:
            return await CASES.answer(request, caller, file, listed, finding=finding)

``finding`` runs the query of the list for its count. A list with more than :data:`LONG` rows is made in the background, by a later
call of the same page (chassis.exports.making), and a page shows how many rows are done. The template shows the links with
``{{ downloads() }}`` of ``lists.html``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, Protocol, get_args, get_origin
from urllib.parse import quote, urlencode

from fastapi import Query, Request, Response
from starlette.responses import RedirectResponse, StreamingResponse

from chassis.access.csrf import FORM_FIELD
from chassis.access.permissions import Caller
from chassis.access.places import place_of
from chassis.base.logs import correlation
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.runtime import Runtime, runtime_of
from chassis.exports.columns import Column, Reader, cells_of, heads_of
from chassis.exports.counting import Finding, count_rows
from chassis.exports.files import MEDIA_TYPES, Kind, list_file
from chassis.exports.jobs import ExportJobs
from chassis.exports.requests import Asked
from chassis.http.pagination import MOST, Page
from chassis.pages.catalogues import translations
from chassis.pages.rendering import language_of, officers_of
from chassis.pages.translation import N_
from chassis.store.database import Pool
from contracts.codes.missions import MISSIONS
from contracts.codes.places import CHECKPOINTS, COUNTRIES, PROVINCES
from contracts.codes.work import OCCUPATIONS, SECTORS

Listed = Callable[[str | None, int], Awaitable[Page[Any]]]
"""Return the page of a list after a cursor, of at most so many records, once the audit entry of the read has been committed."""
FileAsked = Annotated[
    Kind | None, Query(alias="file", description="The whole list as a file instead of a page.")
]
LONGEST = 100_000
"""Records of a file. A longer list ends with a row that says so."""
LONG = 2_000
"""Rows of a list that is made within the request, at most: reading so many with their persons takes about two seconds."""
MAKING = "domnaer.making_of_list"
"""The key of the scope of a request by which a file is made in the background."""
_CODES = (COUNTRIES, PROVINCES, CHECKPOINTS, MISSIONS, OCCUPATIONS, SECTORS)
_CUT = N_("The list is longer than this file. Choose fewer records on the page of the list.")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file, and the number of records that are written by then."""

    content: bytes
    records: int


class Making(Protocol):
    """Takes a file that is made in the background."""

    async def take(self, pieces: AsyncIterator[Piece]) -> None:
        """Store the pieces of the file until its end."""


@dataclass(frozen=True, slots=True)
class ExportedList:
    """A list that can be taken as a file. ``name`` is its name in the audit, ``title`` (a message id) that of the file.

    ``long`` is the number of rows that are made within the request, at most.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    long: int | None = None

    async def answer(
        self,
        request: Request,
        caller: Caller,
        kind: Kind,
        listed: Listed,
        asked: Mapping[str, Any] | None = None,
        *,
        finding: Finding | None = None,
        pool: Pool | None = None,
        days: Mapping[str, date] | None = None,
    ) -> Response:
        """Return the list as a file, read and sent a page of records at a time; of a long list the page of its progress.

        The audit names the caller and the filter before anything is sent, the records of each page before they are sent, and
        their number before the file ends. ``asked`` is the filter in codes, if it is not in the address. Without ``finding``
        the list counts as short; ``pool`` is the one on which it runs, if it is not the service's. ``days`` are the parameters
        whose default depends on today, as they were read: a file that is made on another day is of the day of asking.
        """
        runtime = runtime_of(request)
        detail = {"list": self.name, "kind": kind, **(filter_of(request) if asked is None else asked)}
        detail |= {name: str(day) for name, day in (days or {}).items()}
        language = language_of(request)
        reader = Reader(language, translations(language).gettext, place_of(caller), officers_of(request))
        making: Making | None = request.scope.get(MAKING)
        if making is not None:
            first = await listed(None, MOST)
            await making.take(self._content(runtime, caller, kind, listed, first, reader, detail))
            return Response()
        await runtime.audit.look(caller, "export_list", correlation=correlation(), detail=detail)
        disposition = self._disposition(kind, reader, runtime.clock.now())
        if finding is not None:
            long, counted_on = LONG if self.long is None else self.long, pool or runtime.pool
            if await count_rows(counted_on, finding, long + 1) > long:
                rows = await count_rows(counted_on, finding, LONGEST)
                query = _query_of(request, days or {})
                job = await self._asked(request, query, caller, kind, language, disposition, detail)
                export_id = await ExportJobs(runtime).ask(job, rows)
                request.app.state.exports.set()
                return RedirectResponse(f"{request.scope['root_path']}/pages/exports/{export_id}", 303)
        first = await listed(None, MOST)
        content = self._content(runtime, caller, kind, listed, first, reader, detail)
        headers = {"Content-Disposition": disposition, "Content-Language": language}
        return StreamingResponse(_bytes(content), headers=headers, media_type=MEDIA_TYPES[kind])

    def _disposition(self, kind: Kind, reader: Reader, now: datetime) -> str:
        """Return the header that names the file by the list and the time."""
        name, time = reader.translate(self.title), f"{now.astimezone(reader.place.zone):%Y-%m-%d-%H%M}"
        return (
            f'attachment; filename="{self.name}-{time}.{kind}"; '
            f"filename*=UTF-8''{quote(f'{name} {time}.{kind}', safe='')}"
        )

    async def _asked(
        self,
        request: Request,
        query: str,
        caller: Caller,
        kind: Kind,
        language: str,
        disposition: str,
        detail: Mapping[str, Any],
    ) -> Asked:
        """Return the request as it is sent to the page again in the background."""
        scope = request.scope
        body = "" if request.method == "GET" else await _fields_of(request)
        return Asked(
            list=self.name,
            title=self.title,
            kind=kind,
            method=request.method,
            path=scope["path"],
            root_path=scope["root_path"],
            query=query,
            body=body,
            language=language,
            caller=caller,
            correlation=correlation(),
            disposition=disposition,
            detail=dict(detail),
        )

    async def _content(
        self,
        runtime: Runtime,
        caller: Caller,
        kind: Kind,
        listed: Listed,
        page: Page[Any],
        reader: Reader,
        detail: Mapping[str, Any],
    ) -> AsyncIterator[Piece]:
        heads = heads_of(self.columns, reader)
        file = list_file(kind, len(heads))
        file.add(heads)
        records = 0
        while True:
            for record in page.items:
                file.add(cells_of(self.columns, record, reader))
            records += len(page.items)
            if page.next is None or records >= LONGEST:
                break
            yield Piece(file.taken(), records)
            await REQUEST_PRIORITY.give_way()
            page = await listed(page.next, MOST)
        if page.next is not None:
            file.add([reader.translate(_CUT)])
        await runtime.audit.look(
            caller, "export_list", correlation=correlation(), detail={**detail, "records": records}
        )
        yield Piece(file.end(), records)


async def _bytes(pieces: AsyncIterator[Piece]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece.content


async def _fields_of(request: Request) -> str:
    """Return the fields of a form without its token, as they are sent."""
    form = await request.form()
    return urlencode([(name, value) for name, value in form.multi_items() if name != FORM_FIELD])


def _query_of(request: Request, days: Mapping[str, date]) -> str:
    """Return the query of a request, with its days in place of those that are left out."""
    if not days:
        return request.url.query
    given = request.query_params.multi_items()
    return urlencode([*((name, value) for name, value in given if name not in days), *days.items()])


def filter_of(request: Request) -> dict[str, Any]:
    """Return the filter in the address of a list as the audit may hold it.

    Of a text that is no code of a list, and so may name a person, the audit holds only that there was one.
    """
    found: dict[str, Any] = {}
    for parameter in _parameters(request.scope["route"].dependant):
        name = parameter.alias
        value = request.query_params.get(name)
        if name in ("file", "cursor") or not value:
            continue
        free = _is_text(parameter.field_info.annotation)
        found[name] = "text" if free and not any(value in codes for codes in _CODES) else value
    return found


def _is_text(kind: Any) -> bool:
    """Return whether a parameter of a type takes any text."""
    return kind is str or (get_origin(kind) is not Literal and any(map(_is_text, get_args(kind))))


def _parameters(dependant: Any) -> Iterator[Any]:
    yield from dependant.query_params
    for inner in dependant.dependencies:
        yield from _parameters(inner)
