"""The compose file, started from a copy of the project, with an issuer of tokens for the tests."""

from __future__ import annotations

import math
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import docker
import httpx2
import yaml
from docker.errors import APIError
from docker.models.containers import Container
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from chassis.base.settings import Environment, Settings
from domnaer.demo.accounts import demo_people, demo_programs
from domnaer.local.issuer import LocalIssuer
from tests.deploy.compose import GIVEN, HOME, service_folders
from tests.system.running_system import everything

PROJECT = "domnaer-test"
_START_SECONDS = 300
COPIED = ("chassis", "contracts", "deploy", "domnaer", "services", "LICENSE", "docker-compose.yml")
_READ_METRICS = (
    "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080/metrics').read().decode())"
)
_WAITING = (
    "domnaer_relay_backlog_events",
    "domnaer_reader_lag_records",
    "domnaer_workers_unsettled",
)
"""The metrics that are 0 once everything recorded has had its effect."""


class Stack:
    """The running containers, and a client of the gateway."""

    def __init__(self, url: str, people: LocalIssuer) -> None:
        self.url = url
        self.people = people
        self.http = httpx2.Client(base_url=url, timeout=60)
        self._engine = docker.from_env()

    def close(self) -> None:
        """Close the clients."""
        self.http.close()
        self._engine.close()

    def headers(self, who: str, key: str | None = None) -> dict[str, str]:
        """Return the headers of a command."""
        return {
            "Authorization": f"Bearer {self.people.token(who)}",
            "Idempotency-Key": key or str(uuid4()),
        }

    def container(self, service: str) -> Container:
        """Return the container of an entry of the compose file."""
        labels = [f"com.docker.compose.project={PROJECT}", f"com.docker.compose.service={service}"]
        (found,) = self._engine.containers.list(all=True, filters={"label": labels})
        return found

    def crash(self, service: str) -> None:
        """Kill a container's process from outside. The engine's own kill would not be followed by a restart."""
        entry = self.container(service)
        self._engine.containers.run(
            self.container("postgres").attrs["Config"]["Image"],
            ["-c", f"kill -9 {entry.attrs['State']['Pid']}"],
            entrypoint="sh",
            user="root",
            pid_mode="host",
            remove=True,
        )

    def is_healthy(self, service: str) -> bool:
        """Return whether the health check of a container succeeds."""
        found: bool = self.container(service).attrs["State"].get("Health", {}).get("Status") == "healthy"
        return found

    def restarts(self, service: str) -> int:
        """Return how often the engine has restarted a container."""
        found: int = self.container(service).attrs["RestartCount"]
        return found

    def waiting(self) -> float:
        """Return the number of events, records and workers that wait, as the metrics of all services show it.

        It is infinite while a service does not answer, because it starts again.
        """
        total = 0.0
        for service in service_folders():
            try:
                code, said = self.container(service).exec_run(["python", "-c", _READ_METRICS])
            except APIError:
                return math.inf
            if code:
                return math.inf
            for family in text_string_to_metric_families(said.decode()):
                total += sum(sample.value for sample in family.samples if sample.name in _WAITING)
        return total

    def is_well(self) -> bool:
        """Return whether every relay and every reader works; a reader that does not read yet shows no lag."""
        return all(
            self.http.get(f"/{service}/health/{probe}").status_code == 200
            for service in service_folders()
            for probe in ("relay", "projector", "background")
        )

    def settle(self, within: float = 240) -> None:
        """Wait until nothing waits any more, three times in a row. Raises AssertionError."""
        steady = 0

        def is_settled() -> bool:
            nonlocal steady
            steady = steady + 1 if self.is_well() and self.waiting() == 0 else 0
            return steady == 3

        until(is_settled, within, pause=1)


def until(look: Callable[[], Any], within: float, pause: float = 0.5) -> None:
    """Call a function until it returns something true. Raises AssertionError after ``within`` seconds."""
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end, f"not within {within:g} s: {look}"
        time.sleep(pause)


def compose_command() -> list[str]:
    """Return the command of Compose: of version 2 if Docker has it, otherwise of version 1. Raises FileNotFoundError."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    if (found := shutil.which("docker-compose")) is None:
        raise FileNotFoundError("Compose is not installed (apt-get install docker-compose)")
    return [found]


@contextmanager
def run_stack(folder: Path) -> Iterator[Stack]:
    """Build the services' image and run all containers until the block ends; then remove them with their data."""
    copy = folder / "project"
    copy.mkdir()
    for name in COPIED:
        source = HOME / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    command = compose_command()
    if command != ["docker", "compose"]:
        # Version 1 does not know the key that names the project.
        text = (copy / "docker-compose.yml").read_text(encoding="utf-8")
        parsed = {key: value for key, value in yaml.safe_load(text).items() if key != "name"}
        (copy / "docker-compose.yml").write_text(yaml.safe_dump(parsed, sort_keys=False), encoding="utf-8")
    http, https = _free_port(), _free_port()
    people, keys = _issuer(folder)
    environment = {
        **os.environ,
        **GIVEN,
        "DOMNAER_JWKS_FOLDER": str(keys),
        "DOMNAER_REFERENCE_FOLDER": str(keys),
        "DOMNAER_IMAGE": f"{PROJECT}:latest",
        "DOMNAER_HTTP_PORT": str(http),
        "DOMNAER_HTTPS_PORT": str(https),
    }

    def compose(*arguments: str) -> str:
        return _run([*command, "--project-name", PROJECT, *arguments], copy, environment)

    stack = Stack(f"http://127.0.0.1:{http}", people)
    try:
        said = compose("build")
        assert not said, said
        # Compose gives up when a container is unhealthy, which one is for a while on a busy machine; it goes on when run again.
        until(lambda: not compose("up", "--detach"), _START_SECONDS)
        until(lambda: stack.is_healthy("gateway"), _START_SECONDS)
        yield stack
    finally:
        stack.close()
        compose("down", "--volumes", "--timeout", "5")


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run a command; return the end of its output if it failed, otherwise nothing."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return f"{' '.join(command)}:\n{done.stdout[-5000:]}" if done.returncode else ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _issuer(folder: Path) -> tuple[LocalIssuer, Path]:
    """Return an issuer in place of a ministry's identity provider, and the folder with its public keys alone."""
    keys = folder / "keys"
    keys.mkdir(mode=0o755)
    settings = Settings(
        environment=Environment.EMBEDDED,
        issuer=GIVEN["DOMNAER_ISSUER"],
        jwks=keys / "jwks.json",
        handle_key=SecretStr("a key of the handles, which no token needs"),
        session_key=SecretStr("a key of the sessions, which no token needs"),
    )
    return LocalIssuer(folder / "issuer", (*demo_people(), *demo_programs(), everything()), settings), keys
