"""Starts PostgreSQL, Kafka and every service on one machine, with the packages of the extra ``embedded``.

Only ``up`` and ``demo`` import this module, inside functions: the production image has no embedded servers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace

from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.logs import configure_logs
from chassis.base.settings import Settings
from chassis.service import RunningService
from contracts.reference.reading import ReferenceDataInvalid
from domnaer.all_services import all_services_app, find_services
from domnaer.configuration import DemoNote, ServiceFolder, folder_settings
from domnaer.demo.accounts import demo_people, demo_programs
from domnaer.embedded.folder import FolderInUse
from domnaer.embedded.infrastructure import Infrastructure
from domnaer.embedded.jars import JarMissing
from domnaer.embedded.process import ServerDidNotStart
from domnaer.embedded.restarts import restarting
from domnaer.local.issuer import LocalIssuer
from domnaer.local.offline_booth import register_booth
from domnaer.server import PortTaken, listening, run_services, serving
from domnaer.topics.declared import declared_access
from services.border.offline.sealing import add_sealing_key

LOOPBACK = "127.0.0.1"
CANNOT_START = (FolderInUse, PortTaken, JarMissing, ReferenceDataInvalid, ServerDidNotStart)
"""Errors that prevent the start and are reported in one sentence."""


@dataclass(frozen=True, slots=True)
class LocalMachine:
    """The running services of a data folder. ``enrolment_code`` is that of the offline booth, until it is enrolled."""

    folder: ServiceFolder
    settings: Settings
    services: Sequence[RunningService]
    people: LocalIssuer
    programs: LocalIssuer
    url: str
    enrolment_code: str | None


@contextlib.asynccontextmanager
async def run_local_machine(
    folder: ServiceFolder, port: int, report: Callable[[str], None], demo: DemoNote | None = None
) -> AsyncIterator[LocalMachine]:
    """Run PostgreSQL, Kafka and every service on one port of this machine.

    ``report`` receives a sentence for the operator when PostgreSQL or Kafka ends by itself and is started again. With
    ``demo`` the folder's day is pinned from now on. Raises the errors of :data:`CANNOT_START`; servers that were started
    before the error are stopped.
    """
    if (holder := folder.find_holder()) is not None:
        raise FolderInUse(folder.path, holder)
    with listening(LOOPBACK, port) as listener:
        async with Infrastructure(folder, access=declared_access()) as infrastructure:
            addresses = folder.find_addresses()
            assert addresses is not None
            if demo is not None:
                folder.note_demo(demo)
            settings = folder_settings(folder, addresses, folder.keys())
            if not folder.sealing_keys.exists():
                await asyncio.to_thread(add_sealing_key, folder.sealing_keys)
            # One key, two lists: programs have tokens but cannot sign in on pages.
            people = LocalIssuer(folder.issuer, demo_people(), settings)
            programs = LocalIssuer(folder.issuer, demo_programs(), settings)
            with (folder.logs / "services.log").open("a", encoding="utf-8") as log:
                configure_logs(settings, log)
                async with (
                    restarting(infrastructure, report),
                    run_services(find_services(), settings) as services,
                ):
                    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
                    tune_garbage_collection()
                    enrolment_code = await register_booth(services, demo_people())
                    async with serving(all_services_app(services, settings, people), listener):
                        folder.write_addresses(replace(addresses, http_url=url))
                        yield LocalMachine(folder, settings, services, people, programs, url, enrolment_code)
