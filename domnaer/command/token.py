"""``domnaer token``: print a token of the local issuer for a person or a program of the demo."""

from __future__ import annotations

from typing import Annotated

import typer

from chassis.base.settings import Environment
from domnaer.command.options import FOLDER, Folder, surroundings
from domnaer.command.terminal import console, fail
from domnaer.demo.accounts import demo_people, demo_programs
from domnaer.local.issuer import IssuerRefused, LocalIssuer


def token(
    name: Annotated[str, typer.Argument(help="The name of the person or program, such as officer.")],
    folder: Folder = FOLDER,
) -> None:
    """Print a token for a person of the demo: curl -H "Authorization: Bearer $(domnaer token officer)" ..."""
    accounts = [*demo_people(), *demo_programs()]
    if name not in {each.id for each in accounts}:
        fail(
            f"no person or program is called {name!r}; the names are {', '.join(each.id for each in accounts)}"
        )
    found = surroundings(folder)
    if found.folder is None or found.settings.environment is not Environment.EMBEDDED:
        fail(
            "the local issuer works only with a data folder: in production the identity provider issues tokens"
        )
    try:
        issuer = LocalIssuer(found.folder.issuer, accounts, found.settings)
    except IssuerRefused as error:
        fail(str(error))
    console.file.write(issuer.token(name) + "\n")
