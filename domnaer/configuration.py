"""Settings of the services: from the data folder on one machine, from the environment on servers."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from chassis.base.settings import Environment, Settings
from domnaer.embedded.folder import Addresses, DataFolder
from domnaer.service_names import service_names

DEFAULT_FOLDER = Path(".domnaer")
_POSTGRES_VARIABLE = "DOMNAER_POSTGRES"


class NothingRuns(Exception):
    """Neither the folder nor the environment names running servers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"nothing runs in {folder}, and {_POSTGRES_VARIABLE} names no server: start `domnaer up`, or set {_POSTGRES_VARIABLE}"
        )


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of a data folder. They are created once and must never be logged."""

    handle_key: str
    session_key: str
    database_password: str

    def __repr__(self) -> str:
        return "Keys(...)"

    def password_of(self, service: str) -> SecretStr:
        """Return the password of the database role of a service: a keyed hash, so that each service has its own."""
        return SecretStr(hmac.digest(self.database_password.encode(), service.encode(), "sha256").hex())


@dataclass(frozen=True, slots=True)
class DemoNote:
    """A note that a data folder holds the demo: the pinned day, and the scale of the history."""

    today: date
    scale: int


class ServiceFolder(DataFolder):
    """A data folder with the files of the services: their keys, the keys of the local issuer and
    those of the offline booth, the reference data that was loaded, the note of the demo."""

    def __init__(self, path: Path | str = DEFAULT_FOLDER) -> None:
        super().__init__(path)
        self.issuer = self.path / "issuer"
        self.sealing_keys = self.issuer / "sealing-keys.json"
        self.reference = self.path / "reference"
        self._keys = self.path / "keys.json"
        self._demo = self.path / "demo.json"

    def keys(self) -> Keys:
        """Return the keys of the folder, and create them if they are missing. The caller must hold the lock."""
        if not self._keys.exists():
            made = {name: secrets.token_urlsafe(36) for name in Keys.__slots__}
            _write_closed(self._keys, made)
        return self.find_keys()

    def find_keys(self) -> Keys:
        """Return the keys of the folder. Raises FileNotFoundError if the folder was never started."""
        return Keys(**json.loads(self._keys.read_text(encoding="utf-8")))

    def find_demo(self) -> DemoNote | None:
        """Return the note of the demo, or None if the folder holds no demo."""
        try:
            noted = json.loads(self._demo.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return DemoNote(date.fromisoformat(noted["today"]), noted["scale"])

    def note_demo(self, demo: DemoNote) -> None:
        """Write the note that the folder holds the demo; its day is pinned from then on."""
        _write_closed(self._demo, {"today": demo.today.isoformat(), "scale": demo.scale})


def folder_settings(folder: ServiceFolder, addresses: Addresses, keys: Keys) -> Settings:
    """Return the settings of the services of a data folder; only the settings of logs come from the environment."""
    demo = folder.find_demo()
    login = f"{quote(addresses.postgres_user)}:{quote(addresses.postgres_password, safe='')}"
    return Settings(
        environment=Environment.EMBEDDED,
        postgres=SecretStr(f"postgresql://{login}@{addresses.postgres_host}:{addresses.postgres_port}"),
        postgres_passwords={name: keys.password_of(name) for name in service_names()},
        **folder.kafka_settings(addresses.kafka_bootstrap),
        handle_key=SecretStr(keys.handle_key),
        session_key=SecretStr(keys.session_key),
        jwks=folder.issuer / "jwks.json",
        sealing_keys=folder.sealing_keys,
        today=demo.today if demo else None,
        reference_data=reference_folder(folder),
    )


def reference_folder(folder: ServiceFolder, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder of the reference data that the environment names, or else the one in the data folder.

    None if the environment names servers and no such folder: these have no data folder.
    """
    if named := environment.get("DOMNAER_REFERENCE_DATA"):
        return Path(named)
    return None if _POSTGRES_VARIABLE in environment else folder.reference


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The installation that a command works on: settings, and the URL of the services if they are running."""

    settings: Settings
    url: str | None
    folder: ServiceFolder | None


def find_surroundings(folder: Path, environment: Mapping[str, str] = os.environ) -> Surroundings:
    """Return the servers that the environment names, or else those that run in the folder. Raises NothingRuns."""
    if _POSTGRES_VARIABLE in environment:
        return Surroundings(Settings(), environment.get("DOMNAER_URL"), None)
    data_folder = ServiceFolder(folder)
    addresses = data_folder.find_addresses()
    if addresses is None or data_folder.find_holder() is None:
        raise NothingRuns(data_folder.path)
    return Surroundings(
        folder_settings(data_folder, addresses, data_folder.find_keys()), addresses.http_url, data_folder
    )


def _write_closed(path: Path, content: Mapping[str, object]) -> None:
    """Write a file atomically, readable by its owner only."""
    unfinished = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
