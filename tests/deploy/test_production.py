"""The commands of compose, run without an engine: migrate as the superuser, serve as the role of the service."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest

from chassis.base.settings import Settings
from chassis.service import RunningService, Service
from deploy import probe
from domnaer.all_services import all_services_app, find_services, get_service
from domnaer.server import listening
from tests.deploy.compose import HOME, read
from tests.servers import Servers


@pytest.fixture
def environment(infrastructure: Servers, settings: Settings) -> dict[str, str]:
    """The environment of a service in compose, with the addresses and the password of the tests' servers."""
    postgres = infrastructure.postgres_dsn("").rstrip("/").rpartition("@")[2]
    composed = read()["services"]["border"]["environment"]
    return {name: str(value) for name, value in composed.items() if value is not None} | {
        "DOMNAER_POSTGRES": f"postgresql://{postgres}",
        "DOMNAER_POSTGRES_PASSWORDS": json.dumps(
            {"border": settings.postgres_passwords["border"].get_secret_value()}
        ),
        **{name: value for name, value in settings.environ().items() if name.startswith("DOMNAER_KAFKA")},
        "DOMNAER_JWKS": str(settings.jwks),
    }


async def start(environment: Mapping[str, str], *arguments: str) -> asyncio.subprocess.Process:
    """Start the command as the image does."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DOMNAER_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "domnaer",
        *arguments,
        cwd=HOME,
        env={**inherited, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_a_migrated_service_serves_with_its_own_role_alone(
    infrastructure: Servers, environment: dict[str, str]
) -> None:
    superuser = {**environment, "DOMNAER_POSTGRES": infrastructure.postgres_dsn("").rstrip("/")}
    migrating = await start(superuser, "migrate", "--service", "border")
    said, _ = await migrating.communicate()
    assert migrating.returncode == 0, said.decode()

    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    serving = await start(environment, "serve", "border", "--host", "127.0.0.1", "--port", str(port))
    try:
        for _ in range(150):
            if serving.returncode is not None or await asyncio.to_thread(probe.main, "border", port) == 0:
                break
            await asyncio.sleep(0.2)
        assert serving.returncode is None
        assert await asyncio.to_thread(probe.main, "border", port) == 0
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/border/crossings")).status_code == 401
            assert (await client.get("/sign-in")).status_code == 404
            assert (await client.get("/border/docs")).status_code == 200
    finally:
        if serving.returncode is None:
            serving.terminate()
        await serving.communicate()
    assert serving.returncode == 128 + 15


async def test_a_single_service_links_to_the_pages_of_all(settings: Settings) -> None:
    def leads_to(*services: Service) -> set[str]:
        running = [RunningService(each, settings) for each in services]
        all_services_app(running, settings)
        return {item.path for item in running[0].app.state.pages.nav}

    everywhere = leads_to(*find_services())
    assert {path.split("/")[1] for path in everywhere} >= {"registry", "consular", "reintegration", "skills"}
    for name in ("registry", "consular"):
        assert leads_to(get_service(name)) == everywhere


async def test_a_service_without_the_issuers_keys_does_not_start(
    environment: dict[str, str], tmp_path: Path
) -> None:
    del environment["DOMNAER_JWKS"]
    serving = await start(environment, "serve", "border", "--host", "127.0.0.1", "--port", "0")
    said, _ = await asyncio.wait_for(serving.communicate(), 60)
    assert serving.returncode not in (0, None)
    assert b"DOMNAER_JWKS" in said
