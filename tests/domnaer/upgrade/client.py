"""A client that sends commands as the people of the demo; for the test and for the script that made its fixture."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from tests.domnaer.commands import domnaer

T = TypeVar("T")


def at(day: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of a command about something that occurred on a day, in the morning."""
    return {"occurred_at": f"{day}T09:00:00+07:00", **fields}


def until(look: Callable[[], T | None], within: float = 60) -> T:
    """Return what a function finds, as soon as it finds something."""
    end = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"nothing found within {within:g} s")
        time.sleep(0.2)
    return found


@dataclass
class DemoClient:
    """Sends commands to a running Domnaer, as one of the people of the demo.

    ``prefix`` begins the idempotency keys, so that no key is used twice in one data folder.
    """

    http: httpx2.Client
    folder: Path
    prefix: str
    tokens: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    def token(self, person: str) -> str:
        """Return the access token of one of the people."""
        if person not in self.tokens:
            made = domnaer("token", person, "--folder", self.folder)
            assert made.returncode == 0, made.stderr
            self.tokens[person] = made.stdout.strip()
        return self.tokens[person]

    def send(self, person: str, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """Send a command and return its outcome. Bytes are sent as they are."""
        self.keys += 1
        headers = {"Idempotency-Key": f"{self.prefix}-{self.keys}", **headers}
        headers["Authorization"] = f"Bearer {self.token(person)}"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        answer = self.http.post(path, content=content, headers=headers)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    def get(self, person: str, path: str, **asked: Any) -> httpx2.Response:
        """Read something as one of the people."""
        headers = {"Authorization": f"Bearer {self.token(person)}"}
        return self.http.get(path, params=asked, headers=headers)

    def timeline(self, person: str, number: str, events: Iterable[str]) -> dict[str, Any]:
        """Return a worker's timeline as soon as it holds these events."""
        wanted = set(events)

        def holds() -> dict[str, Any] | None:
            answer = self.get(person, f"/registry/workers/{number}/timeline")
            if answer.status_code != 200:
                return None
            found: dict[str, Any] = answer.json()
            return found if wanted <= {entry["event_id"] for entry in found["entries"]} else None

        return until(holds)

    def number(self, passport: str, events: Iterable[str]) -> str:
        """Return the number of the worker with this passport as soon as the worker's timeline holds these events."""
        wanted = set(events)

        def found() -> str | None:
            asked = {"document": {"number": passport}}
            workers = self.send("registrar", "/registry/workers/search", asked)["workers"]
            if len(workers) != 1:
                return None
            number: str = workers[0]["number"]
            answer = self.get("registrar", f"/registry/workers/{number}/timeline")
            shown = answer.json()["entries"] if answer.status_code == 200 else []
            return number if wanted <= {entry["event_id"] for entry in shown} else None

        return until(found)
