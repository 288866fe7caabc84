"""``domnaer serve`` and ``domnaer migrate``: one service by itself, with addresses from the environment."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import ValidationError

from chassis.base.garbage_collection import tune_garbage_collection
from chassis.base.logs import configure_logs, get_log
from chassis.base.settings import Settings
from chassis.service import Role
from chassis.store.database import create_database, migrate
from domnaer.all_services import NoSuchService, all_services_app, find_services, get_service
from domnaer.command.options import PORT, Port, ServiceName, ServiceOption
from domnaer.command.terminal import fail, said
from domnaer.server import PortTaken, at_work, listening, run, serving


class RoleName(StrEnum):
    """What a process is for."""

    API = "api"
    RELAY = "relay"
    PROJECTOR = "projector"
    ALL = "all"


def environment_settings() -> Settings:
    """The settings that the environment states; ends the command where one is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (
            f"DOMNAER_{'.'.join(map(str, each['loc']))}".upper() + f": {each['msg']}"
            for each in error.errors()
        )
        fail("the environment: " + "; ".join(wrong))


def serve(
    service: ServiceName,
    role: Annotated[RoleName, typer.Option(help="What this process does for the service.")] = RoleName.ALL,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "0.0.0.0",
    port: Port = PORT,
) -> None:
    """Run one service under its prefix, with PostgreSQL and Kafka where the environment says."""
    settings = environment_settings()
    try:
        declared = get_service(service)
    except NoSuchService as error:
        fail(str(error))

    async def work() -> int:
        configure_logs(settings)
        with listening(host, port) as listener:
            async with at_work([declared], settings, Role[role.name]) as running:
                tune_garbage_collection()
                async with serving(all_services_app(running, settings), listener):
                    get_log(service=declared.name).info(
                        "serving", role=role.value, port=listener.getsockname()[1]
                    )
                    await asyncio.Event().wait()
        return 0

    try:
        raise typer.Exit(run(work))
    except PortTaken as error:
        fail(str(error))


def migrate_all(service: ServiceOption = None) -> None:
    """Create databases and roles where they are missing, and apply what is missing of the services' migrations."""
    settings = environment_settings()
    try:
        chosen = find_services() if service is None else (get_service(service),)
    except NoSuchService as error:
        fail(str(error))

    async def work() -> int:
        for each in chosen:
            await create_database(settings, each.name)
            applied = await migrate(settings, each.name, each.migrations)
            said(f"{each.name}: {len(applied)} migrations applied")
        return 0

    raise typer.Exit(run(work))
