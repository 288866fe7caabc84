"""``domnaer demo``: start all servers and services, replay published history, and compare the numbers."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import httpx2
import orjson
import typer

from chassis.access.sessions import SESSION_COOKIE
from domnaer.catching_up import settled
from domnaer.command.options import FOLDER, PORT, Folder, Port
from domnaer.command.terminal import bar, console, fail, said
from domnaer.command.up import RunLocalMachine, run_to_exit, welcome
from domnaer.configuration import DemoNote, ServiceFolder
from domnaer.demo import table
from domnaer.demo.accounts import LOADER
from domnaer.demo.findings import findings
from domnaer.demo.flag_shares import MOST_ALARMED, FlagShare, flag_shares, shares_shown
from domnaer.demo.private_questions import NotAsked, ask_returnees
from domnaer.demo.published import DEFAULT_SCALE, last_day

if TYPE_CHECKING:
    from domnaer.local.machine import LocalMachine

Scale = Annotated[
    int, typer.Option(min=1, max=1_000, help="Number of published persons for each person that is replayed.")
]

_BEFORE: Mapping[str, tuple[str, str | None]] = {
    "cases": ("waiting until a case has opened for each return", "reintegration.returns"),
    "referrals": ("waiting until all readers have processed everything", None),
    "applications": ("waiting until an application has opened for each referral", "skills.referrals"),
}
"""For each stage of loading: the text shown while waiting for it, and the reader that must have processed everything."""


class LoadFailed(Exception):
    """History could not be loaded."""


def demo(
    full: Annotated[bool, typer.Option("--full", help="Replay every person, and not one of twenty.")] = False,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Load and compare, then exit with code 0 or 1.")
    ] = False,
    scale: Scale = DEFAULT_SCALE,
    folder: Folder = FOLDER,
    port: Port = PORT,
) -> None:
    """Start all servers and services, replay published history, and show the numbers published, loaded and counted."""
    began = time.monotonic()
    scale = 1 if full else scale
    data_folder = ServiceFolder(folder)
    held = data_folder.find_demo()
    if held is not None and held.scale != scale:
        fail(
            f"{data_folder.path} holds the demo at 1:{held.scale}; use another folder, or --scale {held.scale}"
        )

    async def work(run_local_machine: RunLocalMachine) -> int:
        async with _loader(scale) as loader:
            async with run_local_machine(data_folder, port, said, DemoNote(last_day(), scale)) as machine:
                welcome(machine, began)
                result = await _load(loader, machine)
                asked = await ask_returnees(lambda person: _client_of(machine, person))
                await _settle(machine, "waiting until the registry has settled")
                counted = await _counted(machine)
                code = _compare(scale, result, counted)
                said(
                    f"private questions: {asked.people} people asked, {asked.referrals} referrals,"
                    f" {asked.acknowledged} of them acknowledged"
                )
                _show_flags(await flag_shares(machine.settings, datetime.now(UTC)))
                said(f"done after {time.monotonic() - began:.0f} s")
                if not no_serve:
                    said(f"serving at {machine.url} until Ctrl-C")
                    await asyncio.Event().wait()
                return code

    try:
        run_to_exit(work)
    except (LoadFailed, NotAsked) as error:
        fail(str(error))


@contextlib.asynccontextmanager
async def _loader(scale: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the loading process until the block ends; it generates history while the servers start."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "domnaer.demo.loading",
        str(scale),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C reaches only this process, which stops the loading process in order
        limit=1 << 24,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        await process.wait()


async def _load(loader: asyncio.subprocess.Process, machine: LocalMachine) -> dict[str, Any]:
    """Answer the requests of the loading process until history is loaded; return its result. Raises LoadFailed."""
    assert loader.stdout is not None and loader.stdin is not None
    total = 0
    with contextlib.ExitStack() as stack:
        shown = stack.enter_context(bar("loading history", "rows"))
        async for line in loader.stdout:
            message: dict[str, Any] = orjson.loads(line)
            if "total" in message:
                total = message["total"]
            elif "rows" in message:
                shown.shows(message["rows"], total)
            elif "failed" in message:
                raise LoadFailed(f"history could not be loaded: {message['failed']}")
            elif "loaded" in message:
                return message
            elif message["ask"] == "where":
                _answer(loader.stdin, {"url": machine.url, "token": machine.programs.token(LOADER)})
            else:
                stack.close()
                words, reader = _BEFORE[message["for"]]
                await _settle(machine, words, reader)
                shown = stack.enter_context(bar("loading later history", "rows"))
                _answer(loader.stdin, {})
    raise LoadFailed("the loading process ended early")


def _client_of(machine: LocalMachine, person: str) -> httpx2.AsyncClient:
    """Return a client with the token of a person of the demo, for the API and for pages."""
    token = machine.people.token(person)
    return httpx2.AsyncClient(
        base_url=machine.url,
        headers={"Authorization": f"Bearer {token}"},
        cookies={SESSION_COOKIE: token},
        timeout=60,
    )


def _answer(pipe: asyncio.StreamWriter, content: dict[str, Any]) -> None:
    pipe.write(orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))


async def _settle(machine: LocalMachine, words: str, reader: str | None = None) -> None:
    """Wait until one reader or all readers have processed everything, and show how much is left."""
    with bar(words, "events") as shown:
        async for left, most in settled(machine.settings, reader):
            shown.shows(most - left, most)


async def _counted(machine: LocalMachine) -> table.Counts:
    """Return the numbers that the API of the registry answers."""
    token = machine.programs.token(LOADER)
    async with httpx2.AsyncClient(
        base_url=machine.url, headers={"Authorization": f"Bearer {token}"}
    ) as client:
        answer = await client.get("/registry/figures/departures", timeout=60)
        answer.raise_for_status()
    return {(row["destination"], row["year"], row["sex"]): row["workers"] for row in answer.json()}


def _show_flags(shares: list[FlagShare]) -> None:
    """Show the share of workers under each flag, and name the alarms that hold for too many."""
    console.print(shares_shown(shares))
    for each in shares:
        if each.too_many:
            said(f"alarm for {each.share:.1%} of workers, {MOST_ALARMED:.0%} or more: {each.name}")


def _compare(scale: int, result: dict[str, Any], counted: table.Counts) -> int:
    """Show the three numbers and their differences; return 1 if history was not loaded or counted completely."""
    loaded = {(destination, year, sex): count for destination, year, sex, count in result["departures"]}
    lines = table.lines(scale, loaded, counted)
    console.print(table.shown(lines, scale))
    sums = result["loaded"]
    said(f"records: {sums['taken']:,} taken, {sums['known']:,} known before, {sums['refused']:,} refused")
    for each in result["refusals"]:
        said(f"  refused by {each['path']}: {each['field'] or 'the row'}: {each['reason']}")
    ours = [difference for line in lines for difference in line.differences()]
    said(f"loaded and counted: {len(ours)} differences" + (", caused by Domnaer" if ours else ""))
    for words in ours:
        said(f"  {words}")
    theirs = findings()
    said(f"published figures: {len(theirs)} contradictions in the source, not corrected")
    for finding in theirs:
        said(f"  {table.in_words(finding)}")
    return 1 if ours or sums["refused"] else 0
