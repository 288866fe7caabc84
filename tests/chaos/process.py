"""A process of the chaos run: some services in one role. It ends when the process that started it has ended.

``python -m tests.chaos.process PORT SERVICE,SERVICE ROLE``, with settings from the environment.
"""

from __future__ import annotations

import asyncio
import os
import sys

from chassis.base.logs import configure_logs
from chassis.base.settings import Settings
from chassis.service import Role
from domnaer.all_services import all_services_app, get_service
from domnaer.server import listening, run, run_services, serving


async def work(port: int, services: list[str], role: Role) -> int:
    """Serve until the parent process has ended or a signal arrives."""
    parent, settings = os.getppid(), Settings()
    configure_logs(settings)
    with listening("127.0.0.1", port) as listener:
        async with (
            run_services([get_service(name) for name in services], settings, role) as running,
            serving(all_services_app(running, settings), listener),
        ):
            while os.getppid() == parent:
                await asyncio.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(run(lambda: work(int(sys.argv[1]), sys.argv[2].split(","), Role[sys.argv[3]])))
