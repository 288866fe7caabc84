"""Records that are no events: the commands report them, and process the events around them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from chassis.base.kafka import client_arguments
from contracts.border import TOPIC
from domnaer.configuration import find_surroundings
from tests.domnaer.commands import Command, domnaer
from tests.raw_batches import RawRecord, raw_batch, send_raw

pytestmark = pytest.mark.timeout(240)
Headers = list[tuple[str, bytes | None]]
ID, SUBJECT = uuid4(), b"crossing-odd"
ODD: dict[str, tuple[bytes | None, bytes | None, Headers]] = {
    "it has no header ce_id": (SUBJECT, b'{"facts":{}}', []),
    "a header is not UTF-8": (SUBJECT, b'{"facts":{}}', [("ce_id", b"\xff\xfe")]),
    "the header ce_id is not a UUID": (SUBJECT, b'{"facts":{}}', [("ce_id", b"Sok Unheard")]),
    "it has no value": (SUBJECT, None, [("ce_id", str(uuid4()).encode())]),
    "its value is not JSON": (SUBJECT, b"\x00\xff Sok Unheard", [("ce_id", str(uuid4()).encode())]),
    "its value is not a JSON object": (SUBJECT, b"[1]", [("ce_id", str(uuid4()).encode())]),
}
NULL_HEADERS: Headers = [
    ("ce_id", str(ID).encode()),
    ("ce_type", None),
    ("ce_subject", None),
    ("other", None),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the data folder of a running system whose border topic holds each odd record, after one with a header's name that is not UTF-8."""
    path = tmp_path_factory.mktemp("odd") / "data"
    with Command("up", "--folder", path, "--port", "0") as up:
        up.says(r"^(http://127\.0\.0\.1:\d+)$")
        asyncio.run(publish(path))
        yield path


async def publish(folder: Path) -> None:
    arguments = client_arguments(find_surroundings(folder, {}).settings, "border")
    async with AIOKafkaProducer(**arguments) as producer:
        await send_raw(producer, TOPIC, 0, raw_batch([RawRecord(b"{}", [(b"ce_id\xff", b"Sok Unheard")])]))
        batch = producer.create_batch()
        for key, value, headers in (*ODD.values(), (None, None, []), (None, b'{"facts":{}}', NULL_HEADERS)):
            assert batch.append(timestamp=None, key=key, value=value, headers=headers)
        batch.close()
        await (await producer.send_batch(batch, TOPIC, partition=0))


def test_events_tail_prints_a_line_for_each_odd_record_and_continues(folder: Path) -> None:
    for further in ((), ("--person", "--by", "operator", "--reason", "case-1")):
        count = len(ODD) + 3
        asked = ("--service", "border", "--last", str(count), "--count", str(count), "--folder", folder)
        shown = domnaer("events", "tail", *asked, *further)
        assert shown.returncode == 0, shown.stderr
        lines = [json.loads(line) for line in shown.stdout.splitlines()]
        said = [line.get("unreadable") for line in lines]
        assert said == ["it has no header ce_id", *ODD, "it has no header ce_id", None]
        assert [(line["topic"], line["partition"], line["offset"]) for line in lines[:-1]] == [
            (TOPIC, 0, nth) for nth in range(count - 1)
        ]
        assert lines[-1] == {"id": str(ID), "facts": {}} | ({"person": None} if further else {})
        assert "Unheard" not in shown.stdout + shown.stderr


def test_odd_records_become_dead_letters_that_are_replayed_and_discarded(folder: Path) -> None:
    count = len(ODD) + 3
    until = time.monotonic() + 60
    while f"\n{count} dead letters" not in (
        listed := domnaer("dead-letters", "list", "--service", "registry", "--folder", folder).stdout
    ):
        assert time.monotonic() < until, listed
    assert "Unheard" not in listed
    shown = domnaer("status", "--folder", folder)
    assert shown.returncode == 0, shown.stdout
    again = domnaer("dead-letters", "replay", "--service", "registry", "--folder", folder)
    assert (again.returncode, again.stdout.strip()) == (1, f"0 taken, {count} stayed"), again.stderr
    ids = [line.split()[-1] for line in listed.splitlines() if line.strip().startswith("registry.timeline")]
    why = ("--by", "operator", "--reason", "planted by a test", "--service", "registry", "--folder", folder)
    gone = domnaer("dead-letters", "discard", *ids, *why)
    assert (gone.returncode, gone.stdout.strip()) == (0, f"{count} discarded"), gone.stderr
