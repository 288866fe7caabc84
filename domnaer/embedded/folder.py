"""The data folder: where everything of one machine lies, and who has it open."""

from __future__ import annotations

import fcntl
import json
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

# Below the range from which the system takes the ports of outgoing connections: a stopped server finds its port again.
_PORTS = range(20000, 32000)
_LOOPBACK = "127.0.0.1"


class FolderInUse(Exception):
    """Another process has this data folder open."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        super().__init__(
            f"{folder} is in use by process {pid or 'unknown'}: stop it first, or take another folder"
        )
        self.folder = folder
        self.pid = pid


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers of a folder answer. Holds the superuser's password: never to be logged."""

    postgres_host: str
    postgres_port: int
    postgres_user: str
    postgres_password: str
    kafka_bootstrap: str
    http_url: str | None = None

    def __repr__(self) -> str:
        return (
            f"Addresses({self.postgres_host}:{self.postgres_port}, {self.kafka_bootstrap}, {self.http_url})"
        )


class DataFolder:
    """The layout of a data folder, its lock and its notes.

    ``postgres/`` and ``kafka/`` belong to the servers, ``logs/`` to their output; ``addresses.json`` tells other
    commands where the servers answer, ``up.lock`` who runs them, ``ports.json`` which ports they had last time.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).expanduser().resolve()
        self.postgres = self.path / "postgres"
        self.kafka = self.path / "kafka"
        self.logs = self.path / "logs"
        self._addresses = self.path / "addresses.json"
        self._lock = self.path / "up.lock"
        self._ports = self.path / "ports.json"

    def create(self) -> None:
        """Makes the folder and its parts where they are missing."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (self.postgres, self.kafka, self.logs):
            part.mkdir(mode=0o700, exist_ok=True)

    def pid_file(self, server: str) -> Path:
        return self.path / f"{server}.pid"

    def log(self, server: str) -> Path:
        return self.logs / f"{server}.log"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps the folder for this process; the lock ends with the process, however that one ends.

        Raises FolderInUse.
        """
        self.create()
        # Appending, so that the holder's pid is not wiped by one who is then refused.
        with self._lock.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderInUse(self.path, self._noted_pid()) from None
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def find_holder(self) -> int | None:
        """The pid of the process that has the folder open, None when nobody has."""
        try:
            with self._lock.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return self._noted_pid()
        return None

    def write_addresses(self, addresses: Addresses) -> None:
        """Notes the addresses, readable by the owner alone; a reader sees the old note or the new one, whole."""
        self._write(self._addresses, asdict(addresses))

    def find_addresses(self) -> Addresses | None:
        """The noted addresses; they stay after a stop, so ask find_holder whether somebody answers there."""
        try:
            return Addresses(**json.loads(self._addresses.read_text()))
        except FileNotFoundError:
            return None

    def port(self, name: str) -> int:
        """A loopback port for a server: last time's while it is free, otherwise a new one, noted for next time."""
        ports: dict[str, int] = json.loads(self._ports.read_text()) if self._ports.exists() else {}
        port = ports.get(name)
        if port is None or not _is_free(port):
            taken = set(ports.values())
            port = next(
                each for each in random.sample(_PORTS, len(_PORTS)) if each not in taken and _is_free(each)
            )
            self._write(self._ports, {**ports, name: port})
        return port

    def _noted_pid(self) -> int | None:
        text = self._lock.read_text().strip()
        return int(text) if text.isdecimal() else None

    def _write(self, path: Path, content: dict[str, object] | dict[str, int]) -> None:
        # mkstemp makes it 0600 from the start.
        descriptor, name = tempfile.mkstemp(dir=self.path, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a connection of the last run that still lingers does not stand in the way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True
