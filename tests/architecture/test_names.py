"""One name everywhere: folder, contract, topic, database, prefix, permissions, consumer groups, tests, compose."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.access.permissions import permissions_of
from chassis.commands.routes import handler_permissions
from chassis.service import Service
from contracts.catalogue import catalogue, modules, owner
from domnaer.all_services import find_services

ROOT = Path(__file__).parents[2]
SERVICES = find_services()
COMPOSE = ROOT / "docker-compose.yml"


def permissions(service: Service) -> set[str]:
    """The permissions that the routes and pages of a service name."""
    routes = [*service.routes.routes, *(service.pages.routes if service.pages is not None else ())]
    return {found for route in routes for found in (*permissions_of(route), *_of_command(route))}


def _of_command(route: Any) -> Iterator[str]:
    found = handler_permissions.get(getattr(route, "endpoint", None))
    if found is not None:
        yield found.name


def test_every_folder_of_services_declares_a_service_of_its_name() -> None:
    folders = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").exists())
    assert [service.name for service in SERVICES] == folders


def test_every_service_that_publishes_has_its_contract_of_the_same_name() -> None:
    for service in SERVICES:
        if service.publishes is not None:
            assert service.publishes.__name__ == f"contracts.{service.name}"


def test_every_contract_that_publishes_belongs_to_a_service() -> None:
    assert {module.__name__.rpartition(".")[2] for module in modules()} <= {
        service.name for service in SERVICES
    }


def test_every_topic_is_named_for_its_service() -> None:
    for module in modules():
        topic: str = module.TOPIC
        assert topic == f"domnaer.{module.__name__.rpartition('.')[2]}.v1"


def test_every_event_is_named_for_its_service() -> None:
    for fact in catalogue():
        assert owner(fact.wire) == fact.__module__.rpartition(".")[2]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_permission_begins_with_its_service(service: Service) -> None:
    others = {found for found in permissions(service) if not found.startswith(f"{service.name}.")}
    # A page of one service may show what another's permission opens; a route never.
    assert others == set()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_has_its_tests(service: Service) -> None:
    assert list((ROOT / "tests" / service.name).glob("test_*.py"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_consumer_groups_begin_with_their_service(service: Service) -> None:
    sources = [path.read_text() for path in (ROOT / "services" / service.name).rglob("*.py")]
    named = {
        found for source in sources for found in re.findall(r'"([a-z]+)\.[a-z_]+", \[[a-z]+\.TOPIC', source)
    }
    assert named <= {service.name}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_migrations_are_the_services_own(service: Service) -> None:
    if service.migrations is not None:
        assert service.migrations == f"services.{service.name}.migrations"
        assert importlib.import_module(service.migrations)


def test_every_service_has_an_entry_in_compose_and_no_other_claims_to_be_one() -> None:
    entries = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    served = {
        name
        for name, entry in entries.items()
        if "serve" in str(entry.get("command", "")) and "domnaer" in str(entry.get("image", "")) + str(entry)
    }
    assert {service.name for service in SERVICES} <= set(entries)
    assert served <= {service.name for service in SERVICES}


def test_every_folder_of_modules_is_a_package() -> None:
    packages = ("contracts", "chassis", "services", "domnaer")
    folders = {path.parent for package in packages for path in (ROOT / package).rglob("*.py")}
    # Without __init__.py the import contracts would pass the folder over.
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
