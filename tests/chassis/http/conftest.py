"""The example application with its issuer, a client to call it, and what it logged."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
import structlog
from fastapi import FastAPI

from chassis.base.logs import configure_logs
from chassis.base.settings import Environment, Settings
from domnaer.local.issuer import DemoPerson, LocalIssuer
from tests.chassis.http.example import ATTACHE, OFFICER, Logged, application


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "issuer"


@pytest.fixture
def local(folder: Path) -> Settings:
    return Settings(
        environment=Environment.EMBEDDED,
        handle_key="h" * 32,
        session_key="s" * 32,
        jwks=folder / "jwks.json",
    )


@pytest.fixture
def issuer(folder: Path, local: Settings) -> LocalIssuer:
    return LocalIssuer(folder, [OFFICER, ATTACHE], local)


@pytest.fixture
def bearer(issuer: LocalIssuer) -> Callable[[DemoPerson], dict[str, str]]:
    return lambda person: {"Authorization": "Bearer " + issuer.token(person.id)}


@pytest.fixture
def app(issuer: LocalIssuer, local: Settings, tmp_path: Path) -> FastAPI:
    templates = tmp_path / "templates"
    templates.mkdir()
    return application(issuer, local, templates)


@pytest.fixture
def http(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://desk.example")


@pytest.fixture
def logged(local: Settings) -> Iterator[Logged]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(local, stream)
    yield Logged(stream)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()
