"""Logs: one line an event, with the ids that join it to the rest, and nothing in it of any person.

Two nets hold personal data back. Values under names that may hold it, models and bodies are masked; and of an
exception only its type, its place in the code and, for types whose words are ours or the system's own, its
message are written, never local variables, inputs or rows.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

import orjson
import structlog
from structlog.typing import FilteringBoundLogger, Processor
from uuid_utils.compat import uuid7

from chassis.base.failures import describe_exception
from chassis.base.settings import Settings

_correlation: ContextVar[UUID | None] = ContextVar("correlation", default=None)
_causation: ContextVar[UUID | None] = ContextVar("causation", default=None)
_service: ContextVar[str | None] = ContextVar("service", default=None)

MASK = "•••"
# fmt: off
PERSONAL = frozenset(
    {
        "address", "age", "answer", "arg", "args", "birth", "birth_date", "birth_day", "body", "born",
        "caller_name", "contact", "content", "cookie", "data", "date_of_birth", "document",
        "document_number", "documents", "email", "evidence_text", "father", "given_name", "handle",
        "handles", "headers", "input", "khmer", "latin", "message", "mother", "name", "names", "number",
        "numbers", "outcome", "parameters", "params", "passport", "password", "payload", "person",
        "persons", "phone", "phones", "query", "query_string", "record_text", "relative", "relatives",
        "remarks", "request", "row", "rows", "secret", "spouse", "surname", "text", "token", "url",
        "value", "values", "words",
    }
)
# fmt: on
COUNTED = frozenset({"documents", "handles", "numbers", "persons", "rows", "values"})
_NOT_WORDS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_KHMER = re.compile(r"[\u1780-\u17ff\u19e0-\u19ff\u200b]+")
_LONGEST = 400
_QUOTED = re.compile(r"'[^']{0,400}'|\"[^\"]{0,400}\"")
_CODE = re.compile(r"[A-Za-z0-9_.:/#{}()\[\]=-]{0,120}")
_PATH_SEGMENT = re.compile(r"[A-Za-z0-9_.~-]*")
_QUIET = (
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "python_multipart",
    "multipart",
    "asyncio",
    "aiokafka",
    "watchfiles",
)

EventDict = MutableMapping[str, Any]


def correlation() -> UUID:
    """The id that joins everything that follows from one request; a new one outside of requests."""
    found = _correlation.get()
    return uuid7() if found is None else found


@contextmanager
def following(
    correlation_id: UUID, causation_id: UUID | None = None, service: str | None = None
) -> Iterator[None]:
    """What is logged within follows from this request or event."""
    marks = (_correlation.set(correlation_id), _causation.set(causation_id))
    of_service = None if service is None else _service.set(service)
    try:
        yield
    finally:
        _correlation.reset(marks[0])
        _causation.reset(marks[1])
        if of_service is not None:
            _service.reset(of_service)


class ServiceLog:
    """The log of a service or a part of it: what happened in fixed words, codes and numbers beside them."""

    def __init__(self, service: str | None = None, **always: Any) -> None:
        if service is not None:
            always["service"] = service
        self._log: FilteringBoundLogger = structlog.get_logger("domnaer", **always)

    def debug(self, event: str, **codes: Any) -> None:
        """For who looks for a mistake."""
        self._log.debug(event, **codes)

    def info(self, event: str, **codes: Any) -> None:
        """The course of things."""
        self._log.info(event, **codes)

    def warning(self, event: str, **codes: Any) -> None:
        """Something that somebody should look at some day."""
        self._log.warning(event, **codes)

    def error(self, event: str, **codes: Any) -> None:
        """Something that somebody should look at now; pass ``exc_info`` to tell of an exception."""
        self._log.error(event, **codes)


def configure_logs(settings: Settings, stream: IO[str] | None = None) -> None:
    """Set up logging for this process: ours and the libraries', through the same nets to one stream."""
    pretty = settings.log_format == "console"
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_foreign, *_shared()],
        use_get_message=False,
        pass_foreign_args=True,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(colors=False) if pretty else _line,
        ],
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _shared() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _joined,
        _exceptions_told,
        without_personal_data,
    ]


def _joined(_: Any, __: str, event: EventDict) -> EventDict:
    for key, value in (("correlation_id", _correlation.get()), ("causation_id", _causation.get())):
        if value is not None:
            event.setdefault(key, str(value))
    if (service := _service.get()) is not None:
        event.setdefault("service", service)
    return event


def _exceptions_told(_: Any, __: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = _Told(describe_exception(error))
    return event


class _Told(str):
    """Text that :mod:`chassis.base.failures` made, which may be long and hold line breaks."""


def _foreign(_: Any, __: str, event: EventDict) -> EventDict:
    """A library's own line: the access log without queries, anything else by its first line."""
    record, words, args = event["_record"], str(event["event"]), event.pop("positional_args", ())
    event["logger"] = record.name
    if record.name == "uvicorn.access" and isinstance(args, tuple) and len(args) == 5:
        _, method, path, _, status = args
        event.update(event="request", method=method, path=path_without_query(str(path)), status=status)
    elif record.name == "py.warnings":
        event["event"] = _QUOTED.sub(MASK, str(args[0] if args else words).split("\n", 1)[0])
    else:
        event["event"] = _words(words, args)
    return event


def _words(words: str, args: Any) -> str:
    """A library's message with those of its arguments that are codes or numbers."""
    if isinstance(args, tuple) and args:
        with suppress(TypeError, ValueError):
            words = words % tuple(_argument(one) for one in args)
    elif not args:
        words = _QUOTED.sub(MASK, words)
    return words.split("\n", 1)[0]  # asyncio's second line shows an exception with its words


def _argument(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return describe_exception(value, places=False)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else MASK


def path_without_query(path: str) -> str:
    """A path as it may be logged: without query, and without what no route of ours has in it."""
    path = path.partition("?")[0].partition("#")[0]
    return "/".join(part if _PATH_SEGMENT.fullmatch(part) else MASK for part in path.split("/"))[:_LONGEST]


def without_personal_data(_: Any, __: str, event: EventDict) -> EventDict:
    """Mask what could be personal, by its name and by its kind; a processor of structlog."""
    for key, value in event.items():
        if key == "event":
            event[key] = _plain(str(value))
        elif key.startswith("_") or isinstance(value, _Told):
            continue
        elif key.lower() in PERSONAL:
            event[key] = value if isinstance(value, int) and key in COUNTED else MASK
        else:
            event[key] = _shown(value)
    return event


def _shown(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return _shown(value.value)
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, UUID | datetime | date | PurePath):
        return _plain(str(value))
    if isinstance(value, BaseException):
        return describe_exception(value, places=False)
    if isinstance(value, dict) and depth < 3:
        return {
            _plain(str(key)): MASK if str(key).lower() in PERSONAL else _shown(inner, depth + 1)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset) and depth < 3:
        return [_shown(inner, depth + 1) for inner in list(value)[:50]]
    return f"<{type(value).__name__}>"


def _plain(text: str) -> str:
    """One line, escaped where a reader could be misled, and without Khmer: our own lines have none."""
    text = _NOT_WORDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _KHMER.sub(MASK, text)[:_LONGEST]


def _line(_: Any, __: str, event: EventDict) -> str:
    return orjson.dumps(dict(event), default=lambda value: f"<{type(value).__name__}>").decode()
