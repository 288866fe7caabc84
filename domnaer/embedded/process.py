"""The process of a server: started so that it ends with this process, and found again after a kill."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

_END_WITH_PARENT = Path(__file__).with_name("end_with_parent.py")
_POLL_SECONDS = 0.02
_REAP_SECONDS = 3
_TAIL_BYTES = 4000


class ServerDidNotStart(Exception):
    """A server ended or was not ready in time; the message contains the end of its log."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        super().__init__(f"{name} did not start: {reason}; {log} ends with:\n{log_tail(log)}")


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that runs a server."""

    uid: int
    gid: int


def own_account() -> Account:
    return Account(os.getuid(), os.getgid())


class ServerProcess:
    """One run of a server; its pid file makes it known to later runs.

    It has its own session, so that Ctrl-C in the terminal reaches only this process, which stops the servers in order.
    """

    def __init__(self, popen: subprocess.Popen[bytes], name: str, log: Path, pid_file: Path) -> None:
        self._popen = popen
        self._name = name
        self._log = log
        self._pid_file = pid_file

    @classmethod
    def spawn(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        pid_file: Path,
        account: Account,
        death_signal: signal.Signals,
    ) -> ServerProcess:
        """Start the command and append its output to the log.

        Call it in a thread that lives as long as the server: on Linux the server ends with that thread.
        """
        popen = _spawn(command, log, account, death_signal)
        pid_file.write_text(f"{popen.pid}\n")
        return cls(popen, name, log, pid_file)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    async def wait_until(self, ready: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
        """Wait until the server is ready.

        Raises ServerDidNotStart if the server ends first or is not ready in time; it is not running then.
        """
        try:
            async with asyncio.timeout(seconds):
                while not await ready():
                    if not self.is_running:
                        self.kill()
                        raise ServerDidNotStart(
                            self._name, f"it ended with {self._popen.returncode}", self._log
                        )
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            self.kill()
            raise ServerDidNotStart(self._name, f"not ready after {seconds:.0f} s", self._log) from None

    async def stop(self, how: signal.Signals, *, seconds: float) -> None:
        """Stop the server with a signal, and kill it if it does not end in time."""
        if self.is_running:
            self._popen.send_signal(how)
        try:
            async with asyncio.timeout(seconds):
                while self.is_running:
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            pass
        finally:
            # Also if this wait is cancelled, so that no server is left behind.
            self.kill()

    def kill(self) -> None:
        """Kill the server and its children at once."""
        if self.is_running:
            kill_with_children(self.pid)
            self._popen.wait()
        self._pid_file.unlink(missing_ok=True)


async def run_to_end(name: str, command: Sequence[str | Path], *, log: Path, account: Account) -> None:
    """Run a command that prepares the folder of a server.

    Raises ServerDidNotStart if it fails.
    """
    popen = _spawn(command, log, account, signal.SIGKILL)
    try:
        while popen.poll() is None:
            await asyncio.sleep(_POLL_SECONDS)
    except asyncio.CancelledError:
        kill_with_children(popen.pid)
        popen.wait()
        raise
    if popen.returncode != 0:
        raise ServerDidNotStart(name, f"{Path(command[0]).name} ended with {popen.returncode}", log)


def _spawn(
    command: Sequence[str | Path], log: Path, account: Account, death_signal: signal.Signals
) -> subprocess.Popen[bytes]:
    # subprocess and not asyncio's: it works the same under uvloop, and a server may outlive the loop that started it.
    wrapper = [
        sys.executable,
        "-I",
        "-S",
        _END_WITH_PARENT,
        os.getpid(),
        int(death_signal),
        account.uid,
        account.gid,
    ]
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in (*wrapper, *command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def stop_left_over(pid_file: Path, folder: Path, how: signal.Signals, *, seconds: float) -> int | None:
    """Stop a server that a killed run left behind, and return its pid.

    The pid may belong to another process by now: only a process whose command line names this folder is stopped.
    """
    try:
        process = psutil.Process(int(pid_file.read_text()))
        command = process.cmdline()
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
        pid_file.unlink(missing_ok=True)
        return None
    ours = any(f"{folder}/" in argument for argument in command)
    if ours:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(how)
        patience = time.monotonic() + seconds
        while process.is_running() and not is_zombie(process.pid):
            if time.monotonic() > patience:
                kill_with_children(process.pid)
            await asyncio.sleep(_POLL_SECONDS)
    # A process without a command line is ending. In both cases the pid is free only after the system's first process
    # has reaped it, which may take a while.
    if ours or not command:
        patience = time.monotonic() + _REAP_SECONDS
        while process.is_running() and time.monotonic() < patience:
            await asyncio.sleep(_POLL_SECONDS)
    pid_file.unlink(missing_ok=True)
    return process.pid if ours else None


def kill_with_children(pid: int) -> None:
    """Kill a process and its children.

    Each backend of PostgreSQL has its own session, so a signal to the process group would not reach it.
    """
    try:
        process = psutil.Process(pid)
        processes = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def is_zombie(pid: int) -> bool:
    """Return whether a process has ended but was not yet reaped."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def log_tail(log: Path) -> str:
    """Return the last lines of a log for an error message."""
    if not log.exists():
        return ""
    return log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
