"""One ASGI application for all services, each under its own prefix.

Services are found and not listed: every folder of ``services`` whose ``main.py`` declares a service is one.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastapi_offline
import orjson
from fastapi import Depends, FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

import services
from chassis.access.permissions import Everyone
from chassis.access.tokens import add_callers
from chassis.base.settings import Environment, Settings
from chassis.http.metrics import metrics_routes
from chassis.http.middleware import RequestMiddleware
from chassis.http.problems import add_problem_handlers
from chassis.pages.choosing import search_list
from chassis.pages.home import HOME, home_page
from chassis.pages.rendering import NavItem, Pages, add_pages
from chassis.pages.samples import SAMPLES, samples_page
from chassis.pages.translation import N_
from chassis.service import NO_TELEMETRY, RunningService, Service
from domnaer.local.issuer import LocalIssuer
from domnaer.local.sign_in import sign_in_routes
from domnaer.service_names import service_names

_OPEN = [Depends(Everyone("it shows the caller's own links, or answers with codes and numbers only"))]
_DOCUMENTATION_FILES = Path(fastapi_offline.__file__).with_name("static")
_HOME = Path(services.__path__[0])


class NoSuchService(LookupError):
    """No service has this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no service {name!r}; there are {', '.join(known)}")


def find_services() -> tuple[Service, ...]:
    """Return all services, sorted by name. Raises TypeError if a ``main.py`` does not declare the service of its folder."""
    return tuple(get_service(name) for name in service_names())


def get_service(name: str) -> Service:
    """Return the service with this name. Raises NoSuchService, and TypeError if its ``main.py`` does not declare it."""
    names = service_names()
    if name not in names:
        raise NoSuchService(name, names)
    module = f"services.{name}.main"
    service = getattr(importlib.import_module(module), "service", None)
    if not isinstance(service, Service) or service.name != name:
        raise TypeError(f"{module} declares no service of the name {name}")
    return service


def all_services_app(
    running: Sequence[RunningService], settings: Settings, issuer: LocalIssuer | None = None
) -> ASGIApp:
    """Return the application that serves each running service under its prefix, as behind the gateway.

    ``/`` is the first page of everybody, with their own work. ``/health`` reports the health of all
    services. ``/<service>/docs`` and ``/<service>/redoc`` show the API documentation without the internet. With a local
    issuer, people sign in at ``/sign-in``.
    """
    root = FastAPI(title="Domnaer", openapi_url=None, docs_url=None, redoc_url=None, telemetry=NO_TELEMETRY)
    add_problem_handlers(root)
    add_callers(root, settings)
    root.mount("/static/interface", StaticFiles(directory=_DOCUMENTATION_FILES), name="interface")
    pages = _pages_of(root, settings, [each.service for each in running])
    root.router.routes.append(Route("/choices/{name}", search_list, methods=["GET"]))
    if issuer is not None:
        root.include_router(sign_in_routes(issuer, pages))
    documentation = f"/{running[0].service.name}/docs"

    if settings.environment is Environment.EMBEDDED:
        root.router.routes.append(Route(SAMPLES, samples_page, methods=["GET"]))

    @root.get(HOME, dependencies=_OPEN, name="home_page")
    async def home(request: Request) -> Response:
        """Show the first page, or redirect to the documentation if no service of this process has pages."""
        if not any(each.service.pages for each in running):
            return RedirectResponse(documentation, 303)
        return await home_page(request)

    @root.get("/health", dependencies=_OPEN)
    async def overview() -> Response:
        return await _overview(running)

    root.include_router(metrics_routes(each.measure for each in running))
    for each in running:
        each.app.state.pages = pages
        _add_documentation(root, each.service)
        root.mount(f"/{each.service.name}", each.app, name=each.service.name)
    return RequestMiddleware(root)


def _pages_of(root: FastAPI, settings: Settings, here: Sequence[Service]) -> Pages:
    """Return pages with the templates of the services of this process, and with the navigation items of all services.

    Each service lists its items as ``NAV`` in its ``pages``. A service that runs alone links to the pages of the others
    too, because the gateway serves all of them at one address.
    """
    folders = [folder for each in here if (folder := _HOME / each.name / "templates").is_dir()]
    nav = [NavItem(HOME, N_("My work"))]
    titles = {each.name: each.title for each in find_services()}
    for each in find_services():
        if each.pages is not None:
            found = getattr(importlib.import_module(f"services.{each.name}.pages"), "NAV", ())
            nav += [found] if isinstance(found, NavItem) else found
    pages = add_pages(root, settings, folders, nav)
    pages.services.update(titles)
    return pages


def _add_documentation(root: FastAPI, service: Service) -> None:
    document, title, files = f"/{service.name}/openapi.json", f"Domnaer: {service.title}", "/static/interface"

    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=document,
            title=title,
            swagger_js_url=f"{files}/swagger-ui-bundle.js",
            swagger_css_url=f"{files}/swagger-ui.css",
            swagger_favicon_url=f"{files}/favicon.png",
        )

    async def redoc() -> HTMLResponse:
        return get_redoc_html(
            openapi_url=document,
            title=title,
            redoc_js_url=f"{files}/redoc.standalone.js",
            redoc_favicon_url=f"{files}/favicon.png",
            with_google_fonts=False,
        )

    root.add_api_route(f"/{service.name}/docs", docs, dependencies=_OPEN)
    root.add_api_route(f"/{service.name}/redoc", redoc, dependencies=_OPEN)


async def _overview(running: Sequence[RunningService]) -> Response:
    answers = await asyncio.gather(*(_health_of(each) for each in running))
    ok = all(answer["ready"] for answer in answers)
    content = {"status": "ok" if ok else "unavailable", "services": answers}
    return Response(orjson.dumps(content), 200 if ok else 503, media_type="application/json")


async def _health_of(running: RunningService) -> dict[str, Any]:
    database = await running.runtime.monitor.check()
    if not database.ok:
        return {"service": running.service.name, "ready": False, "trouble": database.codes["error"]}
    lags = {projector.status.reader: projector.status.lag for projector in running.projectors}
    return {"service": running.service.name, "ready": True, "behind": lags}
