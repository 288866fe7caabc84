"""What the documents must say of settings, permissions and commands, as the code has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer
from pydantic import SecretStr

from chassis.settings import Settings
from domnaer.command import app
from tests.docs.pages import HOME, row


def settings_rows() -> list[str]:
    """A row for each setting: variable, default, meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        if field.is_required():
            shown = "none"
        elif default is None:
            shown = "unset"
        else:
            shown = f"`{default.get_secret_value() if isinstance(default, SecretStr) else default}`"
        rows.append(row(f"`DOMNAER_{name.upper()}`", shown, str(field.description)))
    return rows


def permissions() -> list[str]:
    """Every permission that a route of a service names."""
    found: set[str] = set()
    for source in (HOME / "services").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        service = source.relative_to(HOME / "services").parts[0]
        found.update(re.findall(rf'"({service}\.[a-z]+(?:_[a-z]+)*\.[a-z]+)"', text))
    return sorted(found)


def leaves(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of ``domnaer`` with its path."""
    command = typer.main.get_command(app) if command is None else command
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, child in inner.items():
        yield from leaves(child, (*path, name))


def command_rows(path: tuple[str, ...], command: Any) -> list[str]:
    """A row for each argument and option of a command."""
    rows = []
    for parameter in command.params:
        if parameter.name == "help":
            continue
        if parameter.param_type_name == "argument":
            shown = parameter.name.upper()
        else:
            shown = ", ".join(f"`{option}`" for option in parameter.opts)
        rows.append(row(shown, " ".join((parameter.help or "").split())))
    return rows


def summary(command: Any) -> str:
    """What a command does, as its help says."""
    return " ".join((command.help or "").split())
