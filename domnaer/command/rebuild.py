"""``domnaer rebuild``: fill a new build of a projection, compare it with the live build, and make it live."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Annotated

import typer
import uvloop

from chassis.base.logs import configure_logs
from chassis.base.settings import Settings
from chassis.projections.builds import NoSuchBuild
from chassis.projections.comparison import Difference
from chassis.projections.filled_builds import NothingToAccept, RebuildLockLost, RebuildRuns, abandon_all
from chassis.projections.rebuild import BuildsDiffer
from chassis.projections.rebuild_steps import TooManyRefused, TopicIncomplete
from chassis.service import Rebuild
from chassis.store.database import open_pool
from domnaer.all_services import NoSuchService, get_service
from domnaer.command.options import FOLDER, Folder, ServiceName, surroundings
from domnaer.command.terminal import Bar, bar, fail, said

Processes = Annotated[int, typer.Option(min=1, max=16, help="Processes that share the work.")]
Accept = Annotated[
    bool, typer.Option("--accept", help="Make the waiting build live with the differences that were shown.")
]
Abandon = Annotated[bool, typer.Option("--abandon", help="Drop the builds that are not live.")]
By = Annotated[
    str, typer.Option("--by", envvar="USER", help="Your name; it is stored with an accepted build.")
]


def rebuild(
    service: ServiceName,
    processes: Processes = 1,
    accept: Accept = False,
    abandon: Abandon = False,
    by: By = "",
    folder: Folder = FOLDER,
) -> None:
    """Fill new builds of a service's projections, compare them with the live ones, and switch, or wait for --accept."""
    if accept and abandon:
        fail("--accept and --abandon exclude each other")
    if accept and not by:
        fail("--accept needs your name: --by NAME")
    try:
        rebuilds = get_service(service).all_rebuilds
    except NoSuchService as error:
        fail(str(error))
    if not rebuilds:
        fail(f"{service} has no projection that can be rebuilt")
    settings = surroundings(folder).settings
    configure_logs(settings.model_copy(update={"log_level": "error"}), sys.stderr)
    os.nice(10)  # lower priority than the running services
    differing: list[BuildsDiffer] = []
    nothing: list[str] = []
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            for projection, how in rebuilds.items():
                if abandon:
                    builds = runner.run(_abandon(settings, service, projection, how.reader))
                    said(
                        f"{projection}: "
                        + (", ".join(f"build {each} is dropped" for each in builds) or "nothing to drop")
                    )
                    continue
                try:
                    build = runner.run(_rebuild(how, settings, processes, by if accept else None))
                except BuildsDiffer as error:
                    differing.append(error)
                except NothingToAccept as error:
                    nothing.append(str(error))
                else:
                    said(f"{projection}: build {build} is live")
    except RebuildRuns as error:
        fail(str(error))
    except (TooManyRefused, TopicIncomplete, RebuildLockLost, NoSuchBuild, RuntimeError) as error:
        fail(f"{error}; the live build stays")
    for each in differing:
        said("\n".join(describe_differences(each.differences)))
    if differing:
        fail(
            f"{'; '.join(map(str, differing))}; it waits for your decision:"
            f" domnaer rebuild {service} --accept makes it live, --abandon drops it"
        )
    if len(nothing) == len(rebuilds):
        fail("; ".join(nothing))


def describe_differences(differences: Sequence[Difference]) -> list[str]:
    """Return the lines that show differences: each kind with its number of rows, then its examples."""
    lines = []
    for each in differences:
        lines.append(f"{each.kind}: {each.count:,}")
        lines += [f"    {example}" for example in each.examples]
        if 0 < len(each.examples) < each.count:
            lines.append(f"    and {each.count - len(each.examples):,} more")
    return lines


async def _rebuild(how: Rebuild, settings: Settings, processes: int, accepted_by: str | None) -> int:
    """Rebuild, and show a progress bar for each step."""
    with ExitStack() as stack:
        shown: dict[str, Bar] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in shown:
                stack.pop_all().close()
                shown[step] = stack.enter_context(bar(step, step))
            shown[step].shows(done, total)

        return await how.run(settings, processes=processes, accepted_by=accepted_by, progress=progress)


async def _abandon(settings: Settings, service: str, projection: str, reader: str | None) -> list[int]:
    dsn = settings.database(service)
    pool = await open_pool(dsn, size=2, service=service)
    try:
        return await abandon_all(pool, dsn, projection, reader)
    finally:
        await pool.close()
