"""docker-compose.yml as compose reads it: variables put in, anchors resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).parents[2]
FILE = HOME / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?::(\?|-)([^}]*))?\}")


def service_folders() -> list[str]:
    """The services that there are, by their folders."""
    return sorted(found.parent.name for found in (HOME / "services").glob("*/main.py"))


GIVEN: Mapping[str, str] = {
    "DOMNAER_HANDLE_KEY": "a key of the handles for this test alone",
    "DOMNAER_SESSION_KEY": "a key of the sessions for this test alone",
    "DOMNAER_POSTGRES_ADMIN_PASSWORD": "7b2e",
    "DOMNAER_JWKS_FOLDER": "./keys",
    "DOMNAER_ISSUER": "https://identity.example.org",
    "DOMNAER_KAFKA_ADMIN_PASSWORD": "5e4d",
    **{f"DOMNAER_{name.upper()}_POSTGRES_PASSWORD": f"9f1c{name}" for name in service_folders()},
    **{f"DOMNAER_{name.upper()}_KAFKA_PASSWORD": f"3a8b{name}" for name in (*service_folders(), "operator")},
}
"""The variables without which compose does not start."""


def variables(text: str) -> dict[str, tuple[str, str]]:
    """The variables that the file uses: ``?`` and a message where one is needed, ``-`` and the default otherwise."""
    return {name: (kind, rest) for name, kind, rest in VARIABLE.findall(text)}


def read(given: Mapping[str, str] = GIVEN) -> dict[str, Any]:
    """The configuration with variables put in. Raises KeyError for one that is needed and not given."""

    def put_in(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if given.get(name):
            return given[name]
        if kind == "-":
            return str(rest)
        raise KeyError(name)

    parsed: dict[str, Any] = _each(
        yaml.safe_load(FILE.read_text(encoding="utf-8")), lambda text: VARIABLE.sub(put_in, text)
    )
    return parsed


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _each(one, change) for name, one in value.items()}
    return value
