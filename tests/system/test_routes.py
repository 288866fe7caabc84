"""Every route names a permission or the reason why it is open; every query of a person takes the caller's reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import BaseRoute, Mount

from chassis.access.permissions import PagePermission, Permission, open_because, permissions_of
from chassis.commands.routes import handler_permissions
from domnaer.demo.accounts import demo_people, demo_programs
from tests.system.journey import Traveller, record_journey
from tests.system.running_system import RunningSystem, permissions

SERVICES = Path(__file__).parents[2] / "services"
WITHOUT_SIGNATURE = {
    "/openapi.json": "the interface as documented; it says nothing of anybody",
    "/static": "style sheet and script",
    "/static/interface": "the documentation's own files",
    "/language/{language}": "a cookie with two letters",
    "/choices/{name}": "code lists, which are published standards",
    "/pages/samples": "components with invented values, where the demo runs",
    "/session": "the seconds that the caller's own session has left",
}
"""Routes that are not FastAPI's and cannot say in a signature why they are open."""

BEYOND_REACH = {
    "registry.reading.find_node": "a number's node; who asks reads the worker within reach next, or nothing",
    "registry.reading.fold_worker": "today's number of a worker who was read within reach before",
    "registry.lists.summaries": "rows of workers whom find_people found within reach",
    "registry.lists.with_hidden_records": "of workers whom find_people found within reach",
    "registry.lists.without_number": "asked for callers with national reach alone",
    "registry.figures.figures_by_year": "counts of nobody in particular, by a permission of their own",
    "registry.lists.states_document": "whether records that the caller sees state a document that the caller gave",
    "border.workers.find_worker": "the check at a booth: it answers what to do, never the history",
    "border.periods.find_of_period": "the posts of the period are those of the caller's reach",
    "border.periods.count_of_period": "the posts of the period are those of the caller's reach",
    "border.periods.find_of_handover": "of a handover that was found within reach",
    "border.periods.count_of_handover": "of a handover that was found within reach",
    "consular.case_lists.count_for_digest": "counts of a mission for its digest, which the service sends by itself",
    "border.screenings.find_not_asked": "the posts of the period are those of the caller's reach",
    "border.screenings.count_not_asked": "the posts of the period are those of the caller's reach",
    "border.screenings.find_groups_not_asked": "the posts of the period are those of the caller's reach",
    "registry.ticks.latest_ticks": "of workers whom find_people found within reach",
    "consular.colleagues.find_colleagues": "names of officers, not of workers",
    "recruitment.agencies.find_agencies": "an agency is about no worker",
    "recruitment.agencies.letters_of_agencies": "an agency is about no worker",
    "reintegration.following.find_followed": "names of cases for rows of an upload; each row is decided within reach",
    "reintegration.following.find_reached": "what cases follow in the background; nothing of it is answered",
    "reintegration.following.find_numbers": "what cases follow in the background; nothing of it is answered",
    "reintegration.background.find_background": "of the returnee of a case that was found within reach",
    "reintegration.vacancies.find_vacancies": "a vacancy is about no worker",
    "reintegration.vacancies.find_vacancy": "a vacancy is about no worker",
    "reintegration.vacancies.find_offers": "a vacancy is about no worker; the command on the case is decided within reach",
    "reintegration.employers.find_employers": "an employer in Cambodia is about no worker; counsellors place workers in every province",
    "reintegration.employers.letters_of_employers": "an employer in Cambodia is about no worker; counsellors place workers in every province",
    "skills.workers.find_experience": "of the worker of an application within reach, or being opened within reach",
    "skills.workers.find_case": "its person's application is opened within reach, and refused unseen elsewhere",
    "skills.workers.known_of": "what uploads and referrals rest on; nothing of it is answered",
    "registry.what_if.received_so_far": "what a preview is made from; the worker is read within reach before and after it",
    "registry.what_if.rolled_back": "a transaction, not a look",
    "registry.what_if.read_as_if": "the function that it calls reads the worker within reach",
    "registry.slices.begin_settling": "a build, not a look: nothing of it is answered",
    "registry.slices.settle_slices": "a build, not a look: nothing of it is answered",
    "registry.slices.end_settling": "makes a build's indexes",
    "registry.comparison.settle_both": "settles two builds before they are compared",
}
"""Queries that take no reach, each with the reason."""


