"""The mapping of lives to the services: verbs to routes and fields, and answers to the words of expectations.

A route or a field that changes is changed here and nowhere else in this folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from contracts.codes.missions import MISSIONS
from contracts.times import PHNOM_PENH
from domnaer.demo.employers import agencies_to
from tests.lives.comparison import bare, day_of
from tests.lives.notation import Line, NotUnderstood, ShownDocument, local, shown_documents, term_of
from tests.lives.played import Played, Request, StatusByDay

# --- Verbs to routes and fields ---------------------------------------------------------------------------------------

_CONTRACT, _CASE, _APPLICATION = (
    "/recruitment/employment-contracts/{}",
    "/consular/cases/{}",
    "/skills/applications/{}",
)
_ROUTES: Mapping[str, tuple[str, str]] = {
    "contract": ("/recruitment/employment-contracts", "clerk"),
    "approve": (f"{_CONTRACT}/approval", "reviewer"),
    "sendback": (f"{_CONTRACT}/return", "reviewer"),
    "amend": (f"{_CONTRACT}/amendment", "clerk"),
    "terminate": (f"{_CONTRACT}/termination", "clerk"),
    "depart": ("/border/crossings", "officer"),
    "return": ("/border/crossings", "officer"),
    "deported": ("/border/crossings", "officer"),
    "out": ("/border/crossings", "officer"),
    "in": ("/border/crossings", "officer"),
    "case": ("/consular/cases", "attache"),
    "act": (f"{_CASE}/actions", "attache"),
    "move": (f"{_CASE}/handover", "attache"),
    "close": (f"{_CASE}/closing", "attache"),
    "died": (f"{_CASE}/death", "attache"),
    "permit": ("/consular/permits", "attache"),
    "lapse": ("/consular/permits/{}/lapse", "attache"),
    "apply": ("/skills/applications", "assessor"),
    "book": (f"{_APPLICATION}/assessment", "assessor"),
    "decide": (f"{_APPLICATION}/decision", "assessor"),
    "recognise": (f"{_APPLICATION}/recognition", "qualifications"),
}
"""The route of each verb, with the id of its record, and the desk that sends it."""
_FIXED: Mapping[str, Mapping[str, Any]] = {
    "sendback": {"faults": ["missing_signature"]},
    "terminate": {"reason": "other"},
    "depart": {"kind": "departure", "purpose": "work"},
    "return": {"kind": "return"},
    "deported": {"kind": "deported_return", "authority": "immigration"},
    "out": {"kind": "other", "direction": "out"},
    "in": {"kind": "other", "direction": "in"},
    "lapse": {"reason": "expired"},
    "book": {"method": "practical_test"},
}
"""Fields of each verb that a line need not name."""
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "terminate": {"ended": "ended_on"},
    "depart": {"post": "checkpoint", "country": "destination"},
    "return": {"post": "checkpoint", "country": "returned_from"},
    "deported": {"post": "checkpoint", "country": "returned_from"},
    "out": {"post": "checkpoint"},
    "in": {"post": "checkpoint"},
    "act": {"with": "with_whom"},
    "move": {"mission": "to_mission", "attache": "to_attache"},
    "died": {"on": "died_on", "country": "died_in"},
    "lapse": {"on": "lapsed_on"},
    "apply": {"occ": "occupation"},
}
"""Names of arguments that differ from the names of fields."""
_TERMS: Mapping[str, str] = {
    "country": "destination",
    "occ": "occupation",
    "share": "catch_share",
    "hours": "hours_per_day",
    "rest": "rest_days_per_month",
    "starts": "starts_on",
    "ends": "ends_on",
}
_USUAL_TERMS = {"sector": "F", "occupation": "9313"}
_WAGES = {
    "THA": "300.00/THB/day",
    "MYS": "900.00/MYR/month",
    "KOR": "1015740/KRW/month",
    "SGP": "450.00/SGD/month",
}
_OTHER_WAGE = "300.00/USD/month"
_AGENCIES = {"AG1": str(agencies_to("THA")[0].id), "AG2": str(agencies_to("THA")[1].id)}
_NUMBERS = frozenset({"hours_per_day", "rest_days_per_month", "level"})
_OF_EVERY_LINE = frozenset({"name", "person", "term", "docs", "rec", "precision", "how", "id"})
_PAPERS = {"contract": "passport,national_id"}
_LATE_ID = "ffffffff-ffff-7fff-bfff-ffff{:08x}"
_WRITTEN_DOWN = timedelta(hours=1)


def request_of(line: Line, record: str, played: Played) -> Request:
    """Return the command of a line. Raises NotUnderstood."""
    if line.verb == "void":
        return _void(line, played)
    route, desk = _ROUTES[line.verb]
    path = route.format(played.id_of(record)) if "{}" in route else route
    body = _circumstances(line, played) | dict(_FIXED.get(line.verb, {}))
    names = _FIELDS.get(line.verb, {})
    given = {names.get(name, name): text for name, text in line.words.items() if name not in _OF_EVERY_LINE}
    named = line.words.get("mission", "BKK")
    in_charge = played.missions.get(record, named)
    match line.verb:
        case "contract" | "amend":
            body |= _contract(line, record, played)
            given = {}
        case "case" | "move":
            body["attache" if line.verb == "case" else "to_attache"] = attache_of(named)
            played.missions[record] = named
        case "permit":
            first, last = term_of(line.words["term"])
            body |= {"country": "THA", "mission": named, "valid_from": first}
            body |= {} if last is None else {"valid_until": last}
        case "sendback" if "faults" in given:
            body["faults"] = given.pop("faults").split(",")
        case "depart" | "return" | "deported" | "out" | "in":
            body |= _travelling(line, given, played)
    body |= {name: _value(name, text) for name, text in given.items()}
    callers = {"officer": officer_of(line.words.get("post", "")), "attache": attache_of(in_charge)}
    return Request(path, body, callers.get(desk, desk))


def attache_of(mission: str) -> str:
    """Return the caller's name of the attaché of a mission."""
    city = MISSIONS[mission].city if mission in MISSIONS else "Bangkok"
    return "attache-" + city.lower().replace(" ", "-")


