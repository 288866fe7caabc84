"""Rows of each upload of each service: their ids, the sheets of an office, and what a mended row changes."""

from __future__ import annotations

from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
import pytest
from pydantic import TypeAdapter
from uuid_utils.compat import uuid7

from chassis.access.permissions import Caller, Reach
from chassis.commands.examples import example_of
from chassis.commands.runtime import Runtime
from chassis.store.decider import AnyDecider
from chassis.uploads.columns import Columns
from chassis.uploads.mending import contract_of
from chassis.uploads.naming import Naming, of_upload
from chassis.uploads.rows import FileRow, RowReader, RowRefused, adapter_of, commands_of
from chassis.uploads.templates import template_columns
from contracts.catalogue import catalogue
from contracts.command import PersonCommand
from domnaer.all_services import find_services
from domnaer.upload_templates import uploads

UPLOADS = uploads()
CALLER = Caller("one", "One", "OFFICE", frozenset(), Reach(national=True), 4e9)
COLLEAGUE = Caller("two", "Two", "OFFICE", frozenset(), Reach(national=True), 4e9)


def example(name: str) -> dict[str, Any]:
    """Return a right row of an upload."""
    upload = UPLOADS[name]
    found: dict[str, Any] = example_of(adapter_of(upload.body, upload.record).json_schema())
    return found


def named(name: str, *rows: dict[str, Any], caller: Caller = CALLER) -> list[UUID | None]:
    upload = UPLOADS[name]
    naming = Naming(caller, upload.path, persons=upload.opens_persons)
    return [naming.line(FileRow(number, orjson.dumps(row))).id for number, row in enumerate(rows, 1)]


@pytest.mark.parametrize("name", sorted(UPLOADS))
def test_a_row_without_an_id_is_recognised_in_the_whole_office_and_at_its_path_alone(name: str) -> None:
    row = example(name)
    first, second = named(name, row, row)
    assert first is not None and second is not None and first != second and of_upload(first)
    assert named(name, row, row, caller=COLLEAGUE) == [first, second]
    others = {
        each
        for other in UPLOADS
        if other != name and UPLOADS[other].path != UPLOADS[name].path
        for each in named(other, row)
    }
    assert first not in others


@pytest.mark.parametrize("name", sorted(UPLOADS))
@pytest.mark.parametrize(
    "row_id", [uuid7(), uuid5(NAMESPACE_URL, "of an upload")], ids=["of a client", "of an upload"]
)
def test_a_row_takes_the_id_of_a_client_or_of_an_upload_once_in_a_file(name: str, row_id: UUID) -> None:
    upload, row = UPLOADS[name], example(name) | {"id": str(row_id)}
    naming = Naming(CALLER, upload.path)
    line = naming.line(FileRow(2, orjson.dumps(row)))
    assert (line.id, line.given) == (row_id, True)
    read = RowReader(upload.body, upload.record).read(line)
    assert read.id == row_id
    with pytest.raises(RowRefused) as refused:
        naming.line(FileRow(3, orjson.dumps(row)))
    assert "row 2 of this file" in refused.value.errors[0].reason


@pytest.mark.parametrize("name", sorted(UPLOADS))
def test_a_template_has_the_id_and_a_returned_sheet_can_be_loaded(name: str) -> None:
    upload = UPLOADS[name]
    adapter: TypeAdapter[Any] = adapter_of(upload.body, upload.record)
    names = [column.name for column in template_columns(adapter)]
    assert "id" in names
    columns = Columns([*names, "upload.outcome"], adapter)
    cells = ["" if each != "id" else str(uuid7()) for each in names] + ["refused: checkpoint: ..."]
    cleared = columns.cleared(cells)
    assert set(cleared) == {each for each in names if each != "id"}
    assert orjson.loads(columns.json(cells) or b"").keys() == {"id"}


@pytest.mark.parametrize("name", sorted(UPLOADS))
def test_a_row_of_persons_who_may_be_unknown_is_one_of_its_sheet(name: str) -> None:
    upload, row = UPLOADS[name], example(name)
    row.pop("person", None)
    line = Naming(CALLER, upload.path, persons=upload.opens_persons).line(FileRow(1, orjson.dumps(row)))
    persons = all(issubclass(each, PersonCommand) for each in commands_of(upload.body))
    assert line.of_sheet is (upload.record is None and persons)


def test_every_service_with_uploads_publishes_corrections() -> None:
    class WithCatalogue:
        def __init__(self, service: str) -> None:
            self.service, self.catalogue = service, catalogue()

    for service in find_services():
        if service.routes.bulks:
            runtime = cast(Runtime, WithCatalogue(service.name))
            assert contract_of(runtime) is service.publishes


@pytest.mark.parametrize("name", sorted(UPLOADS))
def test_facts_of_an_upload_are_corrected_by_its_command_or_by_a_correction_alone(name: str) -> None:
    """A mended row corrects the facts of which its command is the one that records them."""
    decider = cast(AnyDecider, UPLOADS[name].decider)
    commands = set(decider.commands.values())
    for command in commands_of(UPLOADS[name].body):
        assert command in commands or command.__name__ in WITHOUT_A_COMMAND_OF_FACTS


WITHOUT_A_COMMAND_OF_FACTS = {
    "RegisterAgency",
    "RegisterEmployer",
    "RegisterWorkplace",
    "RegisterHomeEmployer",
    "ChangeHomeEmployer",
}
"""Commands whose facts a row does not change: the name is in the person block (tests/architecture/test_corrections_decide.py)."""
