from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from domnaer.embedded.folder import Addresses, DataFolder, FolderInUse
from domnaer.embedded.postgres import memory, shared_buffers
from domnaer.embedded.process import stop_left_over

ADDRESSES = Addresses(
    postgres_host="127.0.0.1",
    postgres_port=20001,
    postgres_user="postgres",
    postgres_password="s3cret",
    kafka_bootstrap="127.0.0.1:20002",
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.create()
    return folder


def test_a_folder_is_locked_by_one_process_at_a_time(folder: DataFolder) -> None:
    assert folder.find_holder() is None
    with folder.lock():
        assert folder.find_holder() == os.getpid()
        with pytest.raises(FolderInUse, match=f"in use by process {os.getpid()}"), folder.lock():
            pass
        assert folder.find_holder() == os.getpid()
    assert folder.find_holder() is None
    with folder.lock():
        pass


def test_a_folder_that_does_not_exist_has_no_holder_and_no_addresses(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "nothing")
    assert folder.find_holder() is None
    assert folder.find_addresses() is None


def test_addresses_are_read_back_and_only_the_owner_may_read_them(folder: DataFolder) -> None:
    folder.write_addresses(ADDRESSES)
    assert folder.find_addresses() == ADDRESSES
    assert stat.S_IMODE((folder.path / "addresses.json").stat().st_mode) == 0o600
    assert [path.name for path in folder.path.glob(".addresses*")] == []


def test_addresses_do_not_show_the_password_in_a_log() -> None:
    assert "s3cret" not in repr(ADDRESSES)


def test_a_server_keeps_its_port_while_it_is_free(folder: DataFolder) -> None:
    port = folder.port("kafka")
    assert folder.port("kafka") == port
    assert folder.port("postgres") != port
    with socket.socket() as intruder:
        intruder.bind(("127.0.0.1", port))
        intruder.listen()
        assert folder.port("kafka") != port


async def test_a_process_of_another_program_is_not_stopped(folder: DataFolder) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        pid_file = folder.pid_file("kafka")
        pid_file.write_text(f"{stranger.pid}\n")
        assert await stop_left_over(pid_file, folder.path, signal.SIGTERM, seconds=1) is None
        assert stranger.poll() is None
        assert not pid_file.exists()
    finally:
        stranger.kill()
        stranger.wait()


async def test_a_server_of_a_folder_with_a_similar_name_is_not_stopped(folder: DataFolder) -> None:
    neighbour = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)", f"{folder.path}2/kafka"]
    )
    try:
        pid_file = folder.pid_file("kafka")
        pid_file.write_text(f"{neighbour.pid}\n")
        assert await stop_left_over(pid_file, folder.path, signal.SIGTERM, seconds=1) is None
        assert neighbour.poll() is None
    finally:
        neighbour.kill()
        neighbour.wait()


@pytest.mark.parametrize(("gigabytes", "given"), [(0.25, "128MB"), (2, "512MB"), (64, "2048MB")])
def test_postgres_is_given_a_quarter_of_the_memory_within_reason(gigabytes: float, given: str) -> None:
    assert shared_buffers(int(gigabytes * 2**30)) == given


def test_a_container_may_use_less_than_the_machine_has(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    assert (has := memory(limit)) > 2**20
    limit.write_text("1048576\n")
    assert memory(limit) == 2**20
    limit.write_text("max\n")
    assert memory(limit) == has
