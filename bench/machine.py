"""The memory and the transactions of the machine on which a benchmark runs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import mmap
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.process_group import print_line
from chassis.base.settings import Settings

_WRITING = (
    "SELECT backend_xid::text AS id, query FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND backend_xid IS NOT NULL"
)


@contextlib.contextmanager
def memory_left(gigabytes: float | None) -> Iterator[float]:
    """Use all available memory but this much, where there is no swap; yield the gigabytes that are left."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    size = 0 if gigabytes is None else available - int(gigabytes * 2**30)
    if size <= 0:
        yield available / 2**30
        return
    # A process of its own: the peak memory of a process includes that of the process that started it.
    holder = subprocess.Popen(
        (sys.executable, "-m", "bench.machine", str(size)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None and holder.stdout is not None
    try:
        holder.stdout.readline()
        yield (available - size) / 2**30
    finally:
        holder.stdin.close()
        holder.wait()


def hold_memory(size: int) -> None:
    """Use this many bytes of memory until the standard input ends."""
    with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE):
        print_line("held")
        sys.stdin.read()


@dataclass(slots=True)
class LongestTransaction:
    """The longest time that a transaction id was seen, in seconds: a transaction has one from its first write on."""

    seconds: float = 0.0
    statement: str = ""

    async def watch(self, dsn: str) -> None:
        """Look fifty times a second, until cancelled."""
        connection = await asyncpg.connect(dsn)
        try:
            began: dict[str, float] = {}
            while True:
                rows, now = await connection.fetch(_WRITING), time.perf_counter()
                began = {row["id"]: began.get(row["id"], now) for row in rows}
                for row in rows:
                    if (seconds := now - began[row["id"]]) > self.seconds:
                        self.seconds, self.statement = seconds, " ".join(row["query"].split())[:120]
                await asyncio.sleep(0.02)
        finally:
            await connection.close()


@contextlib.asynccontextmanager
async def longest_transaction(settings: Settings) -> AsyncIterator[LongestTransaction]:
    """Watch the cluster's transactions until the block ends."""
    longest = LongestTransaction()
    task = asyncio.create_task(longest.watch(settings.maintenance))
    try:
        yield longest
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(description=hold_memory.__doc__)
    _parser.add_argument("size", type=int)
    hold_memory(_parser.parse_args().size)