def walk(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """Yield all routes with their paths, including those of mounted applications."""
    for route in routes:
        path = prefix + getattr(route, "path", "")
        included = getattr(route, "effective_candidates", None)  # a router that was included
        mounted = getattr(getattr(route, "app", None), "routes", None) if isinstance(route, Mount) else None
        if included is not None:
            yield from walk(included(), prefix)
        elif mounted:
            yield from walk(mounted, path)
        else:
            yield path, route


def system_routes(system: RunningSystem) -> list[tuple[str, BaseRoute]]:
    """Return every route that the system serves."""
    middleware: Any = system.requests_seen._app
    return list(walk(middleware._app.routes))


def required_permissions(route: BaseRoute) -> frozenset[str]:
    """Return the permissions that a route requires."""
    of_command = handler_permissions.get(getattr(route, "endpoint", None))
    return permissions_of(route) | ({of_command.name} if of_command is not None else frozenset())


def test_every_route_names_a_permission_or_says_why_it_is_open(system: RunningSystem) -> None:
    routes = system_routes(system)
    assert len(routes) > 150 and {"/sign-in", "/", "/border/crossings"} <= {path for path, _ in routes}
    unguarded = [
        path
        for path, route in routes
        if not required_permissions(route)
        and not open_because(route)
        and not any(path == known or path.endswith(known) for known in WITHOUT_SIGNATURE)
    ]
    assert unguarded == []


def test_no_route_is_open_and_needs_a_permission(system: RunningSystem) -> None:
    assert [
        path for path, route in system_routes(system) if required_permissions(route) and open_because(route)
    ] == []


def test_the_open_routes_are_few_and_say_why(system: RunningSystem) -> None:
    found = {path: open_because(route) for path, route in system_routes(system) if open_because(route)}
    services = tuple(f"/{name}/" for name in system.services)
    of_all = {"health", "docs", "redoc"}
    files = {f"/{name}/pages/exports/{{export_id}}" for name in system.services}
    assert {path for path in found if not (path.startswith(services) and path.split("/")[2] in of_all)} == {
        "/",
        "/health",
        "/metrics",
        "/sign-in",
        "/sign-out",
        "/border/offline/records",
        "/border/pages/manifest.webmanifest",
        "/border/pages/offline",
        "/border/pages/offline/en",
        "/border/pages/offline/files/{name}",
        "/border/pages/offline/key",
        "/border/pages/offline/km",
        "/border/pages/sw.js",
        *(f"{path}{end}" for path in files for end in ("", "/cancel", "/file")),
    }


def test_pages_accept_sessions_and_apis_accept_tokens(system: RunningSystem) -> None:
    """No cookie opens an interface, so that no other site's form can speak for an officer."""
    mixed = []
    for path, route in system_routes(system):
        dependant = getattr(route, "dependant", None)
        if dependant is not None and required_permissions(route):
            by_cookie = {isinstance(call, PagePermission) for call in _permissions(dependant)} or {False}
            if by_cookie != {"/pages/" in f"{path}/"}:
                mixed.append(path)
    assert mixed == []


def _permissions(dependant: Any) -> Iterator[Permission]:
    if isinstance(dependant.call, Permission):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _permissions(inner)


def test_the_permissions_of_the_demo_people_are_those_of_the_routes() -> None:
    asked = permissions() | {f"{path.name}.history.load" for path in SERVICES.iterdir()}
    granted = {each for person in (*demo_people(), *demo_programs()) for each in person.permissions}
    assert granted <= asked
    assert permissions() <= granted, "somebody of the demo can try everything"


# --- reach


def queries(folder: Path) -> dict[str, ast.AsyncFunctionDef]:
    """The queries of a service's projections, by module and name."""
    return {
        f"{module.stem}.{node.name}": node
        for module in sorted((folder / "projections").glob("*.py"))
        for node in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef)
    }


