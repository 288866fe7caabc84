"""Paths of the generated files and of the samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import contracts

ROOT = Path(contracts.__path__[0]).parent
GENERATED = ROOT / "contracts" / "generated"
SCHEMAS = GENERATED / "schemas"
CODES = GENERATED / "codes.json"
ASYNCAPI = GENERATED / "asyncapi.json"
SAMPLES = ROOT / "contracts" / "samples"
REFERENCE = ROOT / "docs" / "events.md"
STRIMZI = ROOT / "deploy" / "strimzi"
LOCALE = ROOT / "chassis" / "pages" / "locale"

Json = dict[str, Any]


def text_of(document: Json) -> str:
    """Return a JSON document as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
