"""``domnaer demo``: everything started, published history replayed into it, and both held against each other."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import httpx2
import orjson
import typer

from domnaer.catching_up import settled
from domnaer.command.options import FOLDER, PORT, Folder, Port
from domnaer.command.terminal import bar, console, fail, said
from domnaer.command.up import RunLocalMachine, ended, welcome
from domnaer.configuration import DemoNote, ServiceFolder
from domnaer.demo import table
from domnaer.demo.accounts import LOADER
from domnaer.demo.findings import findings
from domnaer.demo.published import DEFAULT_SCALE, last_day

if TYPE_CHECKING:
    from domnaer.local.machine import LocalMachine

Scale = Annotated[int, typer.Option(min=1, max=1_000, help="Replay one person for so many published.")]

_BEFORE: Mapping[str, tuple[str, str | None]] = {
    "cases": ("waiting until a case has opened for each return", "reintegration.returns"),
    "referrals": ("waiting until everything has been heard", None),
    "applications": ("waiting until an application has opened for each referral", "skills.referrals"),
}
"""What is waited for before a stage of history can be loaded, and the reader that has to hear it."""


class LoadFailed(Exception):
    """History could not be loaded."""


def demo(
    full: Annotated[bool, typer.Option("--full", help="Replay everybody, not one for twenty.")] = False,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Load and compare, then end with 0 or 1.")
    ] = False,
    scale: Scale = DEFAULT_SCALE,
    folder: Folder = FOLDER,
    port: Port = PORT,
) -> None:
    """Start everything, replay published history into it, and show what was published, loaded and counted."""
    began = time.monotonic()
    scale = 1 if full else scale
    data_folder = ServiceFolder(folder)
    held = data_folder.find_demo()
    if held is not None and held.scale != scale:
        fail(
            f"{data_folder.path} holds the demo at 1:{held.scale}; take another folder, or --scale {held.scale}"
        )

    async def work(run_local_machine: RunLocalMachine) -> int:
        async with _loader(scale) as loader:
            async with run_local_machine(data_folder, port, DemoNote(last_day(), scale)) as machine:
                welcome(machine, began)
                told = await _load(loader, machine)
                await _settle(machine, "waiting until the registry has settled")
                counted = await _counted(machine)
                code = _compare(scale, told, counted)
                said(f"done after {time.monotonic() - began:.0f} s")
                if not no_serve:
                    said(f"serving at {machine.url} until Ctrl-C")
                    await asyncio.Event().wait()
                return code

    try:
        ended(work)
    except LoadFailed as error:
        fail(str(error))


@contextlib.asynccontextmanager
async def _loader(scale: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """The loading process, which derives history while the servers start, and ends with this block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "domnaer.demo.loading",
        str(scale),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C reaches us alone, and we end it in order
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
    """Let history be loaded; returns what became of it. Raises LoadFailed."""
    assert loader.stdout is not None and loader.stdin is not None
    total = 0
    with contextlib.ExitStack() as stack:
        shown = stack.enter_context(bar("loading history", "rows"))
        async for line in loader.stdout:
            told: dict[str, Any] = orjson.loads(line)
            if "total" in told:
                total = told["total"]
            elif "rows" in told:
                shown.shows(told["rows"], total)
            elif "failed" in told:
                raise LoadFailed(f"history could not be loaded: {told['failed']}")
            elif "loaded" in told:
                return told
            elif told["ask"] == "where":
                _answer(loader.stdin, {"url": machine.url, "token": machine.programs.token(LOADER)})
            else:
                stack.close()
                words, reader = _BEFORE[told["for"]]
                await _settle(machine, words, reader)
                shown = stack.enter_context(bar("loading what followed", "rows"))
                _answer(loader.stdin, {})
    raise LoadFailed("the loading process ended early")


def _answer(pipe: asyncio.StreamWriter, content: dict[str, Any]) -> None:
    pipe.write(orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE))


async def _settle(machine: LocalMachine, words: str, reader: str | None = None) -> None:
    """Wait until everything has been heard, by one reader or by all, showing how much is left."""
    with bar(words, "events") as shown:
        async for left, most in settled(machine.services, reader):
            shown.shows(most - left, most)


async def _counted(machine: LocalMachine) -> table.Counts:
    """What the registry counts, as its own interface says it."""
    token = machine.programs.token(LOADER)
    async with httpx2.AsyncClient(
        base_url=machine.url, headers={"Authorization": f"Bearer {token}"}
    ) as client:
        answer = await client.get("/registry/figures/departures", timeout=60)
        answer.raise_for_status()
    return {(row["destination"], row["year"], row["sex"]): row["workers"] for row in answer.json()}


def _compare(scale: int, told: dict[str, Any], counted: table.Counts) -> int:
    """Show all three counts and what differs; 1 where it is ours."""
    loaded = {(destination, year, sex): count for destination, year, sex, count in told["departures"]}
    lines = table.lines(scale, loaded, counted)
    console.print(table.shown(lines, scale))
    sums = told["loaded"]
    said(f"records: {sums['taken']:,} taken, {sums['known']:,} known before, {sums['refused']:,} refused")
    for each in told["refusals"]:
        said(f"  refused by {each['path']}: {each['field'] or 'the row'}: {each['reason']}")
    ours = [difference for line in lines for difference in line.differences()]
    said(f"loaded and counted: {len(ours)} differences" + (", which are our fault" if ours else ""))
    for words in ours:
        said(f"  {words}")
    theirs = findings()
    said(f"published and published: {len(theirs)} differences, which are in the source and left as printed")
    for finding in theirs:
        said(f"  {table.in_words(finding)}")
    return 1 if ours or sums["refused"] else 0
