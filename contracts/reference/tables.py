"""The tables of the reference data: the columns of each file, their meaning, and which values are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from contracts.codes.crossings import Channel
from contracts.codes.documents import DocumentKind
from contracts.codes.employment import ContractClause
from contracts.codes.missions import MissionCode
from contracts.codes.money import CURRENCIES, WagePeriod
from contracts.codes.places import Checkpoint
from contracts.reference.row import (
    EVERY,
    AnyCountry,
    AnyOccupation,
    CountryAbroad,
    Key,
    Level,
    Right,
    Row,
    absent,
    listed_in,
    whole,
)


class Corridor(Row):
    """The numbers of a country of destination (rules J2, J3, J5 and J14 of the timeline)."""

    always: ClassVar[frozenset[Key]] = frozenset({(EVERY,)})

    country: AnyCountry = Field(
        description="The country; * stands for every country without a row of its own."
    )
    leave_days: Annotated[
        int, BeforeValidator(whole), Field(ge=0, le=730), Right("a whole number of days from 0 to 730")
    ] = Field(description="Longest home leave without a contract that runs, in days.")
    grace_days: Annotated[
        int, BeforeValidator(whole), Field(ge=0, le=366), Right("a whole number of days from 0 to 366")
    ] = Field(description="Days after the end of a contract in which a return is not overdue.")
    overdue_days: Annotated[
        int, BeforeValidator(whole), Field(ge=0, le=3_660), Right("a whole number of days from 0 to 3660")
    ] = Field(description="Days after which an overdue return is no longer an alarm.")
    minimum_age: Annotated[
        int, BeforeValidator(whole), Field(ge=12, le=45), Right("a whole number of years from 12 to 45")
    ] = Field(description="Lowest age for work, in completed years.")
    duplicate_hours: Annotated[
        int, BeforeValidator(whole), Field(ge=0, le=72), Right("a whole number of hours from 0 to 72")
    ] = Field(description="Longest time between two records of one crossing, in hours.")

    @property
    def key(self) -> Key:
        """The country."""
        return (self.country,)


class ChannelRule(Row):
    """The rule of a channel: whether it needs an employment contract (rules J11 and J14)."""

    always: ClassVar[frozenset[Key]] = frozenset((channel.value,) for channel in Channel)

    channel: Annotated[Channel, Right("one of " + ", ".join(Channel))] = Field(description="The channel.")
    contract_needed: Annotated[Literal["yes", "no"], Right("yes or no")] = Field(
        description="Whether a worker who goes this way needs an approved employment contract."
    )

    @property
    def key(self) -> Key:
        """The channel."""
        return (self.channel.value,)


class RegularisingDocument(Row):
    """A kind of document that makes a stay in a country regular, for some days or until it expires (rule J7)."""

    kind: Annotated[DocumentKind, Right("a kind of document such as " + DocumentKind.PINK_CARD)] = Field(
        description="The kind of document."
    )
    country: AnyCountry = Field(description="The country of the stay; * stands for every other country.")
    days: Annotated[
        Annotated[int, BeforeValidator(whole), Field(ge=1, le=3_660)] | None,
        BeforeValidator(absent),
        Right("a whole number of days from 1 to 3660, or leave it empty"),
    ] = Field(description="Days for which it makes the stay regular; empty: until it expires.")

    @property
    def key(self) -> Key:
        """The kind of document and the country."""
        return (self.kind.value, self.country)


class PostPosition(Row):
    """The position of a checkpoint in degrees (rules J4 and J5)."""

    post: Annotated[Checkpoint, Right("a checkpoint code such as KH-POI")] = Field(
        description="The checkpoint."
    )
    latitude: Annotated[
        float, Field(ge=9, le=15.5, allow_inf_nan=False), Right("degrees north from 9 to 15.5, as 13.661")
    ] = Field(description="Degrees north.")
    longitude: Annotated[
        float,
        Field(ge=101, le=108.5, allow_inf_nan=False),
        Right("degrees east from 101 to 108.5, as 102.551"),
    ] = Field(description="Degrees east.")

    @property
    def key(self) -> Key:
        """The checkpoint."""
        return (self.post,)


TravelName = Literal["neighbour_km", "travel_kmh"]


class TravelNumber(Row):
    """A number for journeys between checkpoints (rules J4 and J5)."""

    always: ClassVar[frozenset[Key]] = frozenset({("neighbour_km",), ("travel_kmh",)})
    _BOUNDS: ClassVar[Mapping[str, tuple[int, int]]] = {"neighbour_km": (1, 200), "travel_kmh": (5, 150)}

    name: Annotated[TravelName, Right("neighbour_km or travel_kmh")] = Field(
        description="neighbour_km: checkpoints up to this distance are neighbours; travel_kmh: average speed along the"
        " straight line."
    )
    amount: Annotated[float, Field(gt=0, allow_inf_nan=False), Right("a number above 0")] = Field(
        description="Kilometres, or kilometres an hour."
    )

    @property
    def key(self) -> Key:
        """The name."""
        return (self.name,)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield also an amount that is absurd for its name."""
        yield from super().contradictions()
        least, most = self._BOUNDS[self.name]
        if not least <= self.amount <= most:
            yield "amount", f"give a number from {least} to {most} for {self.name}"


