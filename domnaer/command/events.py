"""``domnaer events tail``: print events as they are published; persons only on request, which is audited."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from uuid_utils.compat import uuid7

from chassis.access.permissions import Caller, Reach
from chassis.base.kafka import OPERATOR
from chassis.base.settings import Settings
from chassis.projections.kafka_clients import find_partitions, open_consumer
from chassis.projections.offsets import Record
from chassis.store.audit import Audit
from chassis.store.database import open_pool
from chassis.store.persons import person_codec
from contracts.catalogue import modules
from domnaer.command.options import FOLDER, Folder, surroundings
from domnaer.command.terminal import console, fail

app = typer.Typer(help="Published events.", no_args_is_help=True)
_ATTRIBUTES = ("ce_id", "ce_type", "ce_subject", "ce_time", "ce_recordedtime", "ce_streamversion")


@dataclass(frozen=True, slots=True)
class PrintableEvent:
    """A published event: the service that published it, its id, its attributes as text, and its data."""

    service: str
    id: UUID
    attributes: dict[str, str]
    data: dict[str, Any]

    def line(self, *, with_person: bool) -> dict[str, Any]:
        """Return the object that is printed."""
        shown = {"facts": self.data.get("facts")}
        if with_person:
            block = orjson.dumps(self.data.get("person")).decode()
            shown["person"] = orjson.loads("null" if block == "null" else person_codec().open_block(block))
        return self.attributes | shown


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A record that is no event. Its content is never printed, since it may hold anything."""

    topic: str
    partition: int
    offset: int
    error: str

    def line(self, *, with_person: bool) -> dict[str, Any]:
        """Return the object that is printed: where the record is, and what is wrong with it."""
        return {
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "unreadable": self.error,
        }


@app.callback()
def _events() -> None:
    """Published events."""


@app.command("tail")
def tail(
    service: Annotated[
        list[str] | None, typer.Option("--service", help="Only events of this service; may be repeated.")
    ] = None,
    person: Annotated[
        bool, typer.Option("--person", help="Also print the person of each event; each view is audited.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="With --person: a code for the reason, such as case-4711.")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", envvar="USER", help="With --person: the name of the viewer.")
    ] = "",
    last: Annotated[
        int, typer.Option(min=0, help="Number of earlier events to begin with, in each partition.")
    ] = 0,
    count: Annotated[
        int, typer.Option(min=0, help="Stop after this number of events; 0 continues until Ctrl-C.")
    ] = 0,
    folder: Folder = FOLDER,
) -> None:
    """Print events as they are published, one JSON object per line: codes, numbers and ids, but no person."""
    topics = {
        module.TOPIC: module.__name__.rpartition(".")[2] for module in modules() if hasattr(module, "TOPIC")
    }
    if unknown := set(service or ()) - set(topics.values()):
        fail(
            f"these services publish no events: {', '.join(sorted(unknown))}; the services are {', '.join(sorted(topics.values()))}"
        )
    if person and not (by and reason):
        fail(
            "--person needs --by and --reason: every view of a person's record is audited with the viewer and the reason"
        )
    chosen = {topic: name for topic, name in topics.items() if not service or name in service}
    settings = surroundings(folder).settings
    viewer = Caller(by.lower(), by, "OPERATOR", frozenset(), Reach(national=True), 0) if person else None
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_tail(settings, chosen, last, count, viewer, reason))


async def _tail(
    settings: Settings, topics: Mapping[str, str], last: int, count: int, viewer: Caller | None, reason: str
) -> None:
    async with open_consumer(settings, OPERATOR) as consumer:
        partitions = await find_partitions(settings, OPERATOR, topics)
        if not partitions:
            fail("nothing has been published yet")
        consumer.assign(partitions)
        ends, begins = await consumer.end_offsets(partitions), await consumer.beginning_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, max(ends[partition] - last, begins[partition]))
        shown = 0
        while not count or shown < count:
            found = await consumer.getmany(timeout_ms=500, max_records=(count - shown) if count else 500)
            lines = [_read(record, topics[record.topic]) for page in found.values() for record in page]
            if viewer is not None:
                events = [each for each in lines if isinstance(each, PrintableEvent)]
                await _audit_view(settings, viewer, reason, events)
            for each in lines:
                text = orjson.dumps(each.line(with_person=viewer is not None)).decode()
                console.file.write(text + "\n")
            console.file.flush()
            shown += len(lines)


async def _audit_view(
    settings: Settings, viewer: Caller, reason: str, events: Sequence[PrintableEvent]
) -> None:
    """Write the view to the audit of each service whose persons will be shown. Raises if that fails, before any is shown."""
    shown: dict[str, list[UUID]] = {}
    for event in events:
        shown.setdefault(event.service, []).append(event.id)
    for service, evidence in shown.items():
        pool = await open_pool(settings.database(service), size=1, service=service)
        try:
            audit = Audit(pool)
            detail = {"reason": reason}
            await audit.look(viewer, "events_tail", evidence=evidence, correlation=uuid7(), detail=detail)
        finally:
            await pool.close()


def _read(record: Record, service: str) -> PrintableEvent | UnreadableRecord:
    headers = {name: value for name, value in record.headers if value is not None}
    try:
        id_ = UUID(headers["ce_id"].decode())
        attributes = {
            name.removeprefix("ce_"): headers[name].decode() for name in _ATTRIBUTES if name in headers
        }
        data = orjson.loads(record.value or b"")
    except KeyError:
        error = "it has no header ce_id"
    except UnicodeDecodeError:
        error = "a header is not UTF-8"
    except orjson.JSONDecodeError:
        error = "its value is not JSON" if record.value else "it has no value"
    except ValueError:
        error = "the header ce_id is not a UUID"
    else:
        if isinstance(data, dict):
            return PrintableEvent(service, id_, attributes, data)
        error = "its value is not a JSON object"
    return UnreadableRecord(record.topic, record.partition, record.offset, error)
