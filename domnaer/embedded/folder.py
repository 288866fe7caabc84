"""The data folder with all data of one machine, and its lock."""

from __future__ import annotations

import fcntl
import json
import os
import random
import secrets
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

# Below the range of ports for outgoing connections, so that the port of a stopped server stays free.
_PORTS = range(20000, 32000)
_LOOPBACK = "127.0.0.1"


class FolderInUse(Exception):
    """Another process uses this data folder."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        super().__init__(
            f"{folder} is in use by process {pid or 'unknown'}: stop it first, or use another folder"
        )
        self.folder = folder
        self.pid = pid


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of the servers of a folder. They contain the superuser's password and must never be logged."""

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


@dataclass(frozen=True, slots=True)
class ServerRestarts:
    """The restarts of a server since ``domnaer up`` began, and the failed starts since it last ran."""

    restarts: int = 0
    failed_starts: int = 0
    last_at: str | None = None


class DataFolder:
    """The layout of a data folder, its lock and its notes.

    ``postgres/`` and ``kafka/`` hold the data of the servers, ``logs/`` their output. ``addresses.json`` holds the
    addresses of the servers for other commands, ``up.lock`` the process that runs them, ``ports.json`` their last ports,
    ``restarts.json`` how often they were started again, ``kafka/passwords.json`` the passwords of Kafka's users.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).expanduser().resolve()
        self.postgres = self.path / "postgres"
        self.kafka = self.path / "kafka"
        self.logs = self.path / "logs"
        self._addresses = self.path / "addresses.json"
        self._lock = self.path / "up.lock"
        self._ports = self.path / "ports.json"
        self._restarts = self.path / "restarts.json"
        self._kafka_passwords = self.kafka / "passwords.json"

    def create(self) -> None:
        """Create the folder and its missing parts."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (self.postgres, self.kafka, self.logs):
            part.mkdir(mode=0o700, exist_ok=True)

    def pid_file(self, server: str) -> Path:
        return self.path / f"{server}.pid"

    def log(self, server: str) -> Path:
        return self.logs / f"{server}.log"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock the folder for this process until the block ends; the lock also ends with the process.

        Raises FolderInUse.
        """
        self.create()
        # Opened for appending: a process that is then refused must not delete the pid of the holder.
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
        """Return the pid of the process that has locked the folder, or None."""
        try:
            with self._lock.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return self._noted_pid()
        return None

    def write_addresses(self, addresses: Addresses) -> None:
        """Write the addresses atomically, readable by the owner only."""
        self._write(self._addresses, asdict(addresses))

    def find_addresses(self) -> Addresses | None:
        """Return the addresses of the last start. The file is kept after a stop; :meth:`find_holder` shows whether servers run."""
        try:
            return Addresses(**json.loads(self._addresses.read_text()))
        except FileNotFoundError:
            return None

    def write_restarts(self, restarts: Mapping[str, ServerRestarts]) -> None:
        """Write how often each server was started again, for other commands."""
        self._write(self._restarts, {server: asdict(each) for server, each in restarts.items()})

    def find_restarts(self) -> dict[str, ServerRestarts]:
        """Return how often each server was started again; empty if the servers were not watched."""
        try:
            noted = json.loads(self._restarts.read_text())
        except FileNotFoundError:
            return {}
        return {server: ServerRestarts(**each) for server, each in noted.items()}

    def kafka_passwords(self) -> dict[str, str]:
        """Return the passwords of Kafka's users; they exist after the first start."""
        try:
            found: dict[str, str] = json.loads(self._kafka_passwords.read_text())
        except FileNotFoundError:
            return {}
        return found

    def kafka_settings(self, brokers: str) -> dict[str, Any]:
        """Return the settings with which clients connect to the Kafka of this folder, as arguments of ``Settings``."""
        passwords = {user: SecretStr(password) for user, password in self.kafka_passwords().items()}
        return {"kafka": brokers, "kafka_security": "SASL_PLAINTEXT", "kafka_passwords": passwords}

    def make_kafka_passwords(self, users: Iterable[str]) -> dict[str, str]:
        """Return the passwords of these users; those that do not exist yet are made and stored."""
        known = self.kafka_passwords()
        made = {user: secrets.token_urlsafe(24) for user in users if user not in known}
        if made:
            known |= made
            self._write(self._kafka_passwords, known)
        return known

    def port(self, name: str) -> int:
        """Return a loopback port for a server: the last one if it is free, otherwise a new one, which is noted."""
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

    def _write(self, path: Path, content: Mapping[str, object]) -> None:
        self.write_closed(path, json.dumps(content, indent=2) + "\n")

    def write_closed(self, path: Path, text: str) -> None:
        """Write a file atomically, readable by its owner only."""
        # mkstemp creates the file with mode 0600.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # The servers set it too: a closing connection of the last run does not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True
