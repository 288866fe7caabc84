"""Reading of code lists from their CSV files, and validation of codes against them."""

from __future__ import annotations

import csv
from collections.abc import Container
from importlib.resources import files
from typing import Any

from pydantic import AfterValidator, Field


def rows(name: str) -> list[dict[str, str]]:
    """All rows of the table ``name``, which lies beside this module."""
    text = files("contracts.codes").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def listed(codes: Container[str], right: str) -> AfterValidator:
    """A validator that takes what is in ``codes`` and otherwise says what would be ``right``."""

    def check(code: str) -> str:
        if code not in codes:
            raise ValueError(f"is not on the list; give {right}")
        return code

    return AfterValidator(check)


def described(description: str, pattern: str, example: str) -> Any:
    """The JSON Schema of a code; the list itself decides, and its error says what would be right."""
    return Field(description=description, examples=[example], json_schema_extra={"pattern": pattern})
