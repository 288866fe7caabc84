"""The command ``domnaer`` of other versions: ``python -m tests.domnaer.rollout.other_versions column ...``.

``column``: crossings of the border, and workers of the registry, have a further column. ``rule``: the kind of a return has
another word, and workers abroad have another place, too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chassis.store.decider import StreamProjection
from contracts.envelope import Event, Fact
from services.border.projections import crossings
from services.registry.projections.workers import Worker

THIS = crossings.CROSSINGS
_COLUMN = {
    "ddl": THIS.ddl.replace(
        "recorded_by    text", "direction      text        NOT NULL,\n    recorded_by    text"
    ),
    "columns": (*THIS.columns, ("direction", "text")),
}


def with_direction(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row with a further column."""
    row = THIS.row(events)
    return None if row is None else (*row, "out" if row[1] in ("departure", "other_out") else "in")


def with_another_kind(events: Sequence[Event[Fact]]) -> tuple[Any, ...] | None:
    """Return the row with the further column, and another word for a return."""
    row = with_direction(events)
    return row if row is None or row[1] != "return" else (row[0], "homecoming", *row[2:])


OTHERS: dict[str, StreamProjection] = {
    "column": replace(THIS, **_COLUMN, row=with_direction),
    "rule": replace(THIS, **_COLUMN, row=with_another_kind, rules=2),
}


def change_workers(*, rule: bool) -> None:
    """Give the workers of the registry a further column, and with ``rule`` another value in a column of before."""
    from services.registry.projections import settled

    row = settled.worker_row
    settled.DDL = settled.DDL.replace(
        "n_events      integer", "documents     integer     NOT NULL,\n    n_events      integer"
    )
    settled._WORKER_COLUMNS.append("documents")
    place = settled._WORKER_COLUMNS.index("place")

    def changed(worker: Worker) -> tuple[Any, ...]:
        values = [*row(worker), len(worker.documents)]
        if rule:
            values[place] = f"{values[place]}!"
        return tuple(values)

    settled.worker_row = changed


def main() -> None:
    """Run the command of another version."""
    version = sys.argv.pop(1)
    crossings.CROSSINGS = OTHERS[version]
    change_workers(rule=version == "rule")
    from domnaer.command import main as run

    run()


if __name__ == "__main__":
    main()
