"""``domnaer uploads``: templates come from the commands' models, and what is filled in can be read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from chassis.commands.examples import csv_of, example_of
from chassis.uploads.columns import Columns
from chassis.uploads.csv_file import CsvFile
from chassis.uploads.rows import Line, RowReader, adapter_of
from chassis.uploads.workbook_process import rows_of
from chassis.uploads.workbook_writer import workbook_of
from domnaer.command import app
from domnaer.upload_templates import columns_of, csv_template, uploads
from tests.domnaer.commands import domnaer


@pytest.mark.parametrize("name", sorted(uploads()))
def test_a_template_names_the_fields_of_its_command(name: str) -> None:
    upload = uploads()[name]
    adapter = adapter_of(upload.body, upload.record)
    columns = columns_of(upload)
    names = [column.name for column in columns]
    assert len(Columns(names, adapter)) == len(set(names))
    assert all(column.meaning and column.values for column in columns if column.name != "kind"), columns
    schema = adapter.json_schema()
    command = schema if "properties" in schema else None
    always = {column.name.partition(".")[0] for column in columns if column.needed == "always"}
    if command is not None:
        flat = {each for each in command["required"] if each in names}
        assert flat <= always
    assert "to change the record" in next(column.meaning for column in columns if column.name == "id")
    assert list(rows_of(workbook_of({1: names}))) == [(1, names)]
    header, cells = csv.reader(io.StringIO(csv_of(example_of(schema))))
    assert set(header) <= set(names)
    filled = dict(zip(header, cells, strict=True))
    file = CsvFile(adapter)
    content = csv_template(names) + ",".join(f'"{filled.get(each, "")}"' for each in names).encode()
    (row,) = [*file.feed(content), *file.end()]
    assert (row.number, row.errors) == (2, ())
    reader = RowReader(upload.body, upload.record)
    assert reader.read(Line(2, uuid4(), row.text)).number == 2


def uploads_command(*arguments: str | Path) -> Result:
    """Run ``domnaer uploads`` in this process, which has the services already."""
    return CliRunner().invoke(app, ["uploads", *map(str, arguments)])


def test_the_command_lists_uploads_and_columns_and_writes_templates(tmp_path: Path) -> None:
    assert "border/crossings" in domnaer("uploads", "list").stdout
    listed = uploads_command("columns", "border/crossings").stdout
    assert "person.documents.0.number" in listed and "for return, deported_return" in listed
    for name in ("crossings.csv", "crossings.xlsx"):
        done = uploads_command("template", "border/crossings", tmp_path / name)
        assert done.exit_code == 0, done.stderr
        assert "columns" in done.stdout and (tmp_path / name).stat().st_size > 500
        before = (tmp_path / name).read_bytes()
        again = uploads_command("template", "border/crossings", tmp_path / name)
        assert again.exit_code == 1 and (tmp_path / name).read_bytes() == before, "an existing file is kept"
        assert "exists" in again.stderr
    assert uploads_command("template", "border/crossings", tmp_path / "crossings.ods").exit_code == 1
    assert "uploads list" in uploads_command("columns", "border/nothing").stderr
