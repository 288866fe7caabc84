"""``domnaer serve`` and ``domnaer migrate``: run or migrate one service, with addresses from the environment."""

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
from chassis.store.database import NotMigrated, PasswordMissing, create_database, migrate
from contracts.reference.reading import ReferenceDataInvalid
from domnaer.all_services import NoSuchService, all_services_app, find_services, get_service
from domnaer.command.options import PORT, Port, ServiceName, ServiceOption
from domnaer.command.terminal import fail, said
from domnaer.server import PortTaken, listening, run, run_services, serving


class RoleName(StrEnum):
    """The work that a process does for a service."""

    API = "api"
    RELAY = "relay"
    PROJECTOR = "projector"
    ALL = "all"


def environment_settings() -> Settings:
    """Return the settings from the environment; end the command if one is missing or invalid."""
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
    role: Annotated[
        RoleName, typer.Option(help="The work that this process does for the service.")
    ] = RoleName.ALL,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "0.0.0.0",
    port: Port = PORT,
) -> None:
    """Run one service under its prefix, with the PostgreSQL and Kafka that the environment names."""
    settings = environment_settings()
    try:
        declared = get_service(service)
    except NoSuchService as error:
        fail(str(error))

    async def work() -> int:
        configure_logs(settings)
        with listening(host, port) as listener:
            async with run_services([declared], settings, Role[role.name]) as running:
                tune_garbage_collection()
                async with serving(all_services_app(running, settings), listener):
                    get_log(service=declared.name).info(
                        "serving", role=role.value, port=listener.getsockname()[1]
                    )
                    await asyncio.Event().wait()
        return 0

    try:
        raise typer.Exit(run(work))
    except (PortTaken, NotMigrated, ReferenceDataInvalid) as error:
        fail(str(error))


def migrate_all(service: ServiceOption = None) -> None:
    """Create missing databases and roles, and apply the migrations that are not yet applied."""
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

    try:
        raise typer.Exit(run(work))
    except PasswordMissing as error:
        fail(str(error))
