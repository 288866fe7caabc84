"""Validation errors of requests, by field: the value sent, the reason and a remedy."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, TypeAdapter, ValidationError

from contracts.refusal import Refusal

MOST = 50
_LONGEST = 80
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SECRET = re.compile(r"password|passphrase|secret|token|csrf|key$", re.IGNORECASE)
_LOCATIONS = ("body", "query", "path", "header", "cookie")
_FROM = "an ISO 8601 time with offset, e.g. 2017-01-12T08:30:00+07:00"
_DAY = "a date as YYYY-MM-DD, e.g. 2017-01-12"
_REMEDIES: dict[str, str] = {
    "missing": "give this field",
    "union_tag_not_found": "give this field",
    "extra_forbidden": "leave it out, or correct its spelling",
    "json_invalid": "send JSON in UTF-8",
    "model_type": "send a JSON object",
    "model_attributes_type": "send a JSON object",
    "dict_type": "send a JSON object",
    "list_type": "send a JSON array",
    "tuple_type": "send a JSON array",
    "string_type": "send a string in quotes",
    "bool_type": "send true or false",
    "bool_parsing": "send true or false",
    "int_type": "send a whole number without quotes",
    "int_parsing": "send a whole number",
    "int_from_float": "send a whole number",
    "int_parsing_size": "send a smaller number",
    "float_type": "send a number without quotes",
    "decimal_type": "send a decimal number",
    "decimal_parsing": "send a decimal number, e.g. 310.50",
    "uuid_type": "send a UUID, e.g. 0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10",
    "uuid_parsing": "send a UUID, e.g. 0190b2a4-7b1c-7c5e-9d8e-2a4b7a3f1d10",
    "timezone_aware": "send " + _FROM,
    "datetime_type": "send " + _FROM,
    "datetime_parsing": "send " + _FROM,
    "datetime_from_date_parsing": "send " + _FROM,
    "datetime_object_invalid": "send " + _FROM,
    "date_type": "send " + _DAY,
    "date_parsing": "send " + _DAY,
    "date_from_datetime_parsing": "send " + _DAY,
    "date_from_datetime_inexact": "send " + _DAY,
}
_LIMITS: tuple[tuple[str, str], ...] = (
    ("expected_tags", "one of {}"),
    ("expected", "one of {}"),
    ("pattern", "text that matches {}"),
    ("max_length", "at most {} long"),
    ("min_length", "at least {} long"),
    ("ge", "{} or more"),
    ("gt", "more than {}"),
    ("le", "{} or less"),
    ("lt", "less than {}"),
    ("max_digits", "at most {} digits"),
    ("decimal_places", "at most {} decimal places"),
    ("multiple_of", "a multiple of {}"),
)


class FieldError(BaseModel):
    """One validation error of a request."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="The field, e.g. person.documents[0].number; empty for the whole body.")
    value: str | int | float | bool | None = Field(None, description="The value sent, if it is short.")
    reason: str = Field(description="The reason why the value is refused.")
    remedy: str | None = Field(None, description="The remedy.")
    _kind: str = PrivateAttr("")
    _limits: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of error as pydantic names it; empty for an error of ours. It is not part of a response."""
        return self._kind

    @property
    def limits(self) -> Mapping[str, Any]:
        """The limits that the value does not keep, such as ``max_length``. They are not part of a response."""
        return self._limits

    def of_kind(self, kind: str, limits: Mapping[str, Any]) -> FieldError:
        """Set the kind and the limits; return this error."""
        self._kind, self._limits = kind, limits
        return self


class Unreadable(Refusal):
    """Some of what was sent cannot be read"""

    code = "unreadable"
    status = 422

    def __init__(self, errors: Sequence[FieldError]) -> None:
        count = len(errors)
        super().__init__("one field is wrong" if count == 1 else f"{count} fields are wrong")
        self.errors = tuple(errors)


class NotJson(Unreadable):
    """The body is not JSON"""

    code = "not-json"
    status = 400


class NotSentAsJson(Refusal):
    """A command is sent as JSON"""

    code = "not-sent-as-json"
    status = 415


def must_be_json(content_type: str) -> None:
    """Check that a content type is JSON or absent. Raises NotSentAsJson."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind != "application/json":
        raise NotSentAsJson(
            "the content type names another format",
            remedy="send Content-Type: application/json, in UTF-8",
            field="Content-Type",
        )


def parse(adapter: TypeAdapter[Any], body: bytes | str, *, strict: bool = True) -> Any:
    """Parse and validate a request's body strictly. Raises Unreadable, which shows the values to the sender only."""
    try:
        found = adapter.validate_json(body or b"null", strict=strict, extra="forbid")
    except ValidationError as error:
        errors = untagged(adapter, validation_errors(error))
        no_json = any(
            one["type"] == "json_invalid" for one in error.errors(include_input=False, include_context=False)
        )
        raise (NotJson if no_json else Unreadable)(errors) from None
    check_json(body)
    return found


