"""A server's process: started on a leash, stopped in order, found again after an abrupt end."""

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

_LEASH = Path(__file__).with_name("leash.py")
_POLL_SECONDS = 0.02
_REAP_SECONDS = 3
_TAIL_BYTES = 4000


class ServerDidNotStart(Exception):
    """A server ended, or stayed silent for too long, before it was ready; the end of its log is in the message."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        super().__init__(f"{name} did not start: {reason}; {log} ends with:\n{log_tail(log)}")


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a server runs under."""

    uid: int
    gid: int


def own_account() -> Account:
    return Account(os.getuid(), os.getgid())


class ServerProcess:
    """One run of a server, known to later runs of ours through its pid file.

    It leads a session of its own, so that a Ctrl-C in the terminal reaches only us and we stop the servers in order.
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
        """Starts the command, its output going to the end of the log.

        To be called in a thread that lives as long as the server should: on Linux the leash is tied to the thread.
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
        """Asks until the server says it is ready.

        Raises ServerDidNotStart when it ends first or the time is over; it is not running then.
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
        """Asks the server to end and ends it by force when it has not in time."""
        if self.is_running:
            self._popen.send_signal(how)
        try:
            async with asyncio.timeout(seconds):
                while self.is_running:
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            pass
        finally:
            # Also when this wait is cancelled: whoever has no more patience must not leave a server behind.
            self.kill()

    def kill(self) -> None:
        """Ends the server and its own children at once, with no chance to tidy up."""
        if self.is_running:
            kill_with_children(self.pid)
            self._popen.wait()
        self._pid_file.unlink(missing_ok=True)


async def run_to_end(name: str, command: Sequence[str | Path], *, log: Path, account: Account) -> None:
    """Runs a command that prepares a server's folder.

    Raises ServerDidNotStart when it fails.
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
    # Plain subprocess, not asyncio's: the same under uvloop, and a server may outlive the loop that started it.
    leash = [sys.executable, "-I", "-S", _LEASH, os.getpid(), int(death_signal), account.uid, account.gid]
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in (*leash, *command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def stop_left_over(pid_file: Path, folder: Path, how: signal.Signals, *, seconds: float) -> int | None:
    """Stops the server that a killed run of ours left behind, and returns its pid.

    A pid may have been given to somebody else since: only a process whose command line names this folder is touched.
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
    # Without a command line it is just ending. Either way its number is free only when the system's first process has
    # asked for its outcome, which it does at its leisure.
    if ours or not command:
        patience = time.monotonic() + _REAP_SECONDS
        while process.is_running() and time.monotonic() < patience:
            await asyncio.sleep(_POLL_SECONDS)
    pid_file.unlink(missing_ok=True)
    return process.pid if ours else None


def kill_with_children(pid: int) -> None:
    """Kills a process and what it started.

    PostgreSQL's backends each lead a session of their own, so a signal to the group would miss them.
    """
    try:
        process = psutil.Process(pid)
        doomed = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in doomed:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def is_zombie(pid: int) -> bool:
    """Whether a process has ended and only its number is left, because nobody has asked for its outcome."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def log_tail(log: Path) -> str:
    """The last lines of a log, for an error message."""
    if not log.exists():
        return ""
    return log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")
