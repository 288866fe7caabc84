"""``python -m tests.lives FILE --folder DATA``: play the lives of a file in a running instance.

It prints each expectation that is not met, with the life, the order and what was found; exit code 1 if there is any.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from domnaer.configuration import NothingRuns, Surroundings, find_surroundings
from tests.lives.installation import NotSettled, open_installation
from tests.lives.lives import Life, read_lives
from tests.lives.notation import NotUnderstood
from tests.lives.player import Order, Unmet, play_lives


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


async def play(around: Surroundings, lives: list[Life], orders: list[Order]) -> list[Unmet]:
    """Play lives, print what is not met, and return it."""
    assert around.url is not None and around.folder is not None
    unmet: list[Unmet] = []
    async with open_installation(around.settings, around.url, around.folder.issuer) as installation:
        async for each in play_lives(installation, lives, orders):
            say(str(each))
            unmet += [] if each.welcome else [each]
    return unmet


def lives_parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    parser = argparse.ArgumentParser(prog="lives", description=__doc__)
    parser.add_argument("file", type=Path, help="a file of lives, such as tests/lives/cases.yaml")
    parser.add_argument("--folder", type=Path, required=True, help="the data folder of the running instance")
    parser.add_argument("--life", help="play only the life of this id")
    parser.add_argument("--order", choices=["given", "reverse"], help="play only in this order")
    return parser


def main() -> int:
    """Play the lives of a file; return the exit code."""
    asked = lives_parser().parse_args()
    try:
        lives = [life for life in read_lives(asked.file) if asked.life in (None, life.id)]
        around = find_surroundings(asked.folder, {})
    except (NothingRuns, NotUnderstood, OSError) as error:
        say(str(error))
        return 2
    if not lives or around.url is None:
        say(
            f"{asked.file} has no life {asked.life}"
            if not lives
            else f"no service answers for {asked.folder}"
        )
        return 2
    orders = [order for order in Order if asked.order is None or order.name.lower() == asked.order]
    try:
        unmet = asyncio.run(play(around, lives, orders))
    except NotSettled as error:
        say(str(error))
        return 2
    failed = {(each.life, each.order) for each in unmet}
    say(f"{len(lives) * len(orders)} plays, {len(failed)} with {len(unmet)} expectations that are not met")
    return 1 if unmet else 0


if __name__ == "__main__":
    sys.exit(main())
