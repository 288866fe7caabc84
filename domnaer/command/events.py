"""``domnaer events tail``: print events as they are published; persons only on request, which is audited."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from aiokafka import AIOKafkaConsumer
from uuid_utils.compat import uuid7

from chassis.access.permissions import Caller, Reach
from chassis.base.settings import Settings
from chassis.projections.kafka_clients import find_partitions
from chassis.store.audit import Audit
from chassis.store.database import open_pool
from contracts.catalogue import modules
from domnaer.command.options import FOLDER, Folder, surroundings
from domnaer.command.terminal import console, fail

app = typer.Typer(help="Published events.", no_args_is_help=True)
_ATTRIBUTES = ("ce_id", "ce_type", "ce_subject", "ce_time", "ce_recordedtime", "ce_streamversion")


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
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = await find_partitions(settings.kafka, topics)
        if not partitions:
            fail("nothing has been published yet")
        consumer.assign(partitions)
        ends, begins = await consumer.end_offsets(partitions), await consumer.beginning_offsets(partitions)
        for partition in partitions:
            consumer.seek(partition, max(ends[partition] - last, begins[partition]))
        shown = 0
        while not count or shown < count:
            found = await consumer.getmany(timeout_ms=500, max_records=(count - shown) if count else 500)
            records = [record for page in found.values() for record in page]
            if viewer is not None:
                await _audit_view(settings, viewer, reason, records, topics)
            for record in records:
                _print(record, with_person=viewer is not None)
            shown += len(records)
    finally:
        await consumer.stop()


async def _audit_view(
    settings: Settings, viewer: Caller, reason: str, records: Iterable[Any], topics: Mapping[str, str]
) -> None:
    """Write the view to the audit of each service whose persons will be shown. Raises if that fails, before any is shown."""
    shown: dict[str, list[UUID]] = {}
    for record in records:
        shown.setdefault(topics[record.topic], []).append(UUID(dict(record.headers)["ce_id"].decode()))
    for service, evidence in shown.items():
        pool = await open_pool(settings.database(service), size=1, service=service)
        try:
            audit = Audit(pool)
            detail = {"reason": reason}
            await audit.look(viewer, "events_tail", evidence=evidence, correlation=uuid7(), detail=detail)
        finally:
            await pool.close()


def _print(record: Any, *, with_person: bool) -> None:
    headers = dict(record.headers)
    line: dict[str, Any] = {
        name.removeprefix("ce_"): headers[name].decode() for name in _ATTRIBUTES if name in headers
    }
    data = orjson.loads(record.value)
    line["facts"] = data.get("facts")
    if with_person:
        line["person"] = data.get("person")
    console.file.write(orjson.dumps(line).decode() + "\n")
    console.file.flush()
