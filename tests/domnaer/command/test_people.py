"""The people of the demo have the permissions of all routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from chassis.access.permissions import permissions_of
from chassis.commands.routes import handler_permissions
from contracts.codes.missions import MISSIONS
from contracts.codes.places import CHECKPOINTS, COUNTRIES, PROVINCES
from domnaer.all_services import find_services
from domnaer.demo import wording
from domnaer.demo.accounts import LOADER, demo_people, demo_programs

NO_ROUTE_NAMES_THEM = ("event.correct", "event.correct_any", "history.load", "audit.read")
"""Permissions of the chassis for every service: its routes for corrections and its pages of the audit are made when the service
starts."""
NOBODY_NEEDS_IT: frozenset[str] = frozenset()


def of_routes() -> set[str]:
    """Every permission that a route or page of a service names."""
    found: set[str] = set()
    for service in find_services():
        routes: list[Any] = [*service.routes.routes]
        if service.pages is not None:
            routes += service.pages.routes
        for route in each_of(routes):
            found |= permissions_of(route)
            if (needed := handler_permissions.get(route.endpoint)) is not None:
                found.add(needed.name)
    return found


def each_of(routes: Iterable[Any]) -> Iterator[Any]:
    """Yield the routes, those of included routers too."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from each_of(router.routes)
        else:
            yield route


def of_people() -> set[str]:
    """Return every permission of the demo's people, except those of the chassis."""
    everybody = [*demo_people(), *demo_programs()]
    held = {permission for person in everybody for permission in person.permissions}
    return {each for each in held if not each.endswith(NO_ROUTE_NAMES_THEM)}


def test_every_permission_of_the_demo_people_is_used_by_a_route() -> None:
    assert of_people() - of_routes() == set()


def test_every_permission_of_routes_belongs_to_a_person_of_the_demo() -> None:
    routes = {each for each in of_routes() if not each.endswith(NO_ROUTE_NAMES_THEM)}
    assert routes - of_people() == NOBODY_NEEDS_IT


def test_the_loader_may_load_in_all_services_and_cannot_sign_in() -> None:
    (loader,) = demo_programs()
    publishing = [service.name for service in find_services() if service.publishes is not None]
    assert loader.id == LOADER
    assert {f"{name}.history.load" for name in publishing} <= loader.permissions
    assert loader not in demo_people()


def test_only_the_loader_may_load_history() -> None:
    assert [
        person.id
        for person in demo_people()
        if any(each.endswith("history.load") for each in person.permissions)
    ] == []


def test_names_are_in_both_scripts_and_reach_is_in_codes() -> None:
    for person in demo_people():
        assert person.name_en.isascii()
        assert any("\u1780" <= letter <= "\u17ff" for letter in person.name_km)
        assert person.reach.posts <= set(CHECKPOINTS)
        assert person.reach.countries <= set(COUNTRIES)
        assert person.reach.provinces <= set(PROVINCES)


def test_people_named_in_history_exist_and_have_the_reach() -> None:
    people = {person.id: person for person in demo_people()}
    for mission, name in wording.ATTACHES.items():
        assert people[name].reach.countries == {MISSIONS[mission].country}
    for province, name in wording.COUNSELLORS.items():
        assert people[name].reach.provinces == {province}
