"""``domnaer dead-letters``: list, replay or discard the events that readers could not process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from chassis.base.settings import Settings
from chassis.projections.builds import build_pool, live_build
from chassis.projections.dead_letters import discard as discard_letter
from chassis.projections.dead_letters import list_letters
from chassis.projections.reader import Reader, edition_of, shape_of
from chassis.projections.replay import replay as replay_letters
from chassis.service import Role, RunningService, Service
from chassis.store.database import Pool
from contracts.catalogue import Catalogue
from domnaer.all_services import NoSuchService, find_services, get_service
from domnaer.command.options import FOLDER, Folder, ServiceOption, surroundings
from domnaer.command.terminal import console, fail, said

app = typer.Typer(
    help="Events that readers could not process: poison, and types that this version does not know.",
    no_args_is_help=True,
)
Ids = Annotated[
    list[UUID] | None, typer.Argument(help="Event ids from the list; all dead letters if none is given.")
]
Reason = Annotated[str, typer.Option(help="The reason; it is recorded with your name.")]
By = Annotated[str, typer.Option("--by", envvar="USER", help="Your name.")]


@dataclass(frozen=True, slots=True)
class ReplayableReader:
    """A reader, and what is needed to list and replay its dead letters."""

    reader: Reader
    build: int
    pool: Pool
    catalogue: Catalogue


@asynccontextmanager
async def readers_of(service: Service, settings: Settings) -> AsyncIterator[list[ReplayableReader]]:
    """Yield the readers of a service; none of them reads its topics."""
    async with RunningService(service, settings, Role(0), migrating=False) as running:
        found = []
        pools: list[Pool] = []
        try:
            for reader in service.readers(running.runtime):
                build, pool = edition_of(reader), running.runtime.pool
                if reader.projection is not None:
                    build = await live_build(pool, reader.projection, shape_of(reader)) or 0
                    pool = await build_pool(settings.database(service.name), reader.projection, build, size=2)
                    pools.append(pool)
                found.append(ReplayableReader(reader, build, pool, running.catalogue))
            yield found
        finally:
            await asyncio.gather(*(pool.close() for pool in pools))


def _each_reader(
    folder: Folder, service: str | None, act: Callable[[ReplayableReader], Awaitable[None]]
) -> None:
    try:
        chosen = find_services() if service is None else (get_service(service),)
    except NoSuchService as error:
        fail(str(error))
    settings = surroundings(folder).settings

    async def work() -> None:
        for each in chosen:
            async with readers_of(each, settings) as readers:
                for one in readers:
                    await act(one)

    asyncio.run(work())


@app.command("list")
def list_them(
    folder: Folder = FOLDER,
    service: ServiceOption = None,
    limit: Annotated[
        int, typer.Option(min=0, help="Number of dead letters shown for each reader; all are counted.")
    ] = 20,
) -> None:
    """List the dead letters: event id, type, and why it was not processed. The content is never shown."""
    table = Table(box=None)
    for head in ("reader", "type", "why", "in words", "since"):
        table.add_column(head, overflow="fold", no_wrap=head == "reader")
    table.add_column("event", no_wrap=True)
    count = 0

    async def act(one: ReplayableReader) -> None:
        nonlocal count
        shown, after = 0, None
        while letters := await list_letters(one.pool, one.reader.name, one.build, after=after):
            for letter in letters[: limit - shown]:
                since = "" if letter.stored_at is None else f"{letter.stored_at:%Y-%m-%d %H:%M:%S}"
                cells = (
                    one.reader.name,
                    letter.type,
                    letter.reason,
                    letter.detail,
                    since,
                    str(letter.event_id),
                )
                table.add_row(*(Text(cell) for cell in cells))
                shown += 1
            count += len(letters)
            after = letters[-1].event_id

    _each_reader(folder, service, act)
    if table.row_count:
        console.print(table)
    more = f", {table.row_count:,} of them shown" if table.row_count < count else ""
    said(f"{count:,} dead letters{more}")


@app.command("replay")
def replay(ids: Ids = None, folder: Folder = FOLDER, service: ServiceOption = None) -> None:
    """Process dead letters again. Those that fail again are kept, and the exit code is then 1."""
    taken = stayed = 0

    async def act(one: ReplayableReader) -> None:
        nonlocal taken, stayed
        result = await replay_letters(one.reader, one.pool, one.catalogue, one.build, ids=ids or None)
        taken, stayed = taken + result.taken, stayed + result.stayed

    _each_reader(folder, service, act)
    said(f"{taken:,} taken, {stayed:,} stayed")
    if stayed:
        raise typer.Exit(1)


@app.command("discard")
def discard(
    ids: Annotated[list[UUID], typer.Argument(help="Event ids from the list.")],
    reason: Reason,
    by: By,
    folder: Folder = FOLDER,
    service: ServiceOption = None,
) -> None:
    """Discard dead letters for good; your name and the reason are recorded."""
    gone: set[UUID] = set()

    async def act(one: ReplayableReader) -> None:
        for each in ids:
            if await discard_letter(one.pool, one.reader.name, each, by=by, reason=reason):
                gone.add(each)

    _each_reader(folder, service, act)
    for missing in [each for each in ids if each not in gone]:
        said(f"{missing}: there is no such dead letter")
    said(f"{len(gone):,} discarded")
    if len(gone) < len(ids):
        raise typer.Exit(1)
