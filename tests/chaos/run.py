"""One chaos run: load, faults from a seed, and the comparison by the oracle."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.faults import Fault, draw, inject, possible
from tests.chaos.installation import Installation, run_installation
from tests.chaos.load import Client, Ledger, wait_for_progress
from tests.chaos.oracle import Oracle, rebuild_registry

Inspection = Callable[[Installation, Oracle], Awaitable[None]]

CLIENTS = 4
_FIRST_ACKNOWLEDGED = 240.0
_RECOVERY_SECONDS = 180.0
_AGREEMENT_SECONDS = 180.0
_LONGEST_PAUSE = 3.0


@dataclass
class Result:
    """The result of a run: what was injected, what was acknowledged, and what differs."""

    seed: int
    injected: Counter[str] = field(default_factory=Counter)
    impossible: Counter[str] = field(default_factory=Counter)
    ledger: Ledger = field(default_factory=Ledger)
    slowest: float = 0.0
    """The longest time in seconds from the end of a fault until commands were acknowledged again."""
    differences: list[str] = field(default_factory=list)


async def run_chaos(
    folder: Path,
    *,
    seed: int,
    faults: int,
    seconds: float,
    longest: float,
    report: Callable[[str], None],
    inspect: Inspection | None = None,
) -> Result:
    """Run the installation in an empty folder with load and so many faults, and compare afterwards.

    No fault begins after ``seconds``; a fault lasts ``longest`` seconds at most. ``inspect`` receives the installation
    and its oracle if nothing differs.
    """
    result, chance = Result(seed), random.Random(seed)
    async with run_installation(folder) as at:
        clients = [Client(at, result.ledger, random.Random(f"{seed}/{nth}")) for nth in range(CLIENTS)]
        tasks = [asyncio.create_task(client.run()) for client in clients]
        try:
            if not await wait_for_progress(result.ledger, CLIENTS, _FIRST_ACKNOWLEDGED):
                result.differences.append("no command was acknowledged after the start")
                return result
            until = time.monotonic() + seconds
            for nth, fault in enumerate(draw(seed, faults, longest=longest), 1):
                if time.monotonic() > until:
                    break
                if not possible(fault, at):
                    result.impossible[fault.kind] += 1
                    continue
                report(f"{nth}: {fault}, {result.ledger.acknowledged} acknowledged")
                if not await _survives(fault, at, result, chance):
                    break
            for client in clients:
                client.stopping = True
            await asyncio.wait_for(asyncio.gather(*tasks), _RECOVERY_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        report(f"{result.ledger.acknowledged} commands acknowledged, answers {dict(result.ledger.answers)}")
        result.differences += [*result.ledger.refused[:20], *await _agreement(at, result.ledger, report)]
        if not result.differences:
            result.differences = await rebuild_registry(at)
        if inspect is not None and not result.differences:
            await inspect(at, Oracle(at, result.ledger))
    return result


async def _survives(fault: Fault, at: Installation, result: Result, chance: random.Random) -> bool:
    await inject(fault, at, chance)
    result.injected[fault.kind] += 1
    ended = time.monotonic()
    if not await wait_for_progress(result.ledger, CLIENTS, _RECOVERY_SECONDS):
        result.differences.append(f"no command was acknowledged for {_RECOVERY_SECONDS:.0f} s after {fault}")
        return False
    result.slowest = max(result.slowest, time.monotonic() - ended)
    while any(server.failed_starts for server in at.servers.folder.find_restarts().values()):
        await asyncio.sleep(0.1)
    await asyncio.sleep(chance.uniform(0, _LONGEST_PAUSE))
    return True


async def _agreement(at: Installation, ledger: Ledger, report: Callable[[str], None]) -> list[str]:
    """Compare until nothing differs; return the differences that remain after some minutes."""
    oracle, began = Oracle(at, ledger), time.monotonic()
    while True:
        try:
            found = await oracle.differences()
        except Exception as error:  # a server may still be starting; at the deadline this is the difference
            found = [f"{type(error).__name__}: {error}"]
        elapsed = time.monotonic() - began
        if not found or elapsed > _AGREEMENT_SECONDS:
            report(f"compared for {elapsed:.0f} s, {len(found)} differences")
            return found
        await asyncio.sleep(2)
