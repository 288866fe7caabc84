"""All generated files: made anew, held against those committed, and written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from contracts.catalogue import Catalogue, catalogue
from domnaer.publishing import places
from domnaer.publishing.asyncapi import asyncapi_document
from domnaer.publishing.code_lists import code_document
from domnaer.publishing.compatibility import REMEDY, changes, codes_removed
from domnaer.publishing.messages import message_files
from domnaer.publishing.places import Json, text_of
from domnaer.publishing.reference import event_reference
from domnaer.publishing.schemas import all_schemas


@dataclass(frozen=True)
class Generated:
    """The generated files as they should read, by their path from the root of the project."""

    files: dict[str, str]
    schemas: dict[str, Json]
    codes: Json
    root: Path = places.ROOT

    @classmethod
    def fresh(cls, facts: Catalogue | None = None) -> Self:
        """Make all of them. Raises SampleMissing."""
        known = facts or catalogue()
        schemas, codes = all_schemas(known), code_document()
        files = {_named(places.SCHEMAS / f"{name}.json"): text_of(schema) for name, schema in schemas.items()}
        files[_named(places.CODES)] = text_of(codes)
        files[_named(places.ASYNCAPI)] = text_of(asyncapi_document(known))
        files[_named(places.REFERENCE)] = event_reference(known)
        files |= {_named(path): text for path, text in message_files().items()}
        return cls(files, schemas, codes)

    def stale(self) -> list[str]:
        """The files that are missing or read otherwise."""
        return [path for path, text in self.files.items() if _read(self.root / path) != text]

    def incompatible(self) -> list[str]:
        """What published readers or stored events would break on, and what to do instead, a line each."""
        found: list[str] = []
        folder = self.root / _named(places.SCHEMAS)
        for path in sorted(folder.glob("*.json")):
            name = path.name.removesuffix(".json")
            if name not in self.schemas:
                found.append(
                    f"{name}: the type is gone, but its events are kept for ever: keep its class (as ...V1 with an upcaster)"
                )
                continue
            old = json.loads(path.read_text("utf-8"))
            found += [f"{change}; {REMEDY}" for change in changes(name, old, self.schemas[name])]
        committed = _read(self.root / _named(places.CODES))
        if committed is not None:
            found += [
                f"{change}; keep it, since events are written in it"
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
    return path.relative_to(places.ROOT).as_posix()


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None
