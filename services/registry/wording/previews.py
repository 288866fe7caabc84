"""The changes of a timeline in sentences, for the preview of a correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from chassis.pages.translation import N_
from contracts.codes.assistance import LegalStatus
from contracts.codes.crossings import Channel
from contracts.journeys.journey import Phase
from services.registry.wording.flags import FLAGS
from services.registry.wording.sentences import Sentence, country, in_english

Shown = Mapping[str, Any]

_NONE = N_("none")
_OF_A_JOURNEY = {
    "country": N_("country %(after)s instead of %(before)s"),
    "phase": N_("state %(after)s instead of %(before)s"),
    "channel": N_('channel "%(after)s" instead of "%(before)s"'),
    "prepared_at": N_("prepared %(after)s instead of %(before)s"),
    "departed_at": N_("departed %(after)s instead of %(before)s"),
    "returned_at": N_("returned %(after)s instead of %(before)s"),
    "ended_at": N_("ended %(after)s instead of %(before)s"),
    "ended_by": N_("ended by %(after)s instead of %(before)s"),
    "contract_ends_on": N_("end of the contract %(after)s instead of %(before)s"),
    "trips": N_("trips %(after)s instead of %(before)s"),
}
"""The fields of a journey that sentences name."""
_PHASES = {
    Phase.PREPARING: N_("preparing"),
    Phase.ABROAD: N_("abroad"),
    Phase.ON_LEAVE: N_("on leave"),
    Phase.RETURNED: N_("returned"),
    Phase.DIED: N_("died"),
    Phase.NOT_DEPARTED: N_("not departed"),
    Phase.RETURN_UNKNOWN: N_("return unknown"),
}
_ENDS = {
    "return": N_("return"),
    "deportation": N_("deportation"),
    "repatriation": N_("repatriation"),
    "presence_at_home": N_("presence at home"),
    "not_recorded": N_("not recorded"),
    "moved_on": N_("moved on"),
    "death": N_("death"),
}
_PLACES = {
    "home": (N_("home"), N_("home since %(since)s")),
    "died": (N_("died"), N_("died on %(since)s")),
    "abroad": (N_("abroad in %(country)s"), N_("abroad in %(country)s since %(since)s")),
    "unknown": (N_("not known"), N_("not known since %(since)s")),
}


def sentences(changes: Shown) -> list[Sentence]:
    """Return the changes of a preview in sentences."""
    number, number_after = changes["number"], changes["number_after"]
    found = []
    if number_after is None:
        found.append(Sentence(N_("No record of this worker is valid any more.")))
    elif number is None:
        found.append(Sentence(N_("The worker gets the number %(number)s."), {"number": number_after}))
    elif number_after != number:
        found.append(Sentence(N_("The worker's number becomes %(number)s."), {"number": number_after}))
    if number is not None and number_after is not None:
        found += _view(changes["whereabouts"], changes["status"])
    for change in changes["flags"]:
        found.append(_flag(change["before"], change["after"]))
    for change in changes["journeys"]:
        found += _journey(change["before"], change["after"])
    return found


def english_sentences(changes: Shown) -> list[str]:
    """Return the changes of a preview in English sentences, for answers of the API."""
    return [f"{in_english(each).removesuffix('.')}." for each in sentences(changes)]


def _view(whereabouts: Shown | None, status: Shown | None) -> Iterator[Sentence]:
    if whereabouts is not None:
        before, after = _place(whereabouts["before"]), _place(whereabouts["after"])
        if before != after:
            text = N_("Whereabouts: %(after)s instead of %(before)s.")
            yield Sentence(text, parts={"before": before, "after": after})
    if status is not None:
        codes = {name: _status(status[name]) for name in ("before", "after")}
        yield Sentence(N_("Legal status: %(after)s instead of %(before)s."), codes=codes)


def _flag(before: Shown | None, after: Shown | None) -> Sentence:
    flag = after or before or {}
    name, since = {"flag": FLAGS[flag["name"]][0]}, {"since": flag["since"]}
    if before is None:
        return Sentence(N_('The flag "%(flag)s" begins on %(since)s.'), codes=name, days=since)
    if after is None:
        return Sentence(N_('The flag "%(flag)s" of %(since)s no longer holds.'), codes=name, days=since)
    if before["until"] == after["until"]:
        return Sentence(
            N_('The flag "%(flag)s" of %(since)s rests on other records.'), codes=name, days=since
        )
    if after["until"] is None:
        text = N_('The flag "%(flag)s" of %(since)s does not end instead of ending on %(before)s.')
        return Sentence(text, codes=name, days=since | {"before": before["until"]})
    if before["until"] is None:
        text = N_('The flag "%(flag)s" of %(since)s ends on %(after)s instead of not ending.')
        return Sentence(text, codes=name, days=since | {"after": after["until"]})
    text = N_('The flag "%(flag)s" of %(since)s ends on %(after)s instead of on %(before)s.')
    return Sentence(text, codes=name, days=since | {"before": before["until"], "after": after["until"]})


def _journey(before: Shown | None, after: Shown | None) -> Iterator[Sentence]:
    if before is None or after is None:
        journey = after or before or {}
        begun = journey["prepared_at"] or journey["departed_at"] or journey["seen_abroad_at"]
        days = {} if begun is None else {"begun": begun}
        yield Sentence(
            _begins_or_not(begun, gone=after is None), days=days, parts={"journey": _kind(journey)}
        )
        return
    named = tuple(
        _changed(text, field, before[field], after[field])
        for field, text in _OF_A_JOURNEY.items()
        if before[field] != after[field]
    )
    if not named:
        named = (Sentence(N_("its stays, records or legal status change")),)
    text = N_("%(journey)s: %(change)s")
    yield Sentence(text, parts={"journey": _kind(after), "change": named[0]}, notes=named[1:])


def _begins_or_not(begun: date | None, *, gone: bool) -> str:
    if begun is None:
        return N_("%(journey)s is no longer there.") if gone else N_("%(journey)s is added.")
    if gone:
        return N_("%(journey)s of %(begun)s is no longer there.")
    return N_("%(journey)s of %(begun)s is added.")


def _kind(journey: Shown) -> Sentence:
    text = N_("The journey to %(country)s") if journey["work"] else N_("The visit to %(country)s")
    return Sentence(text, codes={"country": country(journey["country"])})


def _place(where: Shown) -> Sentence:
    place, since = _PLACES.get(where["place"], _PLACES["unknown"]), where["since"]
    return Sentence(
        place[since is not None],
        codes={"country": country(where["country"])},
        days={} if since is None else {"since": since},
    )


def _status(status: str | None) -> str:
    return _NONE if status is None else LegalStatus(status).title_en


def _changed(text: str, field: str, before: Any, after: Any) -> Sentence:
    """Return the sentence on a field of a journey, with both values as days, codes or plain text."""
    days: dict[str, date] = {}
    codes: dict[str, str] = {}
    for name, value in (("before", before), ("after", after)):
        if isinstance(value, date):
            days[name] = value
        else:
            codes[name] = _code(field, value)
    return Sentence(text, codes=codes, days=days)


def _code(field: str, value: Any) -> str:
    if field == "country":
        return country(value)
    if value is None:
        return _NONE
    if field == "channel":
        return Channel(value).title_en
    return _PHASES.get(value) or _ENDS.get(value) or str(value)
