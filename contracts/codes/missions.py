"""Cambodian missions abroad that help workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo

from contracts.codes.tables import described, listed


@dataclass(frozen=True, slots=True)
class Mission:
    """A Cambodian mission abroad that helps workers; its days begin and end in ``zone``."""

    code: str
    city: str
    country: str
    title_en: str
    zone: ZoneInfo


MISSIONS: Mapping[str, Mission] = MappingProxyType(
    {
        mission.code: mission
        for mission in (
            Mission("BKK", "Bangkok", "THA", "Embassy in Bangkok", ZoneInfo("Asia/Bangkok")),
            Mission("KUL", "Kuala Lumpur", "MYS", "Embassy in Kuala Lumpur", ZoneInfo("Asia/Kuala_Lumpur")),
            Mission("SEL", "Seoul", "KOR", "Embassy in Seoul", ZoneInfo("Asia/Seoul")),
            Mission("TYO", "Tokyo", "JPN", "Embassy in Tokyo", ZoneInfo("Asia/Tokyo")),
            Mission("SGP", "Singapore", "SGP", "Embassy in Singapore", ZoneInfo("Asia/Singapore")),
            Mission("VTE", "Vientiane", "LAO", "Embassy in Vientiane", ZoneInfo("Asia/Vientiane")),
            Mission("HAN", "Hanoi", "VNM", "Embassy in Hanoi", ZoneInfo("Asia/Ho_Chi_Minh")),
            Mission(
                "BWN", "Bandar Seri Begawan", "BRN", "Embassy in Bandar Seri Begawan", ZoneInfo("Asia/Brunei")
            ),
            Mission("HKG", "Hong Kong", "HKG", "Consulate general in Hong Kong", ZoneInfo("Asia/Hong_Kong")),
            Mission("KWI", "Kuwait City", "KWT", "Embassy in Kuwait City", ZoneInfo("Asia/Kuwait")),
        )
    }
)
"""Mission code -> the mission (general knowledge: seven of the main corridors, three more)."""

MissionCode = Annotated[
    str,
    described("Cambodian mission abroad, code from Domnaer's list of missions.", r"^[A-Z]{3}$", "BKK"),
    listed(MISSIONS, "the code of a Cambodian mission abroad such as BKK for the embassy in Bangkok"),
]
