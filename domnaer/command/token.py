"""``domnaer token``: a token of the local issuer, for one of the demo's people or its loader."""

from __future__ import annotations

from typing import Annotated

import typer

from chassis.base.settings import Environment
from domnaer.command.options import FOLDER, Folder, surroundings
from domnaer.command.terminal import console, fail
from domnaer.demo.accounts import demo_people, demo_programs
from domnaer.local.issuer import IssuerRefused, LocalIssuer


def token(
    name: Annotated[str, typer.Argument(help="Who the token is for, such as officer.")],
    folder: Folder = FOLDER,
) -> None:
    """Print a token for one of the demo's people: curl -H "Authorization: Bearer $(domnaer token officer)" ..."""
    everybody = [*demo_people(), *demo_programs()]
    if name not in {each.id for each in everybody}:
        fail(f"there is nobody called {name!r}; there are {', '.join(each.id for each in everybody)}")
    found = surroundings(folder)
    if found.folder is None or found.settings.environment is not Environment.EMBEDDED:
        fail(
            "the local issuer serves data folders alone: in production the identity provider makes the tokens"
        )
    try:
        issuer = LocalIssuer(found.folder.issuer, everybody, found.settings)
    except IssuerRefused as error:
        fail(str(error))
    console.file.write(issuer.token(name) + "\n")
