"""``domnaer up``: run PostgreSQL, Kafka and all services on one machine until Ctrl-C."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from domnaer.command.options import FOLDER, PORT, Folder, Port
from domnaer.command.terminal import console, fail, said
from domnaer.configuration import ServiceFolder
from domnaer.local.issuer import DemoPerson
from domnaer.server import run

if TYPE_CHECKING:
    from domnaer.local.machine import LocalMachine

RunLocalMachine = Callable[..., AbstractAsyncContextManager["LocalMachine"]]
"""``domnaer.local.machine.run_local_machine``; it is imported late, since the production image has no embedded servers."""


def up(folder: Folder = FOLDER, port: Port = PORT) -> None:
    """Start PostgreSQL, Kafka and every service, in one process on one port; Ctrl-C stops all of them."""
    began = time.monotonic()

    async def work(run_local_machine: RunLocalMachine) -> int:
        async with run_local_machine(ServiceFolder(folder), port, said) as machine:
            welcome(machine, began)
            await asyncio.Event().wait()
        return 0

    run_to_exit(work)


def run_to_exit(work: Callable[[RunLocalMachine], Awaitable[int]]) -> None:
    """Run work that needs the embedded servers to its end, and exit with its exit code."""
    try:
        from domnaer.local import machine
    except ImportError as error:
        fail(f"{error.name} is missing: this needs the embedded servers, pip install 'domnaer[embedded]'")
    try:
        code = run(lambda: work(machine.run_local_machine))
    except machine.CANNOT_START as error:
        fail(str(error))
    raise typer.Exit(code)


def welcome(machine: LocalMachine, began: float) -> None:
    """Print the address and the accounts with which one can sign in."""
    said(f"Domnaer is ready after {time.monotonic() - began:.1f} s. Data folder: {machine.folder.path}")
    if machine.settings.today is not None:
        said(f"Today is pinned to {machine.settings.today}, the last day of the demo.")
    console.print(people_table(list(machine.people.people.values())))
    said(f"Passwords are shown on the sign-in page. API documentation: {machine.url}/<service>/docs")
    if machine.enrolment_code is not None:
        said(f"Offline booth: sign in as officer, open {machine.url}/border/pages/offline and enter")
        said(
            f"the enrolment code {machine.enrolment_code} within 30 minutes (later: a new code on the page Devices)."
        )
    said(f"{machine.url}")


def people_table(people: Sequence[DemoPerson]) -> Table:
    """Return a table of the accounts with which one can sign in."""
    table = Table("sign in as", "name", "reach", box=None, pad_edge=False)
    for person in people:
        table.add_row(Text(person.id), Text(f"{person.name_en}, {person.title}"), Text(_reach(person)))
    return table


def _reach(person: DemoPerson) -> str:
    reach = person.reach
    if reach.national:
        return "the whole country"
    named = [
        *sorted(reach.posts),
        *sorted(reach.countries),
        *(f"province {each}" for each in sorted(reach.provinces)),
    ]
    return ", ".join(named + ["their agency"] * bool(reach.agencies))
