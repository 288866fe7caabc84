"""Descriptions of exceptions without personal data, for logs and health checks."""

from __future__ import annotations

import re
import traceback
from collections import Counter

import asyncpg
from aiokafka.errors import KafkaError
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from pydantic import ValidationError

from contracts.refusal import Refusal

_SAFE_TYPES: tuple[type[BaseException], ...] = (
    Refusal,
    OSError,
    TimeoutError,
    TypeError,
    AttributeError,
    NameError,
    ImportError,
    RuntimeError,
)
_ARGUMENT = re.compile(r"^invalid input for query argument \$\d+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_FRAMES = 20
_CHAIN = 6
_LONGEST = 300


def describe_exception(error: BaseException, *, places: bool = True) -> str:
    """Describe an exception and its causes; ``places`` adds the positions in the code, never values of variables."""
    chain: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < _CHAIN:
        seen.add(id(current))
        text = message(current)
        lines = [type(current).__name__ + (f": {text}" if text else "")]
        if places:
            lines += _places(current)
        if isinstance(current, BaseExceptionGroup):
            lines += [describe_exception(inner, places=places) for inner in current.exceptions[:_CHAIN]]
        chain.append("\n".join(lines))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nafter\n".join(chain)


def _places(error: BaseException) -> list[str]:
    """Return the frames of our own code, and the last frame."""
    frames = traceback.extract_tb(error.__traceback__)
    kept = [frame for frame in frames[:-1] if "site-packages" not in frame.filename] + frames[-1:]
    return [f"  {_module(frame.filename)}:{frame.lineno} in {frame.name}" for frame in kept[-_FRAMES:]]


def message(error: BaseException) -> str:
    """Return the part of an exception's message that cannot contain data."""
    if isinstance(error, ValidationError):
        kinds = Counter(
            one["type"] for one in error.errors(include_url=False, include_context=False, include_input=False)
        )
        return "of " + error.title.partition("[")[0][:60] + ": " + _counted(kinds)
    if isinstance(error, RequestValidationError | ResponseValidationError):
        return _counted(Counter(str(one.get("type")) for one in error.errors()))
    if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError) and (
        at := _ARGUMENT.match(str(error))
    ):
        return at[0]
    if isinstance(error, asyncpg.PostgresError):
        return _postgres_message(error)
    if isinstance(error, asyncpg.InterfaceError):
        return _cut(_QUOTED.sub("…", str(error)))
    if isinstance(error, OSError):
        return _cut(error.strerror or "")
    if isinstance(error, KafkaError):
        return _cut(_QUOTED.sub("…", str(error)))
    if isinstance(error, _SAFE_TYPES):
        return _cut(str(error))
    return ""


def _postgres_message(error: asyncpg.PostgresError) -> str:
    """Return the SQL state with table and constraint; PostgreSQL's detail line, which shows rows, is left out."""
    state = error.sqlstate or "?????"
    parts = [f"sqlstate {state}"]
    for label in ("schema_name", "table_name", "column_name", "constraint_name"):
        if value := getattr(error, label, None):
            parts.append(f"{label.removesuffix('_name')} {value}")
    if state[:2] not in ("22", "23", "P0", "DM"):
        parts.append(_cut(str(error.args[0] if error.args else "").partition("\n")[0]))
    return ", ".join(parts)


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def _module(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").split("/")[-3:])


def _cut(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