class Accreditation(Row):
    """A country in which a mission helps workers."""

    mission: Annotated[MissionCode, Right("the code of a mission such as BKK")] = Field(
        description="The mission."
    )
    country: CountryAbroad = Field(description="A country to which it is accredited.")

    @property
    def key(self) -> Key:
        """The mission and the country."""
        return (self.mission, self.country)


class CompetencyStandard(Row):
    """The levels of the Qualifications Framework for which an occupation has a competency standard."""

    occupation: AnyOccupation = Field(
        description="The occupation or a group of occupations; the longest code that fits holds. * stands for all others."
    )
    lowest_level: Level = Field(description="Lowest level of Cambodia's Qualifications Framework.")
    highest_level: Level = Field(description="Highest level.")

    @property
    def key(self) -> Key:
        """The occupation."""
        return (self.occupation,)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield also a highest level below the lowest."""
        yield from super().contradictions()
        if self.highest_level < self.lowest_level:
            yield "highest_level", f"give a level from {self.lowest_level}, the lowest_level, to 8"


class CounsellingNumber(Row):
    """A number of the counselling of returnees."""

    always: ClassVar[frozenset[Key]] = frozenset({("uncontacted_months",)})

    name: Annotated[Literal["uncontacted_months"], Right("uncontacted_months")] = Field(
        description="uncontacted_months: months after a return in which nobody contacted the returnee, after which the case may"
        " be closed as not contacted."
    )
    months: Annotated[
        int, BeforeValidator(whole), Field(ge=1, le=240), Right("a whole number of months from 1 to 240")
    ] = Field(description="The number of months.")

    @property
    def key(self) -> Key:
        """The name."""
        return (self.name,)


class MinimumWage(Row):
    """The minimum wage of a country, for the review of employment contracts."""

    of_timelines: ClassVar[bool] = False

    country: CountryAbroad = Field(description="The country.")
    amount: Annotated[Decimal, Field(gt=0, max_digits=13, allow_inf_nan=False), Right("a number above 0")] = (
        Field(description="The amount for one period.")
    )
    currency: Annotated[str, listed_in(CURRENCIES), Right("an ISO 4217 code such as THB")] = Field(
        description="The currency."
    )
    period: Annotated[WagePeriod, Right("one of " + ", ".join(WagePeriod))] = Field(
        description="The period that the amount is for."
    )
    not_for: Annotated[
        str,
        Field(pattern=r"^([0-9]{2,4}( [0-9]{2,4})*)?$"),
        Right(
            "divisions or classes of ISIC Rev. 4 of two to four digits, separated by spaces, or leave it empty"
        ),
    ] = Field(description="Sectors in which the minimum does not hold.")

    @property
    def key(self) -> Key:
        """The country."""
        return (self.country,)


class RequiredClause(Row):
    """A clause that an employment contract is checked for at its review."""

    of_timelines: ClassVar[bool] = False

    clause: Annotated[ContractClause, Right("the code of a clause such as insurance")] = Field(
        description="The clause."
    )

    @property
    def key(self) -> Key:
        """The clause."""
        return (self.clause.value,)


TABLES: Mapping[str, type[Row]] = MappingProxyType(
    {
        "corridors": Corridor,
        "channels": ChannelRule,
        "regularising_documents": RegularisingDocument,
        "posts": PostPosition,
        "travel": TravelNumber,
        "accreditations": Accreditation,
        "standards": CompetencyStandard,
        "counselling": CounsellingNumber,
        "minimum_wages": MinimumWage,
        "required_clauses": RequiredClause,
    }
)
"""Name of the file without ``.csv`` -> the type of its rows."""
