"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contracts.reference.current import use_folder
from contracts.reference.reading import ReferenceDataInvalid
from domnaer.command.terminal import fail
from domnaer.configuration import DEFAULT_FOLDER, NothingRuns, Surroundings, find_surroundings

Folder = Annotated[
    Path, typer.Option(help="The data folder; its servers are used unless DOMNAER_POSTGRES names others.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 chooses a free one.")]
ServiceName = Annotated[str, typer.Argument(help="A service, such as border.")]
ServiceOption = Annotated[str | None, typer.Option("--service", help="Only this service, such as border.")]
FOLDER = DEFAULT_FOLDER
PORT = 8080


def surroundings(folder: Path) -> Surroundings:
    """Return the running installation that the environment or the folder names, and use its reference data.

    End the command if there is none, or if its reference data cannot be read.
    """
    try:
        found = find_surroundings(folder)
        use_folder(found.settings.reference_data)
    except (NothingRuns, ReferenceDataInvalid) as error:
        fail(str(error))
    return found
