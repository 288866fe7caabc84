"""Money: an amount and its currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from contracts.codes.tables import described, listed, rows
from contracts.codes.titled import TitledCode

CURRENCIES: Mapping[str, str] = MappingProxyType({row["code"]: row["name"] for row in rows("currencies")})
"""ISO 4217 code -> name: the list of active codes as published on 1 January 2026."""

_AMOUNT = r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,3})?$"


class WagePeriod(TitledCode):
    """The period that a wage is paid for."""

    HOUR = "hour", "An hour"
    DAY = "day", "A day"
    WEEK = "week", "A week"
    MONTH = "month", "A month"
    PIECE = "piece", "A piece"


def _amount(value: Any) -> Decimal:
    text = format(value, "f") if isinstance(value, Decimal) else value
    if not isinstance(text, str) or re.fullmatch(_AMOUNT, text) is None:
        raise ValueError(
            "must be a plain decimal number in quotes, 0 or more, "
            'with at most 13 digits before the point and 3 after it, such as "350.00"'
        )
    return Decimal(text)


def _plain(amount: Decimal) -> str:
    return format(amount, "f")


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _AMOUNT, "examples": ["350.00"]}),
]
Currency = Annotated[
    str,
    described("Currency, ISO 4217.", r"^[A-Z]{3}$", "THB"),
    listed(CURRENCIES, "an ISO 4217 currency code such as THB"),
]


class Money(BaseModel):
    """An amount of money in a currency."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amount: Amount = Field(description="Amount, 0 or more, as a plain decimal number in a string.")
    currency: Currency
