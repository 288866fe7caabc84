"""The reference data in use, and how rules read it: each table as it is valid on a day.

A process reads the files once, at its start. ``digest`` tells two versions apart: it is part of the shape of every read
model that rests on reference data, so that changed data reaches the timelines by a rebuild.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import TypeVar

from contracts.codes.crossings import Channel
from contracts.codes.employment import ContractClause
from contracts.reference.reading import Fault, ReferenceDataInvalid, read_table
from contracts.reference.row import EVERY, Key, Row
from contracts.reference.tables import (
    TABLES,
    Accreditation,
    ChannelRule,
    CompetencyStandard,
    Corridor,
    CounsellingNumber,
    MinimumWage,
    PostPosition,
    RegularisingDocument,
    RequiredClause,
    TravelName,
    TravelNumber,
)

R = TypeVar("R", bound=Row)
_EARTH_KM = 6371.0


class ReferenceData:
    """All tables of the reference data. Raises ReferenceDataInvalid with all faults of all files.

    ``texts`` are the contents of the files by their names without ``.csv``. ``own`` names those that a ministry loaded;
    the others are the release's.
    """

    def __init__(self, texts: Mapping[str, str], own: Iterable[str] = ()) -> None:
        self.texts = dict(texts)
        self.own = frozenset(own)
        self._rows: dict[type[Row], dict[Key, list[Row]]] = {}
        faults: list[Fault] = []
        for name, model in TABLES.items():
            of_model = self._rows.setdefault(model, {})
            try:
                for row in read_table(name, texts[name]):
                    of_model.setdefault(row.key, []).append(row)
            except ReferenceDataInvalid as invalid:
                faults += invalid.faults
        if faults:
            raise ReferenceDataInvalid(faults)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table, ordered by key and first day."""
        return [row for rows in self._rows[TABLES[name]].values() for row in rows]

    @cached_property
    def digest(self) -> str:
        """A digest of what the tables of timelines say, 16 hexadecimal characters: sources and the order of rows are no part of it."""
        said = {
            name: [row.model_dump_json(exclude={"source"}) for row in self.rows(name)]
            for name, model in TABLES.items()
            if model.of_timelines
        }
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]

    def _valid(self, model: type[R], key: Key, day: date) -> R | None:
        for row in self._rows[model].get(key, ()):
            if row.holds(day):
                assert isinstance(row, model)
                return row
        return None

    def _always(self, model: type[R], key: Key, day: date) -> R:
        """Return the row of a key that must have one on every day; the first row holds before its own first day."""
        found = self._valid(model, key, day) or self._rows[model][key][0]
        assert isinstance(found, model)
        return found

    @lru_cache(maxsize=4_000)  # noqa: B019  one object for each process
    def corridor(self, country: str | None, day: date) -> Corridor:
        """Return the numbers of a country on a day; those of every country if it has no row, or if the day is too early."""
        return self._valid(Corridor, (country or EVERY,), day) or self._always(Corridor, (EVERY,), day)

    def needs_contract(self, channel: Channel, day: date) -> bool:
        """Return whether a channel needs an employment contract on a day."""
        return self._always(ChannelRule, (channel.value,), day).contract_needed == "yes"

    @lru_cache(maxsize=4_000)  # noqa: B019  one object for each process
    def regularising(self, kind: str, country: str | None, day: date) -> RegularisingDocument | None:
        """Return the row of a kind of document that makes a stay in a country regular; None if it does not."""
        return self._valid(RegularisingDocument, (kind, country or EVERY), day) or self._valid(
            RegularisingDocument, (kind, EVERY), day
        )

    @lru_cache(maxsize=4_000)  # noqa: B019  one object for each process
    def kilometres(self, post: str, other: str, day: date) -> float | None:
        """Return the distance between two checkpoints along the straight line; None if a position is not known."""
        if post == other:
            return 0.0
        a, b = self._valid(PostPosition, (post,), day), self._valid(PostPosition, (other,), day)
        if a is None or b is None:
            return None
        north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
        half = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
        return 2 * _EARTH_KM * asin(sqrt(half))

    def travel(self, name: TravelName, day: date) -> float:
        """Return a number for journeys between checkpoints: ``neighbour_km`` or ``travel_kmh``."""
        return self._always(TravelNumber, (name,), day).amount

    def neighbours(self, post: str, other: str, day: date) -> bool:
        """Return whether two checkpoints are one, or so near that one crossing may be recorded at both."""
        kilometres = self.kilometres(post, other, day)
        return kilometres is not None and kilometres <= self.travel("neighbour_km", day)

    def accredited(self, mission: str, day: date) -> frozenset[str]:
        """Return the countries in which a mission helps workers on a day."""
        return frozenset(
            row.country
            for rows in self._rows[Accreditation].values()
            for row in rows
            if isinstance(row, Accreditation) and row.mission == mission and row.holds(day)
        )

    def uncontacted_months(self, day: date) -> int:
        """Return the months after a return without contact after which a case may be closed as not contacted."""
        return self._always(CounsellingNumber, ("uncontacted_months",), day).months

    def levels(self, occupation: str, day: date) -> Sequence[int]:
        """Return the levels for which an occupation, or a group that it belongs to, has a competency standard on a day."""
        for length in range(len(occupation), 0, -1):
            if found := self._valid(CompetencyStandard, (occupation[:length],), day):
                break
        else:
            found = self._valid(CompetencyStandard, (EVERY,), day)
        return () if found is None else range(found.lowest_level, found.highest_level + 1)

    def minimum_wage(self, country: str, day: date) -> MinimumWage | None:
        """Return the minimum wage of a country on a day; None if none is known."""
        return self._valid(MinimumWage, (country,), day)

    def required_clauses(self, day: date) -> Sequence[RequiredClause]:
        """Return the clauses that an employment contract must have on a day, in the order of the code list."""
        found = (self._valid(RequiredClause, (clause.value,), day) for clause in ContractClause)
        return [row for row in found if row is not None]


