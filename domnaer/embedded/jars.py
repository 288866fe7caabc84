"""Kafka's jars, downloaded once and verified by the SHA-256 in the lock file.

``python -m domnaer.embedded.jars`` downloads them at install time; no network is needed afterwards.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jgo.maven import MavenContext

ROOTS = ("org.apache.kafka:kafka_2.13:4.1.1", "org.slf4j:slf4j-simple:1.7.36")
LOCK_FILE = Path(__file__).with_name("kafka.lock")

_ATTEMPTS = 5
_TIMEOUT_SECONDS = 60
_PARALLEL = 4


class JarMissing(Exception):
    """A locked jar is missing in the folder, because the download was not run or was interrupted."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is missing: run `python -m domnaer.embedded.jars`")


class JarDiffers(Exception):
    """The content of a jar differs from its locked hash; the jar must not be run."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(f"{path} differs from the lock: expected SHA-256 {expected}, found {found}")
        self.path = path
        self.expected = expected
        self.found = found


class JarNotFetched(Exception):
    """All attempts to download a jar failed."""

    def __init__(self, jar: LockedJar, cause: Exception) -> None:
        super().__init__(f"{jar.coordinate} could not be fetched: {type(cause).__name__}: {cause}")


@dataclass(frozen=True, order=True, slots=True)
class LockedJar:
    """One line of the lock file."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def coordinate(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file_name(self) -> str:
        # The group is part of the file name, because two groups may publish an artifact with the same name.
        return f"{self.group}.{self.artifact}-{self.version}.jar"


def default_folder() -> Path:
    """Return the folder of the jars, which is inside the Python environment."""
    return Path(sys.prefix) / "share" / "domnaer" / "kafka"


def read_lock(lock_file: Path = LOCK_FILE) -> tuple[LockedJar, ...]:
    """Return the locked jars in the order of the file.

    Raises ValueError if a line is not ``group:artifact:version:sha256``.
    """
    jars = []
    for line in lock_file.read_text().splitlines():
        if line and not line.startswith("#"):
            group, artifact, version, sha256 = line.split(":")
            jars.append(LockedJar(group, artifact, version, sha256))
    return tuple(jars)


def class_path(folder: Path | None = None) -> str:
    """Return the class path of Kafka for ``java -cp``.

    It checks that all jars are present. Their content is checked at install time, since hashing 45 MB is slow.

    Raises JarMissing.
    """
    folder = folder or default_folder()
    paths = [folder / jar.file_name for jar in read_lock()]
    for path in paths:
        if not path.is_file():
            raise JarMissing(path)
    return ":".join(str(path) for path in paths)


def verify(path: Path, expected: str) -> None:
    """Compare a file with its locked hash.

    Raises JarDiffers.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise JarDiffers(path, expected, found)


def download_with_jgo(jar: LockedJar, cache: Path) -> Path:
    """Download one jar into the cache folder and return its path.

    Raises OSError after a time-out or a broken connection, RuntimeError if the registry does not have the jar.
    """
    return _maven(cache).create_dependency(jar.coordinate).artifact.resolve()


def fetch(
    folder: Path | None = None,
    jars: Sequence[LockedJar] | None = None,
    *,
    download: Callable[[LockedJar, Path], Path] = download_with_jgo,
) -> int:
    """Download missing jars and verify all of them; return the number of downloads.

    A jar with the right hash is kept. A jar with another hash is an error and not replaced, because an operator should
    examine it before it is deleted.

    Raises JarDiffers, JarNotFetched.
    """
    folder = folder or default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    missing = []
    for jar in read_lock() if jars is None else jars:
        path = folder / jar.file_name
        if path.exists():
            verify(path, jar.sha256)
        else:
            missing.append(jar)
    if missing:
        # In the same folder, so that the last step is an atomic rename.
        with (
            tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as scratch,
            ThreadPoolExecutor(_PARALLEL) as pool,
        ):
            for path in pool.map(lambda jar: _fetch_one(jar, Path(scratch), download), missing):
                path.rename(folder / path.name)
    return len(missing)


def _fetch_one(jar: LockedJar, scratch: Path, download: Callable[[LockedJar, Path], Path]) -> Path:
    # Each attempt has its own cache, because jgo leaves an incomplete file after an interrupted download.
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            fetched = download(jar, scratch / f"{jar.file_name}.{attempt}")
        except OSError as error:
            if attempt == _ATTEMPTS:
                raise JarNotFetched(jar, error) from error
            time.sleep(2**attempt / 4)
        except RuntimeError as error:
            raise JarNotFetched(jar, error) from error
        else:
            verify(fetched, jar.sha256)
            return fetched.rename(scratch / jar.file_name)
    raise AssertionError("every attempt returns or raises")


def _maven(cache: Path) -> MavenContext:
    # Imported late: only downloads need it, and every start of Kafka imports this module.
    from jgo.maven import MavenContext

    return MavenContext(repo_cache=cache, timeout=_TIMEOUT_SECONDS)


def resolve_lock(lock_file: Path = LOCK_FILE) -> int:
    """Resolve the roots again and write the lock file; used to change the version of Kafka.

    The hashes are those of the jars that the registry serves now: review the diff.

    Raises OSError if the registry cannot be reached, RuntimeError if a coordinate does not exist.
    """
    with tempfile.TemporaryDirectory() as scratch:
        maven = _maven(Path(scratch))
        inputs, transitive = maven.resolver.resolve([maven.create_dependency(root) for root in ROOTS])
        jars = []
        for dependency in {*inputs, *transitive}:
            content = dependency.artifact.resolve().read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            jars.append(LockedJar(dependency.groupId, dependency.artifactId, dependency.version, sha256))
    head = "# Written by `python -m domnaer.embedded.jars --lock`: group:artifact:version:sha256\n"
    lock_file.write_text(head + "".join(f"{jar.coordinate}:{jar.sha256}\n" for jar in sorted(jars)))
    return len(jars)


def main(
    folder: Annotated[
        Path | None, typer.Option(help="The folder of the jars; by default inside the Python environment.")
    ] = None,
    lock: Annotated[
        bool, typer.Option("--lock", help="First resolve the roots again and rewrite the lock file.")
    ] = False,
) -> None:
    """Download Kafka's locked jars and verify every SHA-256."""
    if lock:
        typer.echo(f"locked {resolve_lock()} jars in {LOCK_FILE.name}")
    folder = folder or default_folder()
    started = time.monotonic()
    try:
        fetched = fetch(folder)
    except (JarDiffers, JarNotFetched) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    seconds = time.monotonic() - started
    typer.echo(f"{len(read_lock())} jars verified in {folder}, {fetched} of them fetched, {seconds:.1f} s")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        typer.run(main)
