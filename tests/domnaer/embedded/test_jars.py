from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
import requests  # jgo's own client: its time-outs are what fetching must survive

from domnaer.embedded import jars
from domnaer.embedded.jars import JarDiffers, JarMissing, JarNotFetched, LockedJar

CONTENT = b"a jar"
JAR = LockedJar("org.example", "artifact", "1.0", hashlib.sha256(CONTENT).hexdigest())


def test_the_lock_holds_the_roots_and_neither_a_path_nor_a_host() -> None:
    locked = jars.read_lock()
    assert {jar.coordinate for jar in locked} >= set(jars.ROOTS)
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in locked)
    assert len({jar.file_name for jar in locked}) == len(locked)
    assert "/" not in "".join(jar.coordinate for jar in locked)
    assert "://" not in jars.LOCK_FILE.read_text()


def test_the_jars_of_this_environment_are_the_locked_ones() -> None:
    assert jars.fetch() == 0


def test_a_jar_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / JAR.file_name).write_bytes(CONTENT)
    assert jars.fetch(tmp_path, [JAR]) == 0


def test_a_jar_with_another_content_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / JAR.file_name
    path.write_bytes(b"something else")
    with pytest.raises(JarDiffers) as refused:
        jars.fetch(tmp_path, [JAR])
    assert refused.value.path == path
    assert refused.value.expected == JAR.sha256
    assert refused.value.found == hashlib.sha256(b"something else").hexdigest()
    for part in (str(path), refused.value.expected, refused.value.found):
        assert part in str(refused.value)


def test_kafka_is_not_started_without_its_jars(tmp_path: Path) -> None:
    with pytest.raises(JarMissing, match=re.escape("python -m domnaer.embedded.jars")):
        jars.class_path(tmp_path)


def test_a_fetch_that_times_out_is_tried_again(tmp_path: Path) -> None:
    attempts = 0

    def download(_: LockedJar, cache: Path) -> Path:
        nonlocal attempts
        attempts += 1
        cache.mkdir()
        (cache / "torn.jar").write_bytes(CONTENT[:2] if attempts == 1 else CONTENT)
        if attempts == 1:
            raise requests.ReadTimeout("too slow")
        return cache / "torn.jar"

    assert jars.fetch(tmp_path, [JAR], download=download) == 1
    assert attempts == 2
    assert [path.name for path in tmp_path.iterdir()] == [JAR.file_name]


def test_a_fetched_jar_that_differs_never_enters_the_folder(tmp_path: Path) -> None:
    def download(_: LockedJar, cache: Path) -> Path:
        cache.mkdir()
        (cache / "other.jar").write_bytes(b"something else")
        return cache / "other.jar"

    with pytest.raises(JarDiffers):
        jars.fetch(tmp_path, [JAR], download=download)
    assert list(tmp_path.iterdir()) == []


def test_a_jar_the_registry_does_not_have_is_not_asked_for_twice(tmp_path: Path) -> None:
    attempts = 0

    def download(_: LockedJar, __: Path) -> Path:
        nonlocal attempts
        attempts += 1
        raise RuntimeError("not found in remote repositories")

    with pytest.raises(JarNotFetched, match=re.escape(JAR.coordinate)):
        jars.fetch(tmp_path, [JAR], download=download)
    assert attempts == 1