def check_json(body: bytes | str) -> None:
    """Check what JSON readers differ about, as :func:`json_fault` does. Raises Unreadable."""
    if (fault := json_fault(body)) is not None:
        raise Unreadable([fault])


def json_fault(text: bytes | str) -> FieldError | None:
    """Return the error of a JSON text that one reader takes otherwise than another; None if there is none, or if it is no JSON.

    Of a key that an object has twice only one value would be read. NaN and Infinity, also as 1e999, are no JSON, and cannot
    be stored or told again.
    """
    try:
        json.loads(text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite)
    except _Ambiguous as found:
        return found.error
    except (ValueError, RecursionError):
        return None
    return None


class _Ambiguous(Exception):
    """A JSON text with two meanings. Not a ValueError, which the JSON reader raises."""

    def __init__(self, error: FieldError) -> None:
        super().__init__()
        self.error = error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                shown = printable(name)[:_LONGEST]
                reason = f"the key {shown!r} is twice in one object"
                raise _Ambiguous(FieldError(field=shown, reason=reason, remedy="send each key once"))
            seen.add(name)
    return found


def _constant(text: str) -> float:
    reason = f"{text[:_LONGEST]} is not a number of JSON"
    raise _Ambiguous(FieldError(field="", reason=reason, remedy="send a number, or leave the field out"))


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _constant(text)


def validation_errors(
    error: ValidationError | RequestValidationError, *, values: bool = True
) -> list[FieldError]:
    """Return the errors by field; ``values`` includes short values, for a response to their sender only."""
    found = error.errors(include_url=False) if isinstance(error, ValidationError) else error.errors()
    by_field: dict[tuple[str, str], FieldError] = {}
    for one in found:
        error_of = _field_error(one, values)
        by_field.setdefault((error_of.field, error_of.reason), error_of)
        if len(by_field) >= MOST:
            break
    return list(by_field.values())


def untagged(adapter: TypeAdapter[Any], errors: Sequence[FieldError]) -> list[FieldError]:
    """Return the errors without the union tag that pydantic puts before a field's path."""
    tags = _tags(adapter)
    named = ((one, one.field.partition(".")) for one in errors)
    return [
        one.model_copy(update={"field": rest}) if first in tags else one for one, (first, _, rest) in named
    ]


@lru_cache(maxsize=256)
def _tags(adapter: TypeAdapter[Any]) -> frozenset[str]:
    schema = dict(adapter.core_schema)
    while schema["type"] == "definitions":
        schema = schema["schema"]
    return frozenset(map(str, schema["choices"])) if schema["type"] == "tagged-union" else frozenset()


def printable(text: str) -> str:
    """Return text with control characters and lone surrogates escaped, for screens and JSON readers."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def field_path(place: Sequence[Any]) -> str:
    """Return a field's path, as in ``person.documents[0].number``, without the names of validators."""
    path = ""
    for nth, part in enumerate(place):
        if isinstance(part, int):
            path += f"[{part}]"
        elif nth == 0 and part in _LOCATIONS:
            continue
        elif not any(mark in str(part) for mark in "[(="):
            path += ("." if path else "") + printable(str(part))[:_LONGEST]
    return path


def _field_error(one: Any, values: bool) -> FieldError:
    kind = str(one["type"])
    context = one.get("ctx") or {}
    place = [] if kind == "json_invalid" else list(one["loc"])
    sent = one.get("input")
    if kind.startswith("union_tag_"):
        place.append(str(context["discriminator"]).strip("'"))
        sent = context.get("tag")
    field = field_path(place)
    reason = str(one["msg"])
    remedy = _REMEDIES.get(kind)
    if kind in ("value_error", "assertion_error"):
        reason = (
            reason.split(", ", 1)[-1] if reason.startswith(("Value error", "Assertion failed")) else reason
        )
        reason, _, right = reason.partition("; ")
        remedy = right or None
    elif remedy is None:
        limits = [text.format(context[key]) for key, text in _LIMITS if key in context]
        remedy = "give " + " and ".join(limits) if limits else None
    value = None
    if values and kind not in ("missing", "json_invalid") and not _SECRET.search(field):
        value = _short_value(sent)
    return FieldError(
        field=field,
        value=value,
        reason=printable(reason)[:400],
        remedy=None if remedy is None else printable(remedy)[:400],
    ).of_kind(kind, {name: context[name] for name, _ in _LIMITS if name in context})


def _short_value(value: Any) -> str | int | float | bool | None:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        shown = printable(value)
        return shown if len(shown) <= _LONGEST else None
    if isinstance(value, int):
        return value if abs(value) < 1 << 53 else None
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return None
