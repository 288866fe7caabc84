"""Loads history through the services' own bulk interfaces, by a caller who may, in a process of its own.

The process that serves starts this one and speaks with it in lines of JSON: it is told where to send, tells how far it
is, and waits to be told that what it has sent so far was heard (``python -m domnaer.demo.loading SCALE``).
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import orjson

from domnaer.demo.history import batches, history
from domnaer.demo.lines import Line, Stage, Upload
from domnaer.demo.rows import DepartureRow
from domnaer.demo.uploads import Conversion

SIZE = 4_000
"""Rows of a batch: large enough that a request costs nothing, small enough to be seen moving."""
_CHUNK = 200
_ATTEMPTS = 3
_SHOWN = 20
_PATIENCE = httpx2.Timeout(10, read=600, write=600)


class UploadFailed(Exception):
    """An upload was not taken at all."""


@dataclass(slots=True)
class Loaded:
    """What became of everything that was sent."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    refusals: list[dict[str, Any]] = field(default_factory=list)
    departures: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    """Acknowledged, by destination, year and sex."""


class Loader:
    """Sends uploads and counts what is acknowledged."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        self.loaded = Loaded()

    def send(self, upload: Upload) -> None:
        """Send an upload. Raises UploadFailed where the service takes none of it, also when it is tried again."""
        if not upload.lines:
            return
        answer = self._answer(upload)
        loaded = self.loaded
        loaded.rows += len(upload.counted)
        loaded.taken += answer["taken"]
        loaded.known += answer["already_known"]
        loaded.refused += answer["refused"]
        for each in answer["refusals"][: _SHOWN - len(loaded.refusals)]:
            loaded.refusals.append({"path": upload.path, "field": each["field"], "reason": each["reason"]})
        refused = {each["row"] for each in answer["refusals"]}
        for number, row in enumerate(upload.counted, start=1):
            if isinstance(row, DepartureRow) and number not in refused:
                # In Phnom Penh, as all of history is.
                loaded.departures[row.destination, row.occurred_at.year, row.person.sex] += 1

    def _answer(self, upload: Upload) -> dict[str, Any]:
        reason = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(attempt)
            try:
                answer = self._client.post(
                    upload.path,
                    content=_ndjson(upload.lines),
                    headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": str(uuid4())},
                )
            except httpx2.TransportError as error:
                reason = type(error).__name__
                continue
            if answer.status_code == 200:
                found: dict[str, Any] = answer.json()
                return found
            reason = f"{answer.status_code} {answer.text[:500]}"
            if answer.status_code < 500:
                break
        raise UploadFailed(f"{upload.path}: {reason}")


def _ndjson(lines: Sequence[Line]) -> Iterator[bytes]:
    for begin in range(0, len(lines), _CHUNK):
        chunk = lines[begin : begin + _CHUNK]
        yield b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in chunk)


def load(scale: int) -> Generator[dict[str, Any], Any, None]:
    """Load history; yields what there is to tell, and is sent the answers to ``where`` and ``wait``."""
    yield {"total": sum(1 for _ in history(scale))}
    where = yield {"ask": "where"}
    client = httpx2.Client(
        base_url=where["url"], headers={"Authorization": f"Bearer {where['token']}"}, timeout=_PATIENCE
    )
    with client:
        loader, conversion = Loader(client), Conversion()
        waiting: dict[Stage, list[Upload]] = {stage: [] for stage in Stage if stage is not Stage.RECORD}
        passed = 0
        for batch in batches(scale, SIZE):
            held = 0
            for upload in conversion.uploads(batch):
                if upload.stage in waiting:
                    waiting[upload.stage].append(upload)
                    held += len(upload.counted)
                else:
                    loader.send(upload)
            passed += len(batch.rows) - held
            yield {"rows": passed}
        for stage, uploads in waiting.items():
            yield {"ask": "wait", "for": stage.name.lower()}
            for upload in uploads:
                loader.send(upload)
                passed += len(upload.counted)
                yield {"rows": passed}
    loaded = loader.loaded
    departures = [[*cell, count] for cell, count in sorted(loaded.departures.items())]
    yield {
        "loaded": {"taken": loaded.taken, "known": loaded.known, "refused": loaded.refused},
        "refusals": loaded.refusals,
        "departures": departures,
    }


def main(scale: int) -> None:
    """Load history as told over standard input, telling over standard output. Ends when nobody listens any more."""
    work = load(scale)
    answer: Any = None
    try:
        while True:
            told = work.send(answer)
            sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
            sys.stdout.buffer.flush()
            answer = None
            if "ask" in told:
                line = sys.stdin.buffer.readline()
                if not line:
                    return
                answer = orjson.loads(line)
    except (StopIteration, BrokenPipeError):
        return
    except UploadFailed as error:
        sys.stdout.buffer.write(orjson.dumps({"failed": str(error)}, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
