"""The command ``domnaer``; each subcommand has its own module."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pkgutil import resolve_name
from typing import Any

import typer
from typer.core import TyperGroup

from chassis.base.garbage_collection import PAGE_OF_OBJECTS

_SUBCOMMANDS = {
    "up": "up:up",
    "demo": "demo:demo",
    "serve": "serve:serve",
    "migrate": "serve:migrate_all",
    "status": "status:status",
    "rebuild": "rebuild:rebuild",
    "token": "token:token",
    "sealing-key": "sealing_key:sealing_key",
    "dead-letters": "dead_letters:app",
    "events": "events:app",
    "kafka": "kafka:app",
    "reference": "reference:app",
    "uploads": "uploads:app",
}
"""For each subcommand: its module, and in it the function of the command or the application of a group of commands."""


class Subcommands(Mapping[str, Any]):
    """The subcommands by name. The module of one is imported when that one is asked for: some take two seconds."""

    def __getitem__(self, name: str) -> Any:
        found = resolve_name(f"{__name__}.{_SUBCOMMANDS[name]}")
        alone = typer.Typer()
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=name)
        else:
            alone.command(name)(found)
        return typer.main.get_group(alone).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_SUBCOMMANDS)

    def __len__(self) -> int:
        return len(_SUBCOMMANDS)


class _LazyGroup(TyperGroup):
    """A group that looks its commands up in :class:`Subcommands`."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": Subcommands()})


app = typer.Typer(
    name="domnaer",
    cls=_LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def domnaer() -> None:
    """Cambodia's registry of labour-migration journeys: run it, load the demo, operate it."""


def main() -> None:
    """Run the command. What modules create at their import stays: with the defaults, looking for garbage there takes 0.2 s."""
    gc.set_threshold(PAGE_OF_OBJECTS)
    app()
