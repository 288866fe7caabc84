"""What the documents must say of settings, permissions and commands, as the code has them.

``python -m tests.docs.reference`` brings the tables of settings and commands up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer
from pydantic import SecretStr

from chassis.base.settings import Settings
from domnaer.command import app
from tests.docs.pages import HOME, row

COMMANDS, OPERATING = HOME / "docs" / "commands.md", HOME / "docs" / "operating.md"


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


def command_rows(command: Any) -> list[str]:
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


def command_sections() -> str:
    """The sections of all commands."""
    sections = []
    for path, command in leaves():
        section = f"## domnaer {' '.join(path)}\n\n{summary(command)}\n"
        if rows := command_rows(command):
            section += "\n| argument or option | means |\n|---|---|\n" + "".join(f"{each}\n" for each in rows)
        sections.append(section)
    return "\n".join(sections)


def main() -> None:
    """Write the tables of settings and of commands."""
    before = COMMANDS.read_text(encoding="utf-8").partition("\n## domnaer ")[0]
    COMMANDS.write_text(f"{before}\n{command_sections()}", encoding="utf-8")
    text = OPERATING.read_text(encoding="utf-8")
    head, title, rest = text.partition("\n## Settings\n")
    section, following, after = rest.partition("\n## ")
    lines = section.splitlines(keepends=True)
    first = next(nth for nth, line in enumerate(lines) if line.startswith("| `"))
    kept = [line for line in lines[first:] if not line.startswith("| `")]
    section = "".join([*lines[:first], *(f"{each}\n" for each in settings_rows()), *kept])
    OPERATING.write_text(head + title + section + following + after, encoding="utf-8")


if __name__ == "__main__":
    main()
