"""``domnaer uploads``: the uploads of all services, their columns, and templates of sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from chassis.uploads.bulk_command import BulkCommand
from chassis.uploads.workbook_writer import workbook_of
from domnaer.command.terminal import console, fail, said
from domnaer.upload_templates import columns_of, csv_template, uploads

app = typer.Typer(help="Uploads: their columns, and templates of sheets.", no_args_is_help=True)
Upload = Annotated[str, typer.Argument(help="An upload, such as border/crossings.")]


@app.callback()
def _uploads() -> None:
    """Uploads: their columns, and templates of sheets."""


@app.command("list")
def list_uploads() -> None:
    """List the uploads of all services, each with the permission that it needs."""
    listed = Table("upload", "path", "permission", box=None, pad_edge=False)
    for name, upload in uploads().items():
        listed.add_row(name, f"/{name}/bulk", upload.needed.name)
    console.print(listed)


@app.command("columns")
def columns(upload: Upload) -> None:
    """List the columns of an upload: when each is needed, the right values, and what it means."""
    listed = Table("column", "needed", "values", "meaning", box=None, pad_edge=False)
    for column in columns_of(_found(upload)):
        listed.add_row(*column)
    console.print(listed)


@app.command("template")
def template(
    upload: Upload,
    file: Annotated[Path, typer.Argument(help="The file to write: .xlsx, or .csv. It must not exist.")],
) -> None:
    """Write a sheet whose first row names the columns of an upload. In an .xlsx all columns are formatted as Text."""
    names = [column.name for column in columns_of(_found(upload))]
    match file.suffix.lower():
        case ".xlsx":
            content = workbook_of({1: names})
        case ".csv":
            content = csv_template(names)
        case _:
            fail(f"{file} is no sheet; give a name that ends with .xlsx or .csv")
    try:
        with file.open("xb") as written:
            written.write(content)
    except OSError as error:
        fail(str(error))
    said(f"{file} names {len(names)} columns. Delete those that you do not need.")
    said(f"`domnaer uploads columns {upload}` lists what they mean.")


def _found(name: str) -> BulkCommand:
    found = uploads()
    if name not in found:
        fail(f"there is no upload {name!r}; `domnaer uploads list` lists them")
    return found[name]
