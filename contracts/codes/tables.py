"""Reading of code lists from their CSV files, and validation of codes against them."""

from __future__ import annotations

import csv
from collections.abc import Container
from importlib.resources import files
from typing import Any

from pydantic import AfterValidator, Field

NOT_LISTED = "is not on the list"


def rows(name: str) -> list[dict[str, str]]:
    """Return all rows of the table ``name`` in the folder of this module."""
    text = files("contracts.codes").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def listed(codes: Container[str], right: str) -> AfterValidator:
    """Return a validator that accepts the members of ``codes``; its error names what would be ``right``."""

    def check(code: str) -> str:
        if code not in codes:
            raise ValueError(f"{NOT_LISTED}; give {right}")
        return code

    return AfterValidator(check)


def described(description: str, pattern: str, example: str) -> Any:
    """Return the JSON Schema of a code. Its pattern is documentation; the list itself is checked by :func:`listed`."""
    return Field(description=description, examples=[example], json_schema_extra={"pattern": pattern})
