"""Logging: one line for each event, with its correlation id, and without personal data.

Fields that every line of a request or an event shares (``correlation_id``, ``causation_id``, ``service``) are
bound with ``structlog.contextvars.bound_contextvars``.

Two filters keep personal data out of the log. Values of fields whose names suggest personal data are masked, and
so are models and bodies. Of an exception only the type and the position in the code are written, and the message
for types whose messages cannot contain data; local variables, inputs and rows are never written.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import IO, Any
from uuid import UUID

import orjson
import structlog
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.typing import FilteringBoundLogger, Processor
from uuid_utils.compat import uuid7

from chassis.base.failures import describe_exception
from chassis.base.settings import Settings

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
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_KHMER = re.compile(r"[\u1780-\u17ff\u19e0-\u19ff\u200b]+")
_LONGEST = 400
_QUOTED = re.compile(r"'[^']{0,400}'|\"[^\"]{0,400}\"")
_CODE = re.compile(r"[A-Za-z0-9_.:/#{}()\[\]=-]{0,120}")
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
    """Return the correlation id bound to this context, or a new one outside of requests."""
    found: UUID | None = get_contextvars().get("correlation_id")
    return uuid7() if found is None else found


def get_log(**fields: Any) -> FilteringBoundLogger:
    """Return the project's logger; ``fields`` go into every line that it writes."""
    log: FilteringBoundLogger = structlog.get_logger("domnaer", **fields)
    return log


def configure_logs(settings: Settings, stream: IO[str] | None = None) -> None:
    """Set up logging for this process: our lines and those of libraries pass the same filters to one stream."""
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
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # It writes requested paths; the middleware logs requests instead.
    logging.getLogger("uvicorn.access").disabled = True
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
        merge_contextvars,
        _describe_exceptions,
        without_personal_data,
    ]


def _describe_exceptions(_: Any, __: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = _ExceptionText(describe_exception(error))
    return event


class _ExceptionText(str):
    """A description made by :mod:`chassis.base.failures`: it may be long and contain line breaks."""


def _foreign(_: Any, __: str, event: EventDict) -> EventDict:
    """Rewrite a line of a library: masked, and cut to its first line."""
    record, text, args = event["_record"], str(event["event"]), event.pop("positional_args", ())
    event["logger"] = record.name
    if record.name == "py.warnings":
        event["event"] = _QUOTED.sub(MASK, str(args[0] if args else text).split("\n", 1)[0])
    else:
        event["event"] = _library_message(text, args)
    return event


def _library_message(text: str, args: Any) -> str:
    """Return a library's message, with its arguments masked unless they are codes or numbers."""
    if isinstance(args, tuple) and args:
        with suppress(TypeError, ValueError):
            text = text % tuple(_argument(one) for one in args)
    elif not args:
        text = _QUOTED.sub(MASK, text)
    return text.split("\n", 1)[0]  # asyncio's second line contains the message of an exception


def _argument(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return describe_exception(value, places=False)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else MASK


def route_template(scope: Mapping[str, Any]) -> str | None:
    """Return the path of a request's route within its service, with the names of its parameters; None without a route.

    Logs, metrics and problems show it instead of the requested path: anyone may write a name or a number into a path.
    """
    template: str | None = getattr(scope.get("route"), "path", None)
    if template is None:
        return None
    root = "" if "app_root_path" not in scope else scope["root_path"]
    if scope["path"].startswith("/pages/", len(root)) and not template.startswith("/pages/"):
        return f"/pages{template}"  # FastAPI keeps the prefix of an included router to itself
    return template


def without_personal_data(_: Any, __: str, event: EventDict) -> EventDict:
    """Mask values that could be personal data, by field name and by type; a structlog processor."""
    for key, value in event.items():
        if key == "event":
            event[key] = _plain(str(value))
        elif key.startswith("_") or isinstance(value, _ExceptionText):
            continue
        elif key.lower() in PERSONAL:
            event[key] = value if isinstance(value, int) and key in COUNTED else MASK
        else:
            event[key] = _masked(value)
    return event


def _masked(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return _masked(value.value)
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, UUID | datetime | date | PurePath):
        return _plain(str(value))
    if isinstance(value, BaseException):
        return describe_exception(value, places=False)
    if isinstance(value, dict) and depth < 3:
        return {
            _plain(str(key)): MASK if str(key).lower() in PERSONAL else _masked(inner, depth + 1)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset) and depth < 3:
        return [_masked(inner, depth + 1) for inner in list(value)[:50]]
    return f"<{type(value).__name__}>"


def _plain(text: str) -> str:
    """Return the text on one line: control characters escaped, Khmer masked (our own texts contain none)."""
    text = _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _KHMER.sub(MASK, text)[:_LONGEST]


def _line(_: Any, __: str, event: EventDict) -> str:
    return orjson.dumps(dict(event), default=lambda value: f"<{type(value).__name__}>").decode()
