"""Collects the published names of the project: see ``test_frozen_interfaces.py``."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import chassis
import contracts
import domnaer
import services
from chassis.access.permissions import permissions_of
from chassis.base.settings import Settings
from chassis.commands.routes import CommandRoute, handler_permissions
from chassis.http.problems import HTTP_TITLES
from chassis.projections.read_models import ReadModels
from chassis.service import RunningService, Service
from chassis.store.monitor import DatabaseMonitor
from contracts.refusal import Refusal
from domnaer.all_services import find_services

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("frozen_interfaces.json")
_TWO_PART_NAME = re.compile(r"[a-z]+\.[a-z_]+")
_LOG_CALLS = {"debug", "info", "warning", "error", "exception"}


@cache
def documents() -> dict[str, Any]:
    """The OpenAPI documents by service."""
    return {service.name: _application(service).openapi() for service in find_services()}


@cache
def current() -> dict[str, Any]:
    """The published names by kind."""
    return {
        "operations": {
            name: {
                f"{method.upper()} {path}": operation["operationId"]
                for path, methods in sorted(document["paths"].items())
                for method, operation in sorted(methods.items())
            }
            for name, document in documents().items()
        },
        "components": {
            name: sorted(document["components"]["schemas"]) for name, document in documents().items()
        },
        "permissions": sorted(
            {
                each
                for service in find_services()
                for route in _routes(service)
                for each in _permissions(route)
            }
        ),
        "problems": sorted(
            {kind.code for kind in _refusals()} | {name for name, _, _ in HTTP_TITLES.values()}
        ),
        "refusal_reasons": sorted({kind.reason() for kind in _refusals()}),
        "audit_actions": sorted(set(_audit_actions())),
        "consumer_groups_and_outlets": sorted(set(_consumer_groups())),
        "log_fields": sorted(set(_log_fields())),
    }


def _application(service: Service) -> Any:
    running = RunningService(
        service, Settings(handle_key="x" * 32, session_key="x" * 32, environment="embedded")
    )  # type: ignore[arg-type]
    running._serve(
        SimpleNamespace(read_models=ReadModels(), monitor=DatabaseMonitor("", service.name), opened=None)
    )  # type: ignore[arg-type]
    return running.app


def _routes(service: Service) -> list[Any]:
    return [*service.routes.routes, *(service.pages.routes if service.pages is not None else ())]


def _permissions(route: Any) -> Iterator[str]:
    yield from permissions_of(route)
    if (found := handler_permissions.get(getattr(route, "endpoint", None))) is not None:
        yield found.name


def _refusals() -> set[type[Refusal]]:
    for package in (chassis, contracts, services, domnaer):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: set[type[Refusal]] = set()
    waiting = [Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.partition(".")[0] in ("chassis", "contracts", "services", "domnaer"):
                found.add(kind)
    return found


def _sources(*packages: str) -> Iterator[ast.Module]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def _audit_actions() -> Iterator[str]:
    for service in find_services():
        for route in _routes(service):
            if isinstance(route, CommandRoute) or (
                "POST" in getattr(route, "methods", ())
                and route in (service.pages.routes if service.pages else ())
            ):
                yield route.name
        for bulk in service.routes.bulks.values():
            yield bulk.action
    for module in _sources("chassis", "services", "domnaer"):
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name in ("look", "refused", "look_at") or any(k.arg == "action" for k in node.keywords):
                    values = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "action")]
                    yield from (each.value for each in values if _is_text(each))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                arguments = [*node.args.args, *node.args.kwonlyargs]
                defaults = [None] * (len(node.args.args) - len(node.args.defaults)) + list(node.args.defaults)
                for argument, default in zip(arguments, [*defaults, *node.args.kw_defaults], strict=True):
                    if argument.arg == "action" and default is not None and _is_text(default):
                        yield default.value


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()


def _consumer_groups() -> Iterator[str]:
    names = {service.name for service in find_services()}
    for module in _sources("services"):
        for node in ast.walk(module):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _TWO_PART_NAME.fullmatch(node.value)
                and node.value.partition(".")[0] in names
            ):
                yield node.value


def _log_fields() -> Iterator[str]:
    for module in _sources("chassis", "services", "domnaer"):
        for node in ast.walk(module):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _LOG_CALLS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id.lower() in ("_log", "log")
            ):
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)


if __name__ == "__main__":
    FILE.write_text(json.dumps(current(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
