"""No password and no key is in a command line, in a log or in the output of a command."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from domnaer.all_services import find_services
from domnaer.configuration import ServiceFolder
from tests.domnaer.commands import DOMNAER, Command, domnaer, environment

pytestmark = pytest.mark.timeout(300)
URL = r"^(http://127\.0\.0\.1:\d+)$"


def secrets_of(folder: Path) -> set[str]:
    """Return all secrets of a data folder, and of its database roles."""
    found = ServiceFolder(folder)
    keys, addresses = found.find_keys(), found.find_addresses()
    assert addresses is not None
    secrets = {keys.handle_key, keys.session_key, keys.database_password, addresses.postgres_password}
    secrets |= {keys.password_of(each.name).get_secret_value() for each in find_services()}
    secrets |= set(found.kafka_passwords().values())
    secrets.add(json.loads((found.issuer / "issuer.key.json").read_text(encoding="utf-8"))["d"])
    assert len(secrets) > 10 and min(map(len, secrets)) > 20
    return secrets | {quote(each, safe="") for each in secrets}


def command_lines(process: psutil.Process) -> set[str]:
    """Return the command lines of a process and of all processes that it started."""
    found = set()
    for each in [process, *process.children(recursive=True)]:
        try:
            found.add(" ".join(each.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return found


def held(secrets: Iterable[str], text: str) -> list[str]:
    return [each[:4] for each in secrets if each in text]


def test_no_command_line_log_or_output_has_a_secret(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Command("up", "--folder", folder, "--port", "0", DOMNAER_LOG_LEVEL="debug") as up:
        seen = set()
        process = psutil.Process(up.process.pid)
        while "http://127.0.0.1" not in up.output:
            assert up.process.poll() is None, up.output
            seen |= command_lines(process)
            time.sleep(0.01)
        seen |= command_lines(process)
        shown = [domnaer("status", "--folder", folder), domnaer("dead-letters", "list", "--folder", folder)]
        rebuilding = subprocess.Popen(
            [*DOMNAER, "rebuild", "registry", "--processes", "2", "--folder", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(),
        )
        rebuilder = psutil.Process(rebuilding.pid)
        while rebuilding.poll() is None:
            seen |= command_lines(rebuilder)
            time.sleep(0.01)
        assert rebuilding.stdout is not None
        output = rebuilding.stdout.read()
        assert up.stop(signal.SIGINT) == 0
    secrets = secrets_of(folder)
    assert any("postgres" in line for line in seen) and any("kafka" in line for line in seen)
    assert any("services.registry.rebuilding" in line for line in seen), output
    assert held(secrets, "\n".join(seen)) == []
    assert held(secrets, up.output + output + "".join(each.stdout + each.stderr for each in shown)) == []
    logs = sorted((folder / "logs").iterdir())
    assert {log.name for log in logs} >= {"services.log", "postgres.log", "kafka.log"}
    for log in logs:
        assert held(secrets, log.read_text(encoding="utf-8", errors="replace")) == [], log.name


def test_a_failing_login_shows_no_password(tmp_path: Path) -> None:
    secret = "a-Password-that-nothing-may-show"
    given = {
        "DOMNAER_POSTGRES": f"postgresql://postgres:{secret}@127.0.0.1:9",
        "DOMNAER_POSTGRES_PASSWORDS": json.dumps({"border": secret}),
        "DOMNAER_HANDLE_KEY": secret + "-of-the-handles",
        "DOMNAER_SESSION_KEY": secret + "-of-the-pages",
        "DOMNAER_JWKS": str(tmp_path / "jwks.json"),
    }
    for command in (("status",), ("migrate", "--service", "border"), ("serve", "border", "--port", "0")):
        answered = domnaer(*command, **given)
        assert answered.returncode != 0
        assert secret not in answered.stdout + answered.stderr
    wrong = domnaer(
        "migrate", **{**given, "DOMNAER_POSTGRES_PASSWORDS": json.dumps({"border": secret + "ក"})}
    )
    assert wrong.returncode == 1
    assert "DOMNAER_POSTGRES_PASSWORDS" in wrong.stderr and secret not in wrong.stdout + wrong.stderr