def read_reference_data(folder: Path | None = None) -> ReferenceData:
    """Return the tables of a folder; those that it does not hold, or all if there is no such folder, are the release's.

    Raises ReferenceDataInvalid with all faults of all files.
    """
    texts = {name: files("contracts.reference").joinpath(f"{name}.csv").read_text("utf-8") for name in TABLES}
    own, faults = set[str](), list[Fault]()
    for file in sorted(folder.glob("*.csv")) if folder is not None else ():
        if file.stem not in TABLES:
            remedy = f"name the file after its table: {', '.join(TABLES)}"
            faults.append(Fault(file.name, 1, "name", file.name, remedy))
            continue
        try:
            texts[file.stem] = file.read_text("utf-8-sig")  # spreadsheets write a byte order mark
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            remedy = "save the file as comma-separated values in UTF-8"
            faults.append(
                Fault(file.name, line, "encoding", repr(error.object[error.start : error.end]), remedy)
            )
        own.add(file.stem)
    try:
        read = ReferenceData(texts, own)
    except ReferenceDataInvalid as invalid:
        faults += invalid.faults
    if faults:
        raise ReferenceDataInvalid(faults)
    return read


_in_use: list[ReferenceData] = []


def reference_data() -> ReferenceData:
    """Return the reference data in use in this process: that of the release, unless :func:`use` was called."""
    if not _in_use:
        _in_use.append(read_reference_data())
    return _in_use[0]


def use(data: ReferenceData) -> None:
    """Use these tables in this process from now on."""
    _in_use[:] = [data]


def use_folder(folder: Path | None) -> ReferenceData:
    """Read the tables of a folder, as :func:`read_reference_data` does, and use them in this process from now on."""
    use(read_reference_data(folder))
    return reference_data()
