"""The page on which the list of a handover is taken in from a workbook or a CSV file, with a dry run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from chassis.access.permissions import Caller, CallerFirstRoute
from chassis.commands.runtime import Runtime
from chassis.pages.translation import N_
from chassis.upload_page import Choices, UploadPage
from contracts.codes.crossings import DeportationGround, DeportingAuthority, VehicleKind
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Companion, PersonRole, Sex
from contracts.codes.places import CHECKPOINTS, COUNTRIES, HOME, PROVINCES
from contracts.times import PHNOM_PENH
from services.border.bulk import CROSSINGS
from services.border.pages.crossing_form import posts_of
from services.border.pages.handovers import HANDOVERS
from services.border.permissions import HANDOVER_READ
from services.border.queries.crossings import list_handovers
from services.border.wording import KINDS

_COLUMNS = (
    *("kind", "occurred_at", "checkpoint", "returned_from", "authority", "ground", "handover_id", "vehicle"),
    *("role", "accompanied_by"),
    *(f"person.{name}" for name in ("name.khmer", "name.latin", "sex", "birth.on", "birth.precision")),
    *(f"person.{name}" for name in ("home_province", "phone")),
    *(f"person.documents.0.{name}" for name in ("kind", "number", "issued_by", "place")),
    "words.remark",
)
_LATEST = 30
"""Handovers that the template offers, the latest announced first."""

router = APIRouter(route_class=CallerFirstRoute)


def _titled(codes: Any) -> Choices:
    return [(each.value, each.title_en) for each in codes]


async def lists_of_columns(runtime: Runtime, caller: Caller) -> Mapping[str, Choices]:
    """Return the choices of the columns: the caller's own posts and handovers, and codes."""
    known = (await list_handovers(runtime, caller, _LATEST, None)).items if caller.may(HANDOVER_READ) else []
    return {
        "kind": [("deported_return", KINDS["deported_return"])],
        "checkpoint": [(each.code, each.name) for each in posts_of(caller)],
        "returned_from": [(code, name) for code, name in COUNTRIES.items() if code != HOME],
        "authority": _titled(DeportingAuthority),
        "ground": _titled(DeportationGround),
        "handover_id": [(each["handover_id"], _handover(each)) for each in known],
        "vehicle": _titled(VehicleKind),
        "role": _titled(PersonRole),
        "accompanied_by": _titled(Companion),
        "person.sex": _titled((Sex.FEMALE, Sex.MALE)),
        "person.home_province": list(PROVINCES.items()),
        "person.documents.0.kind": _titled(DocumentKind),
    }


def _handover(row: Mapping[str, Any]) -> str:
    post, at = CHECKPOINTS[row["checkpoint"]].name, row["announced_at"].astimezone(PHNOM_PENH)
    return f"{post} {at:%Y-%m-%d %H:%M}, {row['count_announced']}"


UploadPage(
    router,
    "/handovers/lists/upload",
    list_url=HANDOVERS,
    name="upload_deported_returns",
    title=N_("Take in the list of a handover"),
    bulk=CROSSINGS,
    columns=_COLUMNS,
    lists=lists_of_columns,
)
