"""Issuers of documents: the countries, and the authorities and persons without a country of ICAO 9303, part 3, section 5."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from contracts.codes.places import COUNTRIES
from contracts.codes.tables import described, listed

OTHER_ISSUERS: Mapping[str, str] = MappingProxyType(
    {
        "EUE": "European Union (laissez-passer)",
        "GBD": "British Overseas Territories citizen",
        "GBN": "British National (Overseas)",
        "GBO": "British Overseas citizen",
        "GBP": "British protected person",
        "GBS": "British subject",
        "RKS": "Kosovo",
        "UNA": "Specialised agency of the United Nations",
        "UNK": "United Nations Interim Administration Mission in Kosovo",
        "UNO": "United Nations",
        "XBA": "African Development Bank",
        "XCC": "Caribbean Community",
        "XCE": "Council of Europe",
        "XCO": "Common Market for Eastern and Southern Africa",
        "XDC": "Southern African Development Community",
        "XEC": "Economic Community of West African States",
        "XES": "Organization of Eastern Caribbean States",
        "XIM": "African Export-Import Bank",
        "XMP": "Parliamentary Assembly of the Mediterranean",
        "XOM": "Sovereign Military Order of Malta",
        "XPO": "International Criminal Police Organization (INTERPOL)",
        "XXA": "Stateless person",
        "XXB": "Refugee (1951 Convention)",
        "XXC": "Refugee (other)",
        "XXX": "Person of unspecified nationality",
    }
)
"""Codes of ICAO 9303 that are not in ISO 3166-1 -> their meaning."""

NO_ISSUER = frozenset(("XXA", "XXB", "XXC", "XXX"))
"""Codes of persons without a nationality. Documents of several countries have them, so a number with one identifies nobody."""

_SAME_AS = {"D": "DEU"}
"""Codes of ICAO 9303 for a country with another code in ISO 3166-1."""


def _iso(code: str) -> str:
    return _SAME_AS.get(code, code)


ISSUERS = frozenset({*COUNTRIES, *OTHER_ISSUERS})
"""All codes of issuers, in the form in which they are stored."""

IssuerCode = Annotated[
    str,
    described(
        "Issuer of a document, ISO 3166-1 alpha-3 or a code of ICAO 9303; D is read as DEU.",
        r"^[A-Z]{3}$",
        "KHM",
    ),
    listed(
        {*ISSUERS, *_SAME_AS},
        "an ISO 3166-1 alpha-3 code such as THA, or a code of ICAO 9303 such as UNO",
    ),
    AfterValidator(_iso),
]
