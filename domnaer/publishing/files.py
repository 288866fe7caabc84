"""Generates all published files, compares them with the committed files, and writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from contracts.catalogue import Catalogue, catalogue
from domnaer.publishing import paths
from domnaer.publishing.asyncapi import asyncapi_document
from domnaer.publishing.code_lists import code_document
from domnaer.publishing.compatibility import REMEDY, changes, codes_removed
from domnaer.publishing.messages import message_files
from domnaer.publishing.paths import Json, text_of
from domnaer.publishing.reference import event_reference
from domnaer.publishing.schemas import all_schemas
from domnaer.publishing.strimzi import topics_document, users_document


@dataclass(frozen=True)
class Generated:
    """The expected content of the generated files, by path from the root of the project."""

    files: dict[str, str]
    schemas: dict[str, Json]
    codes: Json
    root: Path = paths.ROOT

    @classmethod
    def fresh(cls, facts: Catalogue | None = None) -> Self:
        """Generate all files. Raises SampleMissing."""
        known = facts or catalogue()
        schemas, codes = all_schemas(known), code_document()
        files = {_named(paths.SCHEMAS / f"{name}.json"): text_of(schema) for name, schema in schemas.items()}
        files[_named(paths.CODES)] = text_of(codes)
        files[_named(paths.ASYNCAPI)] = text_of(asyncapi_document(known))
        files[_named(paths.REFERENCE)] = event_reference(known)
        files[_named(paths.STRIMZI / "users.yaml")] = users_document(known)
        files[_named(paths.STRIMZI / "topics.yaml")] = topics_document(known)
        files |= {_named(path): text for path, text in message_files().items()}
        return cls(files, schemas, codes)

    def stale(self) -> list[str]:
        """Return the files that are missing or have other content."""
        return [path for path, text in self.files.items() if _read(self.root / path) != text]

    def incompatible(self) -> list[str]:
        """Return the changes that would break readers or stored events, one line each, with the remedy."""
        found: list[str] = []
        folder = self.root / _named(paths.SCHEMAS)
        for path in sorted(folder.glob("*.json")):
            name = path.name.removesuffix(".json")
            if name not in self.schemas:
                found.append(
                    f"{name}: the type is removed, but its events are kept for ever: keep its class (as ...V1 with an upcaster)"
                )
                continue
            old = json.loads(path.read_text("utf-8"))
            found += [f"{change}; {REMEDY}" for change in changes(name, old, self.schemas[name])]
        committed = _read(self.root / _named(paths.CODES))
        if committed is not None:
            found += [
                f"{change}; keep it, since stored events use it"
                for change in codes_removed(json.loads(committed), self.codes)
            ]
        return found


def write(made: Generated) -> None:
    """Write the files."""
    for path, text in made.files.items():
        target = made.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _named(path: Path) -> str:
    return path.relative_to(paths.ROOT).as_posix()


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None
