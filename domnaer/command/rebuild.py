"""``domnaer rebuild``: fill a new build of a projection, compare it with the live build, and make it live."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import ExitStack
from typing import Annotated

import typer
import uvloop

from chassis.base.logs import configure_logs
from chassis.base.settings import Settings
from chassis.projections.builds import NoSuchBuild
from chassis.projections.rebuild import BuildsDiffer
from chassis.projections.rehearsal import NewPoison
from chassis.service import Rebuild
from domnaer.all_services import NoSuchService, get_service
from domnaer.command.options import FOLDER, Folder, ServiceName, surroundings
from domnaer.command.terminal import Bar, bar, fail, said

Processes = Annotated[int, typer.Option(min=1, max=16, help="Processes that share the work.")]


def rebuild(service: ServiceName, processes: Processes = 1, folder: Folder = FOLDER) -> None:
    """Fill new builds of a service's projections from the events, compare them with the live builds, and switch."""
    try:
        rebuilds = get_service(service).rebuilds
    except NoSuchService as error:
        fail(str(error))
    if not rebuilds:
        fail(f"{service} has no projection that can be rebuilt")
    settings = surroundings(folder).settings
    configure_logs(settings.model_copy(update={"log_level": "error"}), sys.stderr)
    os.nice(10)  # lower priority than the running services
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            for projection, rebuild_projection in rebuilds.items():
                build = runner.run(_rebuild(rebuild_projection, settings, processes))
                said(f"{projection}: build {build} is live")
    except BuildsDiffer as error:
        said("\n".join(error.differences[:20]))
        fail(str(error))
    except (NewPoison, NoSuchBuild, RuntimeError) as error:
        fail(f"{error}; the live build stays")


async def _rebuild(rebuild_projection: Rebuild, settings: Settings, processes: int) -> int:
    """Rebuild, and show a progress bar for each step."""
    with ExitStack() as stack:
        shown: dict[str, Bar] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in shown:
                stack.pop_all().close()
                shown[step] = stack.enter_context(bar(step, step))
            shown[step].shows(done, total)

        return await rebuild_projection(settings, processes=processes, progress=progress)
