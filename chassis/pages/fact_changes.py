"""From the form of a correction to its command: only the fields whose texts differ from what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.pages.fact_controls import Control
from chassis.pages.fact_texts import FactTexts, Values, stated, stated_rows


def changes(
    texts: FactTexts, controls: Sequence[Control], recorded: Values, typed: Mapping[str, str], path: str
) -> dict[str, Any]:
    """Return the fields that a form changes, as a correction names them; None removes a value.

    The form and the recorded values are read in the same way, so that a field that nobody touched is no change.
    """
    found: dict[str, Any] = {}
    filled = texts.filled(controls, recorded, path)
    for control in controls:
        if control.derived:
            continue
        name = f"{path}{control.name}"
        before, after = stated(texts, control, name, filled), stated(texts, control, name, typed)
        if before == after:
            continue
        value = recorded.get(control.name)
        if control.kind == "group" and before is not None and after is not None:
            found[control.name] = changes(texts, control.parts, value or {}, typed, f"{name}.")
        elif control.kind == "rows":
            found[control.name] = _rows(control, value or [], stated_rows(texts, control, name, typed))
        elif control.kind == "choices":
            found[control.name] = _in_order(value or [], after or [])
        else:
            found[control.name] = [] if after is None and control.kind == "people" else after
    return found


def _rows(
    control: Control, recorded: Sequence[Values], rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows of a form; a recorded one keeps the fields that have no control."""
    names = {part.name for part in control.parts}
    return [
        {
            name: value
            for name, value in (recorded[nth] if nth < len(recorded) else {}).items()
            if name not in names
        }
        | row
        for nth, row in enumerate(rows)
        if row
    ]


def _in_order(recorded: Sequence[Any], chosen: Sequence[Any]) -> list[Any]:
    """Return the chosen codes, those that are recorded in their order and the others after them."""
    return [code for code in recorded if code in chosen] + [code for code in chosen if code not in recorded]
