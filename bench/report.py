"""Prints a measured figure: a table for people, then one JSON object for programs as the last line."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and its floor: the same work with the least possible code, measured in the same run.

    ``ratio`` is the value divided by the floor. ``goals`` maps the name of a goal to (value reached, value wanted).
    """

    name: str
    value: float
    unit: str
    floor: float
    floor_is: str
    goals: dict[str, tuple[float, float]] = field(default_factory=dict)
    further: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The value divided by the floor."""
        return self.value / self.floor if self.floor else 0.0

    @property
    def reached(self) -> bool:
        """Return whether every goal is reached."""
        return all(is_now >= wanted for is_now, wanted in self.goals.values())


def report(figure: Figure) -> None:
    """Print a figure: the table, then the JSON object as the last line."""
    table = Table(title=figure.name, show_header=False)
    table.add_row("measured", f"{figure.value:,.1f} {figure.unit}")
    table.add_row("floor", f"{figure.floor:,.1f} {figure.unit} ({figure.floor_is})")
    table.add_row("ratio", f"{figure.ratio:.2f}")
    for name, (is_now, wanted) in figure.goals.items():
        table.add_row(
            name, f"{is_now:,.2f}, wanted {wanted:,.2f}: {'reached' if is_now >= wanted else 'MISSED'}"
        )
    for name, value in figure.further.items():
        table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else str(value))
    table.add_row("machine", f"{os.cpu_count()} cores, Python {platform.python_version()}")
    console = Console(width=110)
    console.print(table)
    line = {
        "name": figure.name,
        "value": round(figure.value, 3),
        "unit": figure.unit,
        "floor": round(figure.floor, 3),
        "ratio": round(figure.ratio, 4),
        "reached": figure.reached,
        "cores": os.cpu_count(),
        **figure.further,
    }
    console.file.write(orjson.dumps(line).decode() + "\n")
