"""Reading of code lists from their CSV files, and validation of codes against them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection
from importlib.resources import files
from typing import Any

from pydantic import AfterValidator, Field

NOT_LISTED = "is not on the list"


def rows(name: str) -> list[dict[str, str]]:
    """Return all rows of the table ``name`` in the folder of this module."""
    text = files("contracts.codes").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def listed(
    codes: Collection[str], right: str, named: Callable[[str], str | None] | None = None
) -> AfterValidator:
    """Return a validator that accepts the members of ``codes``; its error names what would be ``right``.

    The error also names the code that was perhaps meant: the one that ``named`` returns for a name, or the one that
    differs in nothing but capitals, spaces and punctuation.
    """

    def meant(typed: str) -> str | None:
        if named is not None and (found := named(typed)):
            return found
        bare = _bare(typed)
        return next((code for code in codes if _bare(code) == bare), None)

    def check(code: str) -> str:
        if code not in codes:
            perhaps = meant(code)
            raise ValueError(
                f"{NOT_LISTED}; give {right}"
                if perhaps is None
                else f"{NOT_LISTED}; did you mean {perhaps}? Give {right}"
            )
        return code

    return AfterValidator(check)


def _bare(code: str) -> str:
    return re.sub(r"[\W_]", "", code).upper()


def described(description: str, pattern: str, example: str) -> Any:
    """Return the JSON Schema of a code. Its pattern is documentation; the list itself is checked by :func:`listed`."""
    return Field(description=description, examples=[example], json_schema_extra={"pattern": pattern})
