"""``python -m tests.chaos``: a chaos run with its arguments; exit code 1 if anything differs."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import run_chaos


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run, and print the seed, the faults and the differences."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3600, help="no fault begins later")
    parser.add_argument("--longest", type=float, default=8.0, help="the longest fault in seconds")
    parser.add_argument("--folder", type=Path, help="an empty folder that is kept; a temporary one if absent")
    asked = parser.parse_args()
    say(f"seed {asked.seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="domnaer-chaos-", ignore_cleanup_errors=True) as temporary:
        result = asyncio.run(
            run_chaos(
                asked.folder or Path(temporary),
                seed=asked.seed,
                faults=asked.faults,
                seconds=asked.seconds,
                longest=asked.longest,
                report=lambda words: say(f"{time.monotonic() - began:7.1f} s  {words}"),
            )
        )
    say(f"injected {sum(result.injected.values())}: {dict(result.injected)}")
    if result.impossible:
        say(f"not possible here, because this user may not mount a file system: {dict(result.impossible)}")
    say(f"slowest recovery {result.slowest:.1f} s")
    for difference in result.differences:
        say(difference)
    say(f"seed {asked.seed}: " + ("FAILED" if result.differences else "nothing lost, nothing twice"))
    return 1 if result.differences else 0


if __name__ == "__main__":
    sys.exit(main())
