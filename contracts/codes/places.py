"""Countries, Cambodia's provinces, and the checkpoints of the border with every spelling found for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from contracts.codes.tables import described, listed, rows
from contracts.text import latin_digits

COUNTRIES: Mapping[str, str] = MappingProxyType({row["code"]: row["name"] for row in rows("countries")})
"""ISO 3166-1 alpha-3 code -> English short name, in spoken order (Republic of Korea)."""

PROVINCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "01": ("Banteay Meanchey", "បន្ទាយមានជ័យ"),
        "02": ("Battambang", "បាត់ដំបង"),
        "03": ("Kampong Cham", "កំពង់ចាម"),
        "04": ("Kampong Chhnang", "កំពង់ឆ្នាំង"),
        "05": ("Kampong Speu", "កំពង់ស្ពឺ"),
        "06": ("Kampong Thom", "កំពង់ធំ"),
        "07": ("Kampot", "កំពត"),
        "08": ("Kandal", "កណ្ដាល"),
        "09": ("Koh Kong", "កោះកុង"),
        "10": ("Kratie", "ក្រចេះ"),
        "11": ("Mondul Kiri", "មណ្ឌលគិរី"),
        "12": ("Phnom Penh", "ភ្នំពេញ"),
        "13": ("Preah Vihear", "ព្រះវិហារ"),
        "14": ("Prey Veng", "ព្រៃវែង"),
        "15": ("Pursat", "ពោធិ៍សាត់"),
        "16": ("Ratanak Kiri", "រតនគិរី"),
        "17": ("Siemreap", "សៀមរាប"),
        "18": ("Preah Sihanouk", "ព្រះសីហនុ"),
        "19": ("Stung Treng", "ស្ទឹងត្រែង"),
        "20": ("Svay Rieng", "ស្វាយរៀង"),
        "21": ("Takeo", "តាកែវ"),
        "22": ("Oddar Meanchey", "ឧត្តរមានជ័យ"),
        "23": ("Kep", "កែប"),
        "24": ("Pailin", "ប៉ៃលិន"),
        "25": ("Tboung Khmum", "ត្បូងឃ្មុំ"),
    }
)
"""Cambodian place code -> name in English and in Khmer."""


@dataclass(frozen=True, slots=True)
class Post:
    """A checkpoint: its names, its place and the opposite checkpoint; an airport has no opposite."""

    code: str
    name: str
    aliases: tuple[str, ...]
    province: str
    opposite: str | None
    opposite_country: str | None


CHECKPOINTS: Mapping[str, Post] = MappingProxyType(
    {
        row["code"]: Post(
            code=row["code"],
            name=row["name"],
            aliases=tuple(alias for alias in row["aliases"].split(",") if alias),
            province=row["province"],
            opposite=row["opposite"] or None,
            opposite_country=row["opposite_country"] or None,
        )
        for row in rows("checkpoints")
    }
)
"""Checkpoint code -> the checkpoint."""

# Spaces, also of no width, hyphens and dashes, full stops, and the marks that are typed for an apostrophe.
_PASSED_OVER = re.compile(r"[\s\-\u2010-\u2015.'\u2018\u2019\u02bc`\u00b4\u200b-\u200d\u2060\ufeff]+")


def _bare(text: str) -> str:
    # The subscripts of DA and TA look alike, and both are typed.
    return _PASSED_OVER.sub("", text).replace("\u17d2\u178a", "\u17d2\u178f").casefold()


_BY_SPELLING: Mapping[str, str] = MappingProxyType(
    {
        _bare(name): post.code
        for post in CHECKPOINTS.values()
        for name in (post.code, post.name, *post.aliases)
    }
)


def checkpoint_named(text: str) -> str | None:
    """Return the code of the checkpoint with this code, name or alias, in any spacing and capitalisation."""
    return _BY_SPELLING.get(_bare(text))


_PROVINCE_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "01": ("Bantey Meanchey", "Banteay Mean Chey", "Sisophon", "Serei Saophoan"),
        "02": ("Bat Dambang", "Battambong"),
        "03": ("Kompong Cham",),
        "04": ("Kompong Chhnang",),
        "05": ("Kompong Speu", "Kampong Spueu"),
        "06": ("Kompong Thom", "Kampong Thum"),
        "09": ("Kaoh Kong",),
        "10": ("Kratié", "Kracheh"),
        "11": ("Mondolkiri", "មណ្ឌលគីរី"),
        "14": ("Prey Veaeng",),
        "15": ("Pouthisat", "Posat", "ពោធិសាត់"),
        "16": ("Ratanakiri", "Rattanakiri", "Rotanak Kiri", "រតនគីរី", "រតនៈគិរី"),
        "18": ("Sihanoukville", "Preah Sihanoukville", "Kampong Som", "Kompong Som", "ក្រុងព្រះសីហនុ"),
        "19": ("Stueng Traeng", "Steung Treng"),
        "21": ("Takéo", "Takev", "តាកែវ"),
        "22": ("Otdar Meanchey", "Oddor Meanchey", "Otdar Mean Chey", "Uddar Meanchey"),
        "23": ("Krong Kep", "Kaeb"),
        "24": ("Krong Pailin",),
        "25": ("Tbong Khmum", "Thbong Khmum", "Tboung Khmom"),
    }
)
_PROVINCE_BY_SPELLING: Mapping[str, str] = MappingProxyType(
    {
        _bare(name): code
        for code, names in PROVINCES.items()
        for name in (code, code.lstrip("0"), *names, *_PROVINCE_ALIASES.get(code, ()))
    }
)
_WORD_FOR_PROVINCE = re.compile(r"^(?:ខេត្ត|រាជធានី)|(?:province|city)$")


def province_named(text: str) -> str | None:
    """Return the code of the province with this code, name or alias in either script, or of the checkpoint's province."""
    name = _WORD_FOR_PROVINCE.sub("", _bare(latin_digits(text)))
    if found := _PROVINCE_BY_SPELLING.get(name):
        return found
    post = _BY_SPELLING.get(name)
    return None if post is None else CHECKPOINTS[post].province


Country = Annotated[
    str,
    described("Country, ISO 3166-1 alpha-3.", r"^[A-Z]{3}$", "THA"),
    listed(COUNTRIES, "an ISO 3166-1 alpha-3 code such as THA"),
]
HOME = "KHM"


def _abroad(country: str) -> str:
    if country == HOME:
        raise ValueError("is Cambodia; give the country abroad")
    return country


CountryAbroad = Annotated[Country, AfterValidator(_abroad)]
"""A country other than Cambodia: where a worker goes or comes from."""
Province = Annotated[
    str,
    described("Province, Cambodian place code of two digits.", r"^(0[1-9]|1[0-9]|2[0-5])$", "02"),
    listed(
        PROVINCES,
        "a Cambodian province code of two digits, 01 to 25, such as 02 for Battambang",
        province_named,
    ),
]
Checkpoint = Annotated[
    str,
    described("Checkpoint, code from Domnaer's list of checkpoints.", r"^KH-[A-Z]{3}$", "KH-POI"),
    listed(CHECKPOINTS, "a checkpoint code such as KH-POI for Poipet", checkpoint_named),
]
