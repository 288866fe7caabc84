"""A child process that runs a relay and exits at once when it reaches a step for the nth time."""

from __future__ import annotations

import asyncio
import os
import sys

from chassis.base.settings import Settings
from chassis.outbox.relay import Relay
from chassis.outbox.source import EventSource


def main() -> None:
    """Run the relay until the process exits."""
    service, topic, dsn, step, nth = sys.argv[1:6]
    left = int(nth)

    def at_step(reached: str) -> None:
        nonlocal left
        if reached == step:
            left -= 1
            if left == 0:
                os._exit(42)

    settings = Settings()
    asyncio.run(Relay(EventSource(service, topic=topic), settings, dsn, page=60, at_step=at_step).run())


if __name__ == "__main__":
    main()
