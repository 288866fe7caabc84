"""The form of the booth: from its fields to the command that records a crossing, and what it keeps for the next person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from chassis.access.permissions import Caller
from chassis.base.ids import new_id
from chassis.pages.form import SubmittedForm
from chassis.pages.record_page import FormCommand
from contracts.border import Direction
from contracts.codes.crossings import Channel, CrossingPurpose, ReturnReason, VehicleKind
from contracts.codes.documents import DocumentKind
from contracts.codes.people import Companion, PersonRole
from contracts.codes.places import CHECKPOINTS, COUNTRIES, HOME, Post
from services.border.domain.crossing import (
    RecordDeparture,
    RecordDeportedReturn,
    RecordOtherCrossing,
    RecordReturn,
)
from services.border.pages.person_fields import PERSON_FIELDS, choices_about_person, person_typed

COOKIE = "domnaer_booth"
"""The cookie with the codes that a booth keeps between two visits of the page; there is nothing of a person in it."""
_KEPT_SECONDS = 30 * 24 * 3600
FIELDS = {
    **PERSON_FIELDS,
    "destination": "country",
    "returned_from": "country",
    "adult_crossing": "companion",
    "accompanied_by": "companion",
}
"""The fields of the form, by field of the command, where they differ."""
_WORK = (CrossingPurpose.WORK, CrossingPurpose.DAY_WORK)


@dataclass(frozen=True, slots=True)
class Kept:
    """The fields that the form keeps for the next person. ``by`` is the way in which the last person was entered."""

    checkpoint: str = ""
    direction: str = Direction.OUT
    country: str = "THA"
    purpose: str = CrossingPurpose.WORK
    vehicle: str = VehicleKind.ON_FOOT
    document_kind: str = DocumentKind.PASSPORT
    by: str = "zone"

    @classmethod
    def of(cls, request: Request, caller: Caller) -> Kept:
        """Return what the browser kept, as far as it is still possible, and otherwise what is usual at the caller's post."""
        sent = request.cookies.get(COOKIE, "").split(".")
        found = cls(*sent) if len(sent) == len(fields(cls)) else cls()
        possible = _possible(caller)
        valid = {name: value for name, value in asdict(found).items() if value in possible[name]}
        posts = posts_of(caller)
        kept = replace(cls(), **valid)
        if "checkpoint" not in valid and len(posts) == 1:
            (post,) = posts
            kept = replace(kept, checkpoint=post.code, country=post.opposite_country or kept.country)
        return kept

    @classmethod
    def from_form(cls, form: SubmittedForm) -> Kept:
        """Return what a submitted form keeps."""
        return replace(cls(), **form.given(*(each.name for each in fields(cls))))

    def keep(self, request: Request, answer: Response) -> None:
        """Store it in the browser."""
        answer.set_cookie(
            COOKIE,
            ".".join(asdict(self).values()),
            max_age=_KEPT_SECONDS,
            path="/border/pages",
            samesite="lax",
            httponly=True,
            secure=request.url.scheme == "https",
        )


@dataclass(frozen=True, slots=True)
class Family:
    """The family whose members are recorded one after the other; ``adult`` is the last adult of it."""

    together: bool = False
    family_id: str = ""
    adult: str = ""

    @classmethod
    def from_form(cls, form: SubmittedForm) -> Family:
        """Return the family that a submitted form names."""
        return cls(form.text("together") == "yes", form.text("family_id"), form.text("adult"))

    def after(self, form: SubmittedForm, recorded: UUID) -> Family:
        """Return the family for the next person, after a person was recorded."""
        if not self.together:
            return Family(family_id=str(new_id()))
        is_adult = form.text("role") != PersonRole.CHILD
        return replace(self, adult=str(recorded) if is_adult else self.adult)


def command_of(form: SubmittedForm) -> FormCommand:
    """Return the command of the form: a departure, a return, a deported return or another crossing."""
    direction, purpose, country = form.text("direction"), form.text("purpose"), form.text("country")
    common: dict[str, Any] = {
        "occurred_at": form.moment("happened_at"),
        "checkpoint": form.text("checkpoint"),
        "person": person_typed(form),
        **form.given("role", "vehicle"),
        **family_fields(form),
        **form.words("crossing_note"),
    }
    names = {**FIELDS, "occurred_at": "happened_at", "words": "crossing_note"}
    if purpose not in _WORK:
        other = {"kind": "other", "direction": direction, "country": country, "purpose": purpose}
        return FormCommand(RecordOtherCrossing, common | other, names)
    if direction == Direction.OUT:
        out = {"kind": "departure", "destination": country, "purpose": purpose, **form.given("channel")}
        return FormCommand(RecordDeparture, common | out, names)
    if form.text("reason") == ReturnReason.DEPORTED:
        back = {"kind": "deported_return", "returned_from": country}
        return FormCommand(RecordDeportedReturn, common | back, names)
    back = {"kind": "return", "returned_from": country, **form.given("reason")}
    return FormCommand(RecordReturn, common | back, names)


def family_fields(form: SubmittedForm) -> dict[str, Any]:
    """Return the fields of a command about the family of the person, and about the adult with a child."""
    family, found = Family.from_form(form), dict[str, Any]()
    if family.together and family.family_id:
        found["family_id"] = family.family_id
    if form.text("role") == PersonRole.CHILD and (companion := form.text("companion")):
        found |= {"accompanied_by": companion, "unaccompanied_minor": companion == Companion.NOBODY}
        if family.together and family.adult and companion != Companion.NOBODY:
            found["adult_crossing"] = family.adult
    return found


def posts_of(caller: Caller) -> list[Post]:
    """Return the posts within a caller's reach."""
    reach = caller.reach
    return [each for each in CHECKPOINTS.values() if reach.national or each.code in reach.posts]


def choices(caller: Caller) -> dict[str, Any]:
    """Return the choices of the form."""
    return {**choices_everywhere(), "posts": {each.code: each.name for each in posts_of(caller)}}


def choices_everywhere() -> dict[str, Any]:
    """Return the choices of the form at any post; the offline booth leaves the post of its device."""
    return {
        "posts": {each.code: each.name for each in CHECKPOINTS.values()},
        "countries": {code: name for code, name in COUNTRIES.items() if code != HOME},
        "purposes": list(CrossingPurpose),
        "reasons": [each for each in ReturnReason if each is not ReturnReason.UNKNOWN],
        "channels": [each for each in Channel if each is not Channel.UNKNOWN],
        "vehicles": list(VehicleKind),
        **choices_about_person(),
    }


def _possible(caller: Caller) -> Mapping[str, Any]:
    return {
        "checkpoint": {each.code for each in posts_of(caller)},
        "direction": set(Direction),
        "country": set(COUNTRIES) - {HOME},
        "purpose": set(CrossingPurpose),
        "vehicle": set(VehicleKind),
        "document_kind": set(DocumentKind),
        "by": {"zone", "hand"},
    }