def officer_of(post: str) -> str:
    """Return the caller's name of an officer of a checkpoint."""
    return "officer" if post == "KH-POI" else f"officer-{post.lower()}"


def document_asked(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a search or of a check at a booth."""
    return {name: document[name] for name in ("kind", "number", "issued_by", "place") if name in document}


def _circumstances(line: Line, played: Played) -> dict[str, Any]:
    body: dict[str, Any] = {
        "occurred_at": line.at.isoformat(),
        "precision": line.words.get("precision", "minute"),
        "how": line.words.get("how", "paper"),
    }
    if body["how"] != "live":
        rec = line.words.get("rec")
        body["recorded_at"] = (line.at + _WRITTEN_DOWN if rec is None else local(rec, time(10))).isoformat()
    if (own := line.words.get("id")) is not None:
        body["id"] = _LATE_ID.format(uuid4().int % 16**8) if own == "late" else own
    if line.person is not None:
        body["person"] = played.persons.given(line.person, _papers(line, played))
    return body


def _papers(line: Line, played: Played) -> list[ShownDocument]:
    if "docs" in line.words or "post" in line.words:
        return shown_documents(line.words.get("docs", "none"))
    papers = played.papers
    if isinstance(papers, Mapping):
        papers = papers.get(line.words.get("name"), papers.get(line.verb))
    if papers is None:
        papers = _PAPERS.get(line.verb, "passport")
    return shown_documents(",".join(papers) if isinstance(papers, list) else str(papers))


def _contract(line: Line, record: str, played: Played) -> dict[str, Any]:
    """The parties and the terms of a contract, or the complete terms after an amendment.

    ``wage=none`` is a contract without a money wage, ``wage=250.00/USD/month`` another wage than usual.
    """
    given = dict(line.words)
    agency, employer = given.pop("agency", "AG1"), given.pop("employer", f"employer of {record}")
    terms = played.terms.get(record) or {**_USUAL_TERMS}
    if "term" in given:
        terms["starts_on"], terms["ends_on"] = term_of(given["term"])
    if line.verb == "contract":
        given.setdefault("wage", _WAGES.get(given["country"], _OTHER_WAGE))
    for name, text in given.items():
        if name == "wage":
            amount, currency, period = (*text.split("/"), "", "")[:3]
            paid = amount != "none"
            terms["wage"] = {"amount": amount, "currency": currency} if paid else None
            terms["wage_period"] = period if paid else None
        elif name not in _OF_EVERY_LINE:
            terms[_TERMS.get(name, name)] = _value(_TERMS.get(name, name), text)
    played.terms[record] = terms = {name: value for name, value in terms.items() if value is not None}
    if line.verb == "amend":
        return {"terms": terms}
    played.employers[record] = employer
    return {
        "agency_id": _AGENCIES.get(agency) or str(played.persons.id_of(agency)),
        "employer_id": str(played.persons.id_of(employer)),
        "terms": terms,
    }


def _travelling(line: Line, given: dict[str, str], played: Played) -> dict[str, Any]:
    person = played.persons[str(line.person)]
    found: dict[str, Any] = {}
    if person.family is not None:
        found["family_id"] = str(played.persons.id_of(person.family))
    if person.role is not None:
        found["role"] = person.role
    adult = played.ids.get("line " + given.pop("adult", ""))
    if adult is not None:  # the line of the adult's crossing is recorded
        found["adult_crossing"] = str(adult)
    return found


def _void(line: Line, played: Played) -> Request:
    named = int(line.words["line"])
    if named not in played.events:
        raise NotUnderstood(f"line {line.number}: line {named} was not recorded")
    path = f"/{played.services[named]}/events/{played.events[named][0]}/void"
    return Request(path, {"reason": line.words.get("reason", "mistyped")}, "supervisor")


def _value(name: str, text: str) -> Any:
    known = {"true": True, "false": False, "none": None}
    return int(text) if name in _NUMBERS else known.get(text, text)


# --- Answers to the words of expectations -----------------------------------------------------------------------------

ALIASES: Mapping[str, str] = {
    "departed_without_registered_contract": "no_contract",
    "left_without_contract": "no_contract",
    "contract_ended_while_abroad": "contract_over",
    "unaccompanied_minor": "child_alone",
    "occurred_after_it_was_recorded": "time_impossible",
}
"""Other names of flags; an expectation and an answer may use either."""
_ENDED_BY: Mapping[str, str] = {"deported": "deportation", "died": "death", "remains": "death"}
_JOURNEY: Mapping[str, tuple[str, ...]] = {
    "prepared": ("prepared_at",),
    "departed": ("departed_at",),
    "returned": ("returned_at",),
    "ended_at": ("ended_at", "closed_at"),
    "ended_by": ("ended_by", "return_kind"),
    "heard": ("last_heard_at",),
    "contracts": ("contracts", "employment_contracts"),
    "cases": ("cases", "assistance_cases"),
    "follow_ups": ("follow_ups", "reintegration_cases"),
    "contract_ends": ("contract_ends_on", "contract_ends"),
    "employer": ("employer", "employer_id"),
    "statuses": ("statuses", "status"),
}
"""The words of a journey that differ from the fields, each with the fields that may hold it."""
_STAY = {"since": ("began_at",), "until": ("ended_at",)}
_WHEREABOUTS = {"heard": ("last_heard_at",), "remains_home": ("remains_home_at",)}
_FLAG = {"class": ("severity",)}
_RETURNEES = "domnaer.reintegration."


def timeline_words(
    answer: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], played: Played
) -> dict[str, Any]:
    """Return a timeline in the words of expectations. ``entries`` are all its events."""
    at = instant(answer["at"])
    cases = list(_follow_ups(entries, played))
    flags = [_flag(flag) for flag in answer["flags"]]
    return {
        "J": [_journey(each, cases, at, played) for each in answer["journeys"]],
        "W": _renamed(answer["whereabouts"], _WHEREABOUTS),
        "S": answer["status"],
        "flags": [each for each in flags if _holds(each, at)],
        "N": [each for each in cases if not each["closed"]],
        "cases": cases,
        "follow_ups_ever": len(
            {entry["stream"] for entry in entries if _is(entry, "reintegration_case_opened")}
        ),
    }


def instant(text: str) -> datetime:
    """Return an instant of an answer, in Asia/Phnom_Penh."""
    return datetime.fromisoformat(text).astimezone(PHNOM_PENH)


def worked(view: Mapping[str, Any], bar: str) -> list[tuple[Any, Any]]:
    """Return the time worked on an application or a case: ``worked``, or ``verified``, ``supported`` or ``stated`` alone."""
    listed = view.get("known_now", view.get("work", view.get("experience", ())))
    found = []
    for each in listed if isinstance(listed, list) else ():
        if each["proof"] == bar or (bar == "worked" and each["proof"] != "stated"):
            first = next((each[name] for name in ("started_on", "from", "since") if name in each), None)
            last = next((each[name] for name in ("ended_on", "to", "until") if name in each), None)
            found.append((_converted(first), _converted(last)))
    return found


def figures_of(rows: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Return the departures of workers by country and year, ``THA 2013``."""
    found: Counter[str] = Counter()
    for row in rows:
        found[f"{row['destination']} {row['year']}"] += row["workers"]
    return found


def contract_terms(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms of an employment contract as it is read, each converted."""
    terms = view.get("terms") or view
    return {name: _converted(value) for name, value in terms.items()}


def term_name(word: str) -> str:
    """Return the field of a term by its short name."""
    return _TERMS.get(word, word)


_RECORD_ROUTES = {
    "recruitment": "/recruitment{}/employment-contracts/{}",
    "consular": "/consular{}/cases/{}",
    "skills": "/skills{}/applications/{}",
}


def record_routes(record: str, played: Played, pages: str = "") -> list[str]:
    """Return the addresses at which a record is read; none for crossings."""
    service = next((played.services[line] for line, name in played.records.items() if name == record), "")
    pattern = _RECORD_ROUTES.get(service)
    return [] if pattern is None else [pattern.format(pages, played.id_of(record))]


def record_pages(record: str, played: Played) -> list[str]:
    """Return the addresses of the pages of a record."""
    return record_routes(record, played, "/pages")


def worker_routes(number: str) -> list[str]:
    """Return the addresses at which a worker is read."""
    return [
        f"/registry/workers/{number}",
        f"/registry/workers/{number}/timeline",
        "/registry/flags?limit=200",
    ]


def worker_pages(number: str) -> list[str]:
    """Return the addresses of the pages of a worker."""
    return [f"/registry/pages/workers/{number}"]


def check_request(document: Mapping[str, Any], crossing: Line) -> Request:
    """Return the check of a person's document at a booth, before a crossing; its caller is the officer who looks."""
    asked = {
        "document": document_asked(document),
        "direction": "out" if crossing.verb in ("depart", "out") else "in",
        "country": crossing.words["country"],
    }
    return Request("/border/check", asked, "officer")


def check_words(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a check at a booth says, in the words known, cleared, action."""
    return {"known": answer["known"] or None, "cleared": answer["papers"], "action": answer["action"]}


def question_numbers(question: Mapping[str, Any]) -> set[str]:
    """Return the numbers of the workers that a question to the registrar names."""
    return {question["worker"], question["other"]} - {None}


def flag_name(name: str) -> str:
    """Return the name of a flag as answers give it, without the marks of a suggestion."""
    return ALIASES.get(bare(name), bare(name))


def _journey(
    given: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], at: datetime, played: Played
) -> dict[str, Any]:
    found = _renamed(given, _JOURNEY)
    spans = [_renamed(span, {}) for span in found.get("statuses") or ()]
    contracts = [played.name_of(each) for each in found.get("contracts") or ()]
    found["ended"] = given.get("ended", found.get("ended_at") is not None)
    found["stays"] = [_renamed(each, _STAY) for each in given.get("stays") or ()]
    found["ended_by"] = _ENDED_BY.get(str(found.get("ended_by")), found.get("ended_by"))
    found["contracts"] = contracts
    found["cases"] = [played.name_of(each) for each in found.get("cases") or ()]
    found["follow_ups"] = [
        _case_name(_id(each), cases, day_of(found.get("returned"))) for each in found.get("follow_ups") or ()
    ]
    found["status_on"] = StatusByDay(spans)
    found["last_status"] = spans[-1]["status"] if spans else None
    standing = [name for name in contracts if name not in played.ended or played.ended[name] > at]
    if "employer" in found:
        found["employer"] = played.employer_named(found["employer"])
    else:
        found["employer"] = played.employers.get((standing or contracts or [""])[-1])
    return found


def _follow_ups(entries: Sequence[Mapping[str, Any]], played: Played) -> Iterator[dict[str, Any]]:
    """The reintegration cases of a worker: name, days and lines of their returns, and whether they are closed."""
    corrected = {entry["corrects"] for entry in entries if entry["stands"] and not entry["void"]}
    valid = [
        entry
        for entry in entries
        if entry["type"].startswith(_RETURNEES) and (entry["stands"] or entry["event_id"] in corrected)
    ]
    for opening in valid:
        if not _is(opening, "reintegration_case_opened"):
            continue
        own = [entry for entry in valid if entry["stream"] == opening["stream"]]
        returns = [
            entry for entry in own if _is(entry, "reintegration_case_opened") or _is(entry, "return_joined")
        ]
        lines = [played.name_of(entry["facts"].get("about")) for entry in returns]
        yield {
            "id": _id(opening["stream"]),
            "of": [day_of(instant(entry["occurred_at"])) for entry in returns],
            "lines": lines,
            "closed": any(_is(entry, "reintegration_case_closed") for entry in own),
        }


def _case_name(case_id: str, cases: Sequence[Mapping[str, Any]], returned: date | None) -> str:
    """The name of a reintegration case by its return: that of the journey, if several returns are on the case."""
    for case in cases:
        if case["id"] == case_id:
            nth = case["of"].index(returned) if returned in case["of"] else 0
            return f"follow-up of {case['lines'][nth]}"
    return case_id


def _is(entry: Mapping[str, Any], kind: str) -> bool:
    return bool(entry["type"] == f"{_RETURNEES}{kind}.v1")


def _flag(given: Mapping[str, Any]) -> dict[str, Any]:
    found = _renamed(given, _FLAG)
    severity = found.get("class")
    return {**found, "name": flag_name(given["name"]), "class": severity if severity == "alarm" else "watch"}


def _holds(flag: Mapping[str, Any], at: datetime) -> bool:
    return bool(flag["since"] <= at and (flag["until"] is None or at < flag["until"]))


def _renamed(given: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    found = {name: _converted(value) for name, value in given.items()}
    for word, fields in words.items():
        if (field := next((each for each in fields if each in given), None)) is not None:
            found[word] = _converted(given[field])
    return found


def _converted(value: Any) -> Any:
    """A text that is an instant or a day as such; everything else as it is."""
    if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-":
        try:
            return instant(value) if len(value) > len("2013-04-02") else date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, Mapping):
        return {name: _converted(each) for name, each in value.items()}
    return value


def _id(stream: Any) -> str:
    if isinstance(stream, Mapping):
        stream = stream.get("stream") or stream.get("id")
    return str(stream)[-36:]
