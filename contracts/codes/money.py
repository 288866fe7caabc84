"""Money: an amount and its currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from contracts.codes.tables import described, listed, rows
from contracts.codes.titled import TitledCode

_CURRENCIES = [row for row in rows("currencies") if row["minor_units"]]
"""The active codes of ISO 4217 as published on 1 January 2026. Codes without minor units are metals, units of account and tests."""
CURRENCIES: Mapping[str, str] = MappingProxyType({row["code"]: row["name"] for row in _CURRENCIES})
"""ISO 4217 code -> name."""
MINOR_UNITS: Mapping[str, int] = MappingProxyType(
    {row["code"]: int(row["minor_units"]) for row in _CURRENCIES}
)
"""ISO 4217 code -> decimals of an amount: 0 for the yen, 2 for the baht, 3 for the Kuwaiti dinar."""

_PERCENT = r"^[0-9]{1,3}(?:\.[0-9]{1,2})?$"
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
            "must be a plain decimal number in quotes, more than 0, "
            'with at most 13 digits before the point and 3 after it, such as "350.00"'
        )
    amount = Decimal(text)
    if not amount:
        raise ValueError("is no money; give an amount of more than 0, or leave it out if nothing is paid")
    return amount


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
    listed(CURRENCIES, "the ISO 4217 code of a currency, such as THB"),
]


def _percent(value: Any) -> Decimal:
    text = format(value, "f") if isinstance(value, Decimal) else value
    if not isinstance(text, str) or re.fullmatch(_PERCENT, text) is None or Decimal(text) > 100:
        raise ValueError(
            'must be a decimal number from 0 to 100 in quotes, with at most 2 decimals, such as "12.5"'
        )
    return Decimal(text)


Percent = Annotated[
    Decimal,
    BeforeValidator(_percent),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _PERCENT, "examples": ["12.5"]}),
]
"""A share in per cent."""


class Money(BaseModel):
    """An amount of money in a currency."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    currency: Currency
    amount: Amount = Field(
        description="Amount, more than 0, as a plain decimal number in a string; with no more decimals than the currency has"
        " (none for JPY, KRW and VND, 3 for KWD, 2 for most)."
    )

    @field_validator("amount")
    @classmethod
    def _in_minor_units(cls, amount: Decimal, given: ValidationInfo) -> Decimal:
        currency = given.data.get("currency")
        if currency is not None and amount != round(amount, units := MINOR_UNITS[currency]):
            decimals = f"at most {units} decimals" if units else "no decimals"
            raise ValueError(
                f"has more decimals than {currency} has; give {decimals}, or correct the currency"
            )
        return amount
