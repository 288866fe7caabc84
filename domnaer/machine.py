"""Everything of one machine: PostgreSQL, Kafka and every service, on what the extra ``embedded`` brings.

Imported by ``up`` and ``demo`` alone, and late: the production image has no embedded servers.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from chassis.collector import relax_collector
from chassis.issuer import LocalIssuer
from chassis.logs import configure_logs
from chassis.service import Running
from chassis.settings import Settings
from domnaer.configuration import DemoNote, HouseFolder, folder_settings
from domnaer.embedded.folder import FolderInUse
from domnaer.embedded.infrastructure import Infrastructure
from domnaer.embedded.jars import JarMissing
from domnaer.embedded.process import ServerDidNotStart
from domnaer.hosting import PortTaken, at_work, listening, serving
from domnaer.house import find_services, house_app
from domnaer.people import demo_people, demo_programs

LOOPBACK = "127.0.0.1"
CANNOT_START = (FolderInUse, PortTaken, JarMissing, ServerDidNotStart)
"""What keeps a machine's services from starting and is told in one sentence."""


@dataclass(frozen=True, slots=True)
class House:
    """All of a data folder at work."""

    folder: HouseFolder
    settings: Settings
    services: Sequence[Running]
    people: LocalIssuer
    programs: LocalIssuer
    url: str


@contextlib.asynccontextmanager
async def house_at_work(folder: HouseFolder, port: int, demo: DemoNote | None = None) -> AsyncIterator[House]:
    """PostgreSQL, Kafka and every service, answering on one port of this machine.

    With ``demo`` the folder's day is pinned from now on. Raises FolderInUse, PortTaken, and what keeps a server from starting; whatever was started by then is stopped.
    """
    if (holder := folder.find_holder()) is not None:
        raise FolderInUse(folder.path, holder)
    with listening(LOOPBACK, port) as listener:
        async with Infrastructure(folder):
            addresses = folder.find_addresses()
            assert addresses is not None
            if demo is not None:
                folder.note_demo(demo)
            settings = folder_settings(folder, addresses, folder.keys())
            # One key, two lists: programs have tokens and sign in at no page.
            people = LocalIssuer(folder.issuer, demo_people(), settings)
            programs = LocalIssuer(folder.issuer, demo_programs(), settings)
            with (folder.logs / "services.log").open("a", encoding="utf-8") as log:
                configure_logs(settings, log)
                async with at_work(find_services(), settings) as services:
                    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
                    relax_collector()
                    async with serving(house_app(services, settings, people), listener):
                        folder.write_addresses(replace(addresses, http_url=url))
                        yield House(folder, settings, services, people, programs, url)
