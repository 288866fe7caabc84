"""Settings of the services from a data folder or from the environment."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from chassis.base.settings import Environment
from domnaer.configuration import DemoNote, NothingRuns, ServiceFolder, find_surroundings, folder_settings
from domnaer.embedded.folder import Addresses

ADDRESSES = Addresses("127.0.0.1", 5432, "postgres", "p/w:d@", "127.0.0.1:9092", "http://127.0.0.1:8080")


@pytest.fixture
def folder(tmp_path: Path) -> ServiceFolder:
    made = ServiceFolder(tmp_path / "data")
    made.create()
    return made


def test_keys_are_created_once_and_private(folder: ServiceFolder) -> None:
    keys = folder.keys()
    assert folder.keys() == keys == folder.find_keys()
    assert len({keys.handle_key, keys.session_key, keys.database_password}) == 3
    assert min(map(len, (keys.handle_key, keys.session_key))) >= 32
    assert stat.S_IMODE((folder.path / "keys.json").stat().st_mode) == 0o600
    assert keys.handle_key not in repr(keys)


def test_the_settings_of_a_folder_name_its_servers(folder: ServiceFolder) -> None:
    settings = folder_settings(folder, ADDRESSES, folder.keys())
    assert settings.environment is Environment.EMBEDDED
    assert settings.maintenance == "postgresql://postgres:p%2Fw%3Ad%40@127.0.0.1:5432/postgres"
    assert settings.kafka == "127.0.0.1:9092"
    assert settings.today is None
    assert "p/w:d@" not in repr(settings) + repr(ADDRESSES)


def test_a_folder_that_holds_the_demo_keeps_its_day(folder: ServiceFolder) -> None:
    folder.note_demo(DemoNote(date(2015, 11, 30), 20))
    assert folder.find_demo() == DemoNote(date(2015, 11, 30), 20)
    assert folder_settings(folder, ADDRESSES, folder.keys()).today == date(2015, 11, 30)


def test_an_unlocked_folder_has_no_running_services(folder: ServiceFolder, tmp_path: Path) -> None:
    folder.write_addresses(ADDRESSES)
    for path in (folder.path, tmp_path / "never"):
        with pytest.raises(NothingRuns, match="domnaer up"):
            find_surroundings(path, {})


def test_a_locked_folder_has_the_addresses_of_its_services(folder: ServiceFolder) -> None:
    folder.keys()
    with folder.lock():
        folder.write_addresses(ADDRESSES)
        found = find_surroundings(folder.path, {})
    assert (found.url, found.settings.kafka) == ("http://127.0.0.1:8080", "127.0.0.1:9092")


def test_the_environment_comes_first(folder: ServiceFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    stated = {
        "DOMNAER_POSTGRES": "postgresql://db:5432",
        "DOMNAER_KAFKA": "broker:9092",
        "DOMNAER_HANDLE_KEY": "h" * 32,
        "DOMNAER_SESSION_KEY": "s" * 32,
        "DOMNAER_URL": "https://domnaer.example",
    }
    for name, value in stated.items():
        monkeypatch.setenv(name, value)
    found = find_surroundings(folder.path)
    assert (found.url, found.settings.kafka, found.folder) == ("https://domnaer.example", "broker:9092", None)
    assert found.settings.environment is Environment.PRODUCTION