def asked_outside(folder: Path) -> set[str]:
    """Return the names that the other modules of a service import from its projections, except in ``main.py``."""
    found = set()
    for module in sorted(folder.rglob("*.py")):
        if module.name == "main.py" or module.parent.name == "projections":
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and ".projections" in (node.module or ""):
                stem = str(node.module).rpartition(".")[2]
                found |= {f"{stem}.{alias.name}" for alias in node.names}
    return found


def takes_reach(query: ast.AsyncFunctionDef) -> bool:
    """Return whether a query has a parameter of the type Reach, or of the type Caller, which has a reach."""
    arguments = [*query.args.posonlyargs, *query.args.args, *query.args.kwonlyargs]
    hints = [each.annotation.id for each in arguments if isinstance(each.annotation, ast.Name)]
    return "Reach" in hints or "Caller" in hints


def reachless(folder: Path) -> set[str]:
    """Return the queries of a service that other modules use and that do not take the caller's reach."""
    asked = asked_outside(folder)
    return {
        f"{folder.name}.{name}"
        for name, query in queries(folder).items()
        if name in asked and not takes_reach(query)
    }


FOLDERS = sorted(path for path in SERVICES.iterdir() if (path / "projections").is_dir())


def test_every_query_takes_the_callers_reach_or_is_an_exception() -> None:
    found = set().union(*(reachless(folder) for folder in FOLDERS))
    assert found - set(BEYOND_REACH) == set()


def test_every_exception_is_a_query_without_reach() -> None:
    found = set().union(*(reachless(folder) for folder in FOLDERS))
    assert set(BEYOND_REACH) - found == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_service_has_queries_with_reach(folder: Path) -> None:
    asked = asked_outside(folder)
    assert any(takes_reach(query) for name, query in queries(folder).items() if name in asked)


def test_a_planted_query_without_reach_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    (folder / "projections").mkdir(parents=True)
    (folder / "projections" / "cases.py").write_text(
        "async def find_case(pool: Pool, case_id: UUID): ...\n"
        "async def find_cases(pool: Pool, reach: Reach): ...\n"
        "async def settle(pool: Pool): ...\n"
    )
    (folder / "api.py").write_text("from services.planted.projections.cases import find_case, find_cases\n")
    assert reachless(folder) == {"planted.cases.find_case"}


def test_records_beyond_reach_are_not_found(system: RunningSystem) -> None:
    """An attaché in Seoul finds neither a case of Bangkok nor a returnee of Battambang nor a crossing at Poipet."""
    records = record_journey(system, Traveller("PEN RAKSMEY", "ប៉ែន រស្មី"))
    of = records.by_service
    assert system.get(f"/consular/cases/{of['consular']['case_id']}", "attache-seoul").status_code == 404
    assert system.get(f"/consular/cases/{of['consular']['case_id']}", "attache-bangkok").status_code == 200
    case_id = of["reintegration"]["case_id"]
    assert system.get(f"/reintegration/cases/{case_id}", "counsellor-poipet").status_code == 404
    assert system.get(f"/reintegration/cases/{case_id}", "counsellor-battambang").status_code == 200
    assert system.get(f"/registry/workers/{records.number}", "attache-seoul").status_code == 403
    assert system.get(f"/registry/workers/{records.number}/timeline", "attache-seoul").status_code == 403
    assert system.get(f"/registry/workers/{records.number}", "attache-bangkok").status_code == 200
    contract_id = of["recruitment"]["contract_id"]
    assert system.get(f"/recruitment/employment-contracts/{contract_id}", "attache-seoul").status_code == 404
    assert (
        system.get(f"/skills/applications/{of['skills']['application_id']}", "counsellor-poipet").status_code
        == 404
    )
