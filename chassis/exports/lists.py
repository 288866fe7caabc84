"""A list as a file: every record of the list that a page shows, within the caller's reach and with the same filter.

A service declares the columns of a list, and the page of the list answers with the file if one is asked for::

    CASES = ExportedList("assistance-cases", N_("Open cases"), (Column(N_("Subject"), "category", AssistanceCategory),))

    @router.get("/cases")
    async def queue_page(request: Request, caller: CaseReadPage, file: FileAsked = None, cursor: After = None) -> Response:
        async def listed(cursor: str | None, limit: int) -> Page[AssistanceCaseRow]:
            return await look_at_queue(runtime_of(request), caller, limit, cursor)

        if file is not None:
            return await CASES.answer(request, caller, file, listed)

The template shows the links with ``{{ downloads() }}`` of ``lists.html``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import quote

from fastapi import Query, Request, Response
from starlette.responses import StreamingResponse

from chassis.access.permissions import Caller
from chassis.access.places import place_of
from chassis.base.logs import correlation
from chassis.base.priority import REQUEST_PRIORITY
from chassis.commands.runtime import Runtime, runtime_of
from chassis.exports.columns import Column, Reader, cells_of, heads_of
from chassis.exports.files import MEDIA_TYPES, Kind, list_file
from chassis.http.pagination import MOST, Page
from chassis.pages.catalogues import translations
from chassis.pages.rendering import language_of, officers_of
from chassis.pages.translation import N_
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
_CODES = (COUNTRIES, PROVINCES, CHECKPOINTS, MISSIONS, OCCUPATIONS, SECTORS)
_CUT = N_("The list is longer than this file. Choose fewer records on the page of the list.")


@dataclass(frozen=True, slots=True)
class ExportedList:
    """A list that can be taken as a file. ``name`` is its name in the audit, ``title`` (a message id) that of the file."""

    name: str
    title: str
    columns: tuple[Column, ...]

    async def answer(
        self,
        request: Request,
        caller: Caller,
        kind: Kind,
        listed: Listed,
        asked: Mapping[str, Any] | None = None,
    ) -> Response:
        """Return the list as a file, read and sent a page of records at a time.

        The audit names the caller and the filter before anything is sent, the records of each page before they are sent, and
        their number before the file ends. ``asked`` is the filter in codes, if it is not in the address.
        """
        runtime = runtime_of(request)
        detail = {"list": self.name, "kind": kind, **(filter_of(request) if asked is None else asked)}
        await runtime.audit.look(caller, "export_list", correlation=correlation(), detail=detail)
        first = await listed(None, MOST)
        language = language_of(request)
        translate = translations(language).gettext
        reader = Reader(language, translate, place_of(caller), officers_of(request))
        now = runtime.clock.now().astimezone(reader.place.zone)
        name, time = translate(self.title), f"{now:%Y-%m-%d-%H%M}"
        headers = {
            "Content-Disposition": f'attachment; filename="{self.name}-{time}.{kind}"; '
            f"filename*=UTF-8''{quote(f'{name} {time}.{kind}', safe='')}",
            "Content-Language": language,
        }
        content = self._content(runtime, caller, kind, listed, first, reader, detail)
        return StreamingResponse(content, headers=headers, media_type=MEDIA_TYPES[kind])

    async def _content(
        self,
        runtime: Runtime,
        caller: Caller,
        kind: Kind,
        listed: Listed,
        page: Page[Any],
        reader: Reader,
        detail: Mapping[str, Any],
    ) -> AsyncIterator[bytes]:
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
            yield file.taken()
            await REQUEST_PRIORITY.give_way()
            page = await listed(page.next, MOST)
        if page.next is not None:
            file.add([reader.translate(_CUT)])
        await runtime.audit.look(
            caller, "export_list", correlation=correlation(), detail={**detail, "records": records}
        )
        yield file.end()


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
