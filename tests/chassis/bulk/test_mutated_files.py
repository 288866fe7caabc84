"""Files changed at random: every row is accounted for, under its own number, and no change reaches beyond its row.

The 10,000 files are read without a database: what reading refuses never becomes a command, and the rest is counted one by
one. Some hundreds go through the route.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest
from pydantic import TypeAdapter

from chassis.base.ids import new_id
from chassis.uploads.body_reader import ChunkBuilder
from chassis.uploads.columns import HeaderUnreadable
from chassis.uploads.csv_file import CsvFile
from chassis.uploads.lines import UnknownFormat
from chassis.uploads.naming import Naming
from chassis.uploads.ndjson_file import NdjsonFile
from chassis.uploads.rows import Chunk, RowReader, RowRefused, adapter_of
from services.border.domain.crossing import RecordCrossing
from tests.border.post import PEOPLE, counts, send

FILES, SENT = 10_000, 150
ROWS = 12
ADAPTER: TypeAdapter[Any] = adapter_of(RecordCrossing, None)
READER = RowReader(RecordCrossing, None)
NAMES = ("kind", "occurred_at", "checkpoint", "returned_from", "person.documents.0.kind",
         "person.documents.0.number", "person.name.latin", "words.remark")  # fmt: skip
Mutation = Callable[[random.Random, bytes], bytes]


def _at(chance: random.Random, line: bytes) -> int:
    return chance.randrange(len(line) + 1)


def _inserted(text: bytes) -> Mutation:
    def mutate(chance: random.Random, line: bytes) -> bytes:
        at = _at(chance, line)
        return line[:at] + text + line[at:]

    return mutate


def _cut(chance: random.Random, line: bytes) -> bytes:
    return line[: _at(chance, line)]


def _without(chance: random.Random, line: bytes) -> bytes:
    at = chance.randrange(len(line))
    return line[:at] + line[at + 1 :]


def _flipped(chance: random.Random, line: bytes) -> bytes:
    at = chance.randrange(len(line))
    byte = line[at] ^ 1 << chance.randrange(8)
    return line[:at] + (b"?" if byte in b"\n\r" else bytes([byte])) + line[at + 1 :]


def _swapped(chance: random.Random, line: bytes) -> bytes:
    parts = line.split(b",")
    chance.shuffle(parts)
    return b",".join(parts)


def _blank(chance: random.Random, line: bytes) -> bytes:
    return b"," * chance.choice((7, 7, 3, 0))


MUTATIONS: tuple[Mutation, ...] = (
    _inserted(b'"'), _inserted(b'"'), _inserted(b'""'), _inserted(b","), _inserted(b"\xff"), _inserted(b"\x00"),
    _inserted(b"\r"), _inserted(b";"), _inserted(b"\\"), _inserted(b"{"), _inserted(b'","'), _cut, _without, _flipped,
    _swapped, _blank,
)  # fmt: skip


def csv_lines(name: str) -> list[bytes]:
    """Return a header and rows, of which one has a text of two lines."""
    rows = [
        f"return,2014-06-12T09:00:00+07:00,KH-POI,THA,passport,{name}{nth},SOK DARA,remark {nth}"
        for nth in range(ROWS)
    ]
    return [",".join(NAMES).encode(), *(each.encode() for each in rows)]


def ndjson_lines(name: str) -> list[bytes]:
    return [
        orjson.dumps(
            {
                "kind": "return",
                "occurred_at": "2014-06-12T09:00:00+07:00",
                "checkpoint": "KH-POI",
                "returned_from": "THA",
                "person": {"documents": [{"kind": "passport", "number": f"{name}{nth}"}]},
            }
        )
        for nth in range(ROWS)
    ]


def mutated(chance: random.Random, lines: list[bytes], first: int) -> tuple[list[bytes], set[int]]:
    """Return the lines with some of them changed, and the numbers of those."""
    changed = {chance.randrange(first, len(lines)) for _ in range(chance.choice((1, 1, 2, 3)))}
    for at in changed:
        for _ in range(chance.choice((1, 1, 2))):
            if lines[at]:
                lines[at] = chance.choice(MUTATIONS)(chance, lines[at])
    return lines, {at + 1 for at in changed}


def read(file: CsvFile | NdjsonFile, content: bytes, chance: random.Random) -> tuple[Chunk, int]:
    """Return what a file gives in pieces of any size, and the number of rows that it gives."""
    builder, count = ChunkBuilder(Naming(PEOPLE["poipet"], "/crossings/bulk")), 0
    at = 0
    while at < len(content):
        size = chance.randrange(1, 200)
        for row in file.feed(content[at : at + size]):
            count += 1
            builder.add(row)
        at += size
    for row in file.end():
        count += 1
        builder.add(row)
    return builder.chunk(), count


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_every_row_of_a_changed_file_is_accounted_for(kind: str) -> None:
    results: Counter[str] = Counter()
    for seed in range(FILES // 2):
        chance = random.Random(f"{kind}-{seed}")
        is_csv = kind == "csv"
        lines, changed = mutated(
            chance, csv_lines("N12345") if is_csv else ndjson_lines("N12345"), int(is_csv)
        )
        ending = chance.choice((b"\n", b"\r\n"))
        chunk, count = read(CsvFile(ADAPTER) if is_csv else NdjsonFile(), ending.join(lines), chance)
        refused = {number for number, _ in chunk.refused}
        taken: dict[int, UUID | None] = {}
        for line in chunk.lines:
            try:
                READER.read(line)
                taken[line.number] = line.id
            except RowRefused as refusal:
                assert all(error.reason for error in refusal.errors)
                refused.add(line.number)
        blank = {number for number, line in enumerate(lines, 1) if not line.strip(b'", \r\t\x0b\x0c')}
        where = f"{kind}-{seed}: {[lines[number - 1] for number in sorted(changed)]}"
        assert count == len(taken) + len(refused) and not refused & set(taken), where
        expected = set(range(2 if is_csv else 1, len(lines) + 1))
        assert expected - blank - changed <= set(taken), where
        assert set(taken) | refused | blank >= expected, where
        assert set(taken) | refused <= expected, where
        assert len(set(taken.values())) == len(taken), where
        results["taken"] += len(taken)
        results["refused"] += len(refused)
        results["changed and taken"] += len(changed & set(taken))
    assert min(results.values()) > 100, results


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
async def test_the_answer_to_a_changed_file_adds_up(http: httpx2.AsyncClient, kind: str) -> None:
    for seed in range(SENT):
        chance = random.Random(f"sent-{kind}-{seed}")
        name = f"N{new_id().hex[-10:]}"
        is_csv = kind == "csv"
        lines, changed = mutated(chance, csv_lines(name) if is_csv else ndjson_lines(name), int(is_csv))
        content = b"\n".join(lines)
        media_type = "text/csv" if is_csv else "application/x-ndjson"
        answer = await send(http, content, kind=media_type)
        assert answer.status_code == 200, answer.text
        taken, known, refused = counts(answer.json())
        rows = {one["row"] for one in answer.json()["refusals"]}
        assert known == 0 and len(rows) == refused and rows <= changed, answer.json()
        assert taken >= ROWS - len(changed)
        again = (await send(http, content, kind=media_type)).json()
        assert counts(again) == (0, taken, refused)


def test_bytes_at_random_are_rows_or_refused() -> None:
    for seed in range(1_000):
        chance = random.Random(seed)
        content = bytes(chance.choices(b'",;\t\r\n\x00\xff{}:[]ab1', k=chance.randrange(400)))
        chunk, count = read(NdjsonFile(), content, chance)
        assert count == len(chunk.lines) + len({number for number, _ in chunk.refused})
        header = b"words.a,words.b,words.c\n"
        try:
            chunk, count = read(CsvFile(ADAPTER), header + content, chance)
        except (HeaderUnreadable, UnknownFormat):
            pytest.fail(f"{seed}: the header is right")
        assert count == len(chunk.lines) + len({number for number, _ in chunk.refused}), seed
