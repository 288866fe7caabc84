"""``domnaer reference``: check, load and show the dated tables that a ministry changes without a release."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from contracts.reference.current import ReferenceData, read_reference_data
from contracts.reference.reading import ReferenceDataInvalid
from contracts.reference.tables import TABLES
from domnaer.command.options import FOLDER, Folder
from domnaer.command.terminal import console, fail, said
from domnaer.configuration import ServiceFolder, reference_folder
from domnaer.reference_files import NoLink, changes, load

app = typer.Typer(help="Reference data: dated tables with their sources.", no_args_is_help=True)
Given = Annotated[Path, typer.Argument(help="Folder with the tables, such as corridors.csv.")]
_FOLLOW = (
    "Restart every service: it reads the tables at its start. The registry then fills a new build of the timelines beside the"
    " live one. If they differ, `domnaer rebuild registry` shows the differences, and `domnaer rebuild registry --accept"
    " --by NAME` makes the new build live."
)


@app.callback()
def _reference() -> None:
    """Reference data: dated tables with their sources."""


@app.command("check")
def check(tables: Given, folder: Folder = FOLDER) -> None:
    """List every fault of the tables in a folder, or what they change. Tables that it does not hold are the release's."""
    _checked(tables, reference_folder(ServiceFolder(folder)))
    said("No faults. Nothing was loaded.")


@app.command("load")
def load_tables(tables: Given, folder: Folder = FOLDER) -> None:
    """Check the tables in a folder and make them the version in use; the version before is kept beside it."""
    used = reference_folder(ServiceFolder(folder))
    if used is None:
        fail("DOMNAER_REFERENCE_DATA is not set: set it to the folder that the services read")
    present, new = _checked(tables, used)
    try:
        before = load(used, new, datetime.now(UTC))
    except (NoLink, OSError) as error:
        fail(str(error))
    said(f"{', '.join(sorted(new.own))} loaded into {used.resolve()}.")
    said(
        f"The version before is kept in {before}." if before else "Before, the release's tables were in use."
    )
    said(
        _FOLLOW
        if new.digest != present.digest
        else "Timelines stay as they are: only sources or the order differ."
    )


@app.command("show")
def show(
    table: Annotated[
        str | None, typer.Argument(help="A table: its file is printed, as a beginning for a changed one.")
    ] = None,
    folder: Folder = FOLDER,
) -> None:
    """List the tables in use with their origin, or print one of them as its file."""
    used = reference_folder(ServiceFolder(folder))
    try:
        data = read_reference_data(used)
    except ReferenceDataInvalid as error:
        fail(str(error))
    if table is None:
        listed = Table("table", "rows", "origin", box=None, pad_edge=False)
        for name in TABLES:
            listed.add_row(name, str(len(data.rows(name))), "loaded" if name in data.own else "release")
        console.print(listed)
        said(f"Digest {data.digest}. Folder: {used or 'none'}")
    elif table in TABLES:
        console.file.write(data.texts[table])
    else:
        fail(f"there is no table {table!r}; the tables are {', '.join(TABLES)}")


def _checked(tables: Path, used: Path | None) -> tuple[ReferenceData, ReferenceData]:
    """Return the tables in use and the given ones, and print what changes; end the command if there is a fault."""
    if not tables.is_dir():
        fail(f"{tables} is not a folder; give a folder with tables such as corridors.csv")
    try:
        new = read_reference_data(tables)
    except ReferenceDataInvalid as error:
        fail(f"{len(error.faults)} faults\n{error}")
    if not new.own:
        fail(
            f"{tables} holds no table; `domnaer reference show corridors > corridors.csv` writes one to begin with"
        )
    try:
        present = read_reference_data(used)
    except ReferenceDataInvalid as error:
        said(f"The tables in use cannot be read, so the release's are compared:\n{error}")
        present = read_reference_data()
    said("\n".join(changes(present, new)) or "Nothing changes.")
    return present, new
