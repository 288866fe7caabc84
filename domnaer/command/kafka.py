"""``domnaer kafka``: the users of Kafka, and what each may read and write."""

from __future__ import annotations

import typer

from chassis.base.settings import KafkaSecurity
from domnaer.command.serve import environment_settings
from domnaer.command.terminal import fail, said
from domnaer.topics.access import ADMIN
from domnaer.topics.declared import declared_access

app = typer.Typer(help="Users of Kafka and their access.", no_args_is_help=True)


@app.callback()
def _kafka() -> None:
    """Users of Kafka and their access."""


@app.command("grant")
def grant() -> None:
    """Create the Kafka users of the services and the operator, and give each the access that the services declare."""
    from domnaer.topics.administration import CANNOT_GRANT, Administration, admin_arguments

    settings = environment_settings()
    access = declared_access()
    passwords = {user: secret.get_secret_value() for user, secret in settings.kafka_passwords.items()}
    missing = [user for user in access.users if user not in passwords]
    if missing and settings.kafka_security is not KafkaSecurity.SSL:
        fail(f"DOMNAER_KAFKA_PASSWORDS has no password for {', '.join(missing)}")
    wanted = {user: password for user, password in passwords.items() if user in (*access.users, ADMIN)}
    try:
        Administration(admin_arguments(settings)).grant(access, wanted)
    except CANNOT_GRANT as error:
        fail(f"nothing is changed, or not everything: {error}")
    said(f"{len(access.users)} users, {len(access.grants)} permissions")
