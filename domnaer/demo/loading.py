"""Loads history through the bulk routes of the services, in its own process.

The command ``demo`` starts this process (``python -m domnaer.demo.loading SCALE``) and exchanges lines of JSON with it. The
process asks for the URL, reports its progress, and asks to wait until the services have processed what it has sent.
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

from domnaer.demo import today
from domnaer.demo.history import batches, history
from domnaer.demo.lines import Line, Stage, Upload
from domnaer.demo.rows import DepartureRow
from domnaer.demo.uploads import Conversion

SIZE = 4_000
"""Rows of a batch: large enough that requests cost little, small enough that the progress is visible."""
_CHUNK = 200
_ATTEMPTS = 8
"""Attempts for an upload: the n-th follows n seconds after the one before, so that a busy machine has time."""
_SHOWN = 20
_PATIENCE = httpx2.Timeout(10, read=600, write=600)


class UploadFailed(Exception):
    """A service refused an upload as a whole."""


@dataclass(slots=True)
class Loaded:
    """The result of all uploads."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    refusals: list[dict[str, Any]] = field(default_factory=list)
    departures: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    """Departures that were accepted, by destination, year and sex."""


class Loader:
    """Sends uploads and counts the accepted rows."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client
        self.loaded = Loaded()

    def send(self, upload: Upload) -> None:
        """Send an upload. Raises UploadFailed if the service refuses it as a whole, or if all attempts fail."""
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
                # All times of history are in Phnom Penh time.
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
    """Load history; yield messages for the parent process, and receive the answers to ``where`` and ``wait``."""
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
        for upload in today.uploads():
            if upload.stage in waiting:
                waiting[upload.stage].append(upload)
            else:
                loader.send(upload)
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
    """Load history with messages over standard input and output. Ends when the parent process has ended."""
    work = load(scale)
    answer: Any = None
    try:
        while True:
            message = work.send(answer)
            sys.stdout.buffer.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
            sys.stdout.buffer.flush()
            answer = None
            if "ask" in message:
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
