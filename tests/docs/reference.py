"""Collects settings, permissions, log events and commands from the code, as the documents must show them.

``python -m tests.docs.reference`` updates the tables of settings, commands and reference data.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from textwrap import fill
from typing import Any

import typer
from pydantic import SecretStr

from chassis.base.settings import Settings
from chassis.service import Role
from contracts.catalogue import catalogue
from contracts.reference.row import what_is_right
from contracts.reference.tables import TABLES
from domnaer.all_services import find_services
from domnaer.command import app
from domnaer.topics.declarations import declared_connections
from services.registry.projections.need_to_know import (
    BETRAYING,
    KINDS,
    ROLE_PERMISSIONS,
    SENSITIVE,
    TABLE,
    CallerRole,
    RecordKind,
    Sight,
)
from tests.docs.pages import HOME, row

ROLES = (Role.API, Role.RELAY, Role.PROJECTOR, Role.ALL)
WHO_SEES_WHAT = HOME / "docs" / "who-sees-what.md"
COMMANDS, OPERATING = HOME / "docs" / "commands.md", HOME / "docs" / "operating.md"
REFERENCE_DATA = HOME / "docs" / "reference-data.md"


def settings_rows() -> list[str]:
    """Return a row for each setting: variable, default, meaning."""
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


def connections() -> dict[str, dict[str, int]]:
    """Return the largest number of connections of a process, by service and role, with the default settings."""
    settings, known = Settings.model_construct(), catalogue()
    return {
        service.name: {str(role.name): declared_connections(service, role, settings, known) for role in ROLES}
        for service in find_services()
    }


def connection_rows() -> list[str]:
    """Return a row for each service: the largest number of connections of a process of each role."""
    return [row(f"`{service}`", *map(str, of_roles.values())) for service, of_roles in connections().items()]


def permissions() -> list[str]:
    """Return every permission that the modules of a service name."""
    found: set[str] = set()
    for source in (HOME / "services").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        service = source.relative_to(HOME / "services").parts[0]
        found.update(re.findall(rf'"({service}\.[a-z]+(?:_[a-z]+)*\.[a-z]+)"', text))
    return sorted(found)


def log_events() -> dict[str, tuple[set[str], set[str]]]:
    """Return every log event that the code writes, with its levels and its fields."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for folder in ("chassis", "services", "domnaer"):
        for source in (HOME / folder).rglob("*.py"):
            tree = ast.parse(source.read_text(encoding="utf-8"))
            functions = [
                node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            for scope in functions:
                for call in ast.walk(scope):
                    if isinstance(call, ast.Call) and (written := _log_call(call, scope)) is not None:
                        event, level, fields = written
                        levels, known = found.setdefault(event, (set(), set()))
                        levels.add(level)
                        known |= {"exception" if field == "exc_info" else field for field in fields}
    return found


def _log_call(call: ast.Call, scope: ast.AST) -> tuple[str, str, set[str]] | None:
    """Return event, level and fields of a call that writes or rewrites a line of the log; None for other calls."""
    if not isinstance(call.func, ast.Attribute):
        return None
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if call.func.attr == "update" and isinstance(named.get("event"), ast.Constant):
        return str(ast.literal_eval(named["event"])), "info", {each for each in named if each} - {"event"}
    logger, fields = call.func.value, set[str]()
    if isinstance(logger, ast.Call) and isinstance(logger.func, ast.Name) and logger.func.id == "get_log":
        fields |= {keyword.arg for keyword in logger.keywords if keyword.arg}
    elif not (isinstance(logger, ast.Name) and logger.id.lower() in ("_log", "log")):
        return None
    if call.func.attr not in ("debug", "info", "warning", "error", "exception"):
        return None
    for keyword in call.keywords:
        fields |= {keyword.arg} if keyword.arg else _keys_of(keyword.value, scope)
    return str(ast.literal_eval(call.args[0])), call.func.attr, fields


def _keys_of(value: ast.expr, scope: ast.AST) -> set[str]:
    """Return the keys of a dict that is passed as ``**name``: of its literal, and of later assignments."""
    assert isinstance(value, ast.Name), ast.unparse(value)
    keys = set[str]()
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == value.id:
                assert isinstance(node.value, ast.Dict), ast.unparse(node)
                keys |= {str(ast.literal_eval(key)) for key in node.value.keys if key is not None}
            elif (
                isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and target.value.id == value.id
            ):
                keys.add(str(ast.literal_eval(target.slice)))
    assert keys, ast.unparse(value)
    return keys


def leaves(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command of ``domnaer`` with its path."""
    command = typer.main.get_command(app) if command is None else command
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, child in inner.items():
        yield from leaves(child, (*path, name))


def command_rows(command: Any) -> list[str]:
    """Return a row for each argument and option of a command."""
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
    """Return the help text of a command."""
    return " ".join((command.help or "").split())


def command_sections() -> str:
    """Return the sections of all commands."""
    sections = []
    for path, command in leaves():
        section = f"## domnaer {' '.join(path)}\n\n{summary(command)}\n"
        if rows := command_rows(command):
            section += "\n| argument or option | means |\n|---|---|\n" + "".join(f"{each}\n" for each in rows)
        sections.append(section)
    return "\n".join(sections)


def reference_tables() -> str:
    """Return the sections of the tables of the reference data: each column with its meaning and the right values."""
    sections = []
    for name, model in TABLES.items():
        rows = [
            row(f"`{column}`", str(field.description), what_is_right(model, column))
            for column, field in model.model_fields.items()
        ]
        about = " ".join((model.__doc__ or "").split())
        if model.always:
            keys = ", ".join(f"`{', '.join(key)}`" for key in sorted(model.always))
            about += "\n\n" + fill(f"On every day a row must hold of each of these: {keys}.", 130)
        head = f"### `{name}.csv`\n\n{about}\n\n| column | meaning | right values |\n|---|---|---|\n"
        sections.append(head + "".join(f"{each}\n" for each in rows))
    return "\n".join(sections)


def who_sees_what() -> str:
    """Return the sections of the table of need to know: kinds by roles, sensitive cases, and fields that betray."""
    marks = [*ROLE_PERMISSIONS]
    lines = [
        "## Kinds of records",
        "",
        row("kind", CallerRole.EVERYONE, *marks),
        row(*["---"] * (len(marks) + 2)),
    ]
    for kind, sights in TABLE.items():
        of_all = sights.get(CallerRole.EVERYONE, Sight.NOTHING)
        lines.append(row(kind, of_all, *(sights.get(role, of_all) for role in marks)))
    lines += ["", "## Roles", "", row("role", "a caller with the permission"), row("---", "---")]
    lines += [row(role, f"`{permission}`") for role, permission in ROLE_PERMISSIONS.items()]
    lines += [
        "",
        "A caller has every role that their permissions give. Whoever has `<service>.event.correct_any` sees all records of",
        "that service, except restricted cases and screenings.",
        "",
        "## Types of events",
        "",
        row("kind", "types"),
        row("---", "---"),
    ]
    for kind in RecordKind:
        types = ", ".join(f"`{wire}`" for wire, known in KINDS.items() if known is kind)
        lines.append(row(kind, types))
    sensitive = ", ".join(f"`{each}`" for each in sorted(SENSITIVE))
    lines += ["", "## Sensitive categories of assistance cases", "", fill(f"{sensitive}.", 130), ""]
    lines += [
        "## Values that betray",
        "",
        "The office of the record and the named roles see these values. All others see a value that says nothing, as if none",
        "had been stated.",
        "",
        row("type", "field", "values", "shown to", "others see"),
        row(*["---"] * 5),
    ]
    for rule in BETRAYING:
        values = ", ".join(f"`{value}`" for value in sorted(rule.values))
        roles = ", ".join(role for role in CallerRole if role in rule.roles)
        lines.append(row(f"`{rule.wire}`", f"`{rule.field}`", values, roles, f"`{rule.otherwise}`"))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the tables of settings, of connections, of commands, of the reference data and of need to know."""
    before = WHO_SEES_WHAT.read_text(encoding="utf-8").partition("## Kinds of records\n")[0]
    WHO_SEES_WHAT.write_text(before + who_sees_what(), encoding="utf-8")
    page = REFERENCE_DATA.read_text(encoding="utf-8").partition("\n## Tables\n")[0]
    REFERENCE_DATA.write_text(f"{page}\n## Tables\n\n{reference_tables()}", encoding="utf-8")
    before = COMMANDS.read_text(encoding="utf-8").partition("\n## domnaer ")[0]
    COMMANDS.write_text(f"{before}\n{command_sections()}", encoding="utf-8")
    text = OPERATING.read_text(encoding="utf-8")
    head, title, rest = text.partition("\n## Settings\n")
    section, following, after = rest.partition("\n## ")
    lines = section.splitlines(keepends=True)
    first = next(nth for nth, line in enumerate(lines) if line.startswith("| `"))
    kept = [line for line in lines[first:] if not line.startswith("| `")]
    section = "".join([*lines[:first], *(f"{each}\n" for each in settings_rows()), *kept])
    text = head + title + section + following + after
    head, title, rest = text.partition("\n### Connections to PostgreSQL\n")
    section, following, after = rest.partition("\n### ")
    lines = [line for line in section.splitlines(keepends=True) if not line.startswith("| `")]
    first = lines.index("|---|---|---|---|---|\n") + 1
    section = "".join([*lines[:first], *(f"{each}\n" for each in connection_rows()), *lines[first:]])
    OPERATING.write_text(head + title + section + following + after, encoding="utf-8")


if __name__ == "__main__":
    main()
