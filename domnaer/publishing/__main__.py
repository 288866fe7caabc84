"""``python -m domnaer.publishing``: write the generated files, or list what is stale or incompatible."""

from __future__ import annotations

from typing import Annotated

import typer

from domnaer.command.terminal import errors, fail, said
from domnaer.publishing.files import Generated, write
from domnaer.publishing.messages import translated
from domnaer.publishing.samples import SampleMissing

Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail if a file is stale or a change is incompatible.")
]


def publish(check: Check = False) -> None:
    """Generate the published files from contracts/: schemas, code lists, AsyncAPI document, event reference."""
    try:
        made = Generated.fresh()
    except SampleMissing as missing:
        fail(str(missing))
    settle(made, check=check)


def settle(made: Generated, *, check: bool) -> None:
    """Write the generated files, or fail if some are stale; fail in both cases if a change is incompatible."""
    broken = made.incompatible()
    if broken:
        for line in broken:
            errors.print(line, markup=False)
        fail(
            f"incompatible changes: {len(broken)}; nothing is written. (You may delete the schema file of an event that"
            " no office has ever recorded; it is then written again.)"
        )
    for each in translated():
        said(
            f"{each.language}: {each.messages} messages, {len(each.missing)} without a translation,"
            f" {each.not_confirmed} not confirmed by a native reader"
        )
    stale = made.stale()
    if not check:
        write(made)
        said(f"{len(made.files)} files, of which {len(stale)} changed")
    elif stale:
        for path in stale:
            errors.print(f"stale: {path}", markup=False)
        fail(
            "generated files are stale: run python -m domnaer.publishing and commit the files that it writes"
        )
    elif missing := [text for each in translated() for text in each.missing]:
        for text in missing:
            errors.print(f"not translated: {text}", markup=False)
        fail("messages without a translation: write it into the catalogue (docs/khmer.md)")


if __name__ == "__main__":
    typer.run(publish)
