"""Make the fixture of the upgrade test: a data folder's databases as an older version wrote them, as SQL.

Run it inside a checkout of the older version, with that checkout's interpreter, so that only its code is used::

    cd OLDER_CHECKOUT
    PYTHONPATH=. .venv/bin/python NEWER_CHECKOUT/tests/domnaer/upgrade/make_fixture.py OUTPUT_FOLDER

It starts ``domnaer up`` on an empty data folder, records the work of a few client over HTTP, waits until all
services have processed it, and writes what PostgreSQL then holds with ``pg_dump``. All names are invented.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from client import DemoClient, at, until
from older_server import Login, columns_of, digest_of, dump_of, query, roles_of

from tests.domnaer.commands import Command, domnaer

KEYS = {
    "handle_key": "handle key of the upgrade fixture, which protects nothing",
    "session_key": "session key of the upgrade fixture, which protects nothing",
    "database_password": "database password of the upgrade fixture",
}
SERVICES = ("border", "consular", "recruitment", "registry", "reintegration", "skills")


def person(latin: str, khmer: str, passport: str | None, **other: Any) -> dict[str, Any]:
    """Return an invented person as an officer would enter them."""
    documents = [] if passport is None else [{"kind": "passport", "number": passport}]
    return {"sex": 2, "name": {"latin": latin, "khmer": khmer}, "documents": documents, **other}


def crossing(day: str, kind: str, who: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Return the command that records a crossing at Poipet."""
    country = {"destination": "THA"} if kind == "departure" else {"returned_from": "THA"}
    return at(day, kind=kind, checkpoint="KH-POI", person=who) | country | other


def contract(day: str, agency: str, who: dict[str, Any], wage: str, ends_on: str) -> dict[str, Any]:
    """Return the command that registers an employment contract in Thailand."""
    terms = {
        "destination": "THA",
        "sector": "F",
        "occupation": "7112",
        "wage": {"amount": wage, "currency": "THB"},
        "wage_period": "day",
        "starts_on": "2013-04-01",
        "ends_on": ends_on,
    }
    employer = "0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11"
    return at(day, agency_id=agency, employer_id=employer, terms=terms, person=who)


SOMALY = person(
    "HENG SOMALY",
    "ហេង សុម៉ាលី",
    "N1000001",
    birth={"on": "1987-05-23"},
    phone="097700001",
    home_province="02",
    relatives=[{"relation": "mother", "name": {"latin": "KONG SREYLEAK"}}],
)
VEASNA = person(
    "TOUCH VEASNA",
    "ទូច វាសនា",
    "N1000002",
    sex=1,
    birth={"on": "1990-01-01", "precision": "year"},
    home_province="01",
)
CHANTREA = person("LONG CHANTREA", "ឡុង ចន្ទ្រា", "N1000003", home_province="21")
UPLOADED = (
    "MAO SOPHY",
    "MAO RITHY",
    "MAO THIDA",
    "MAO VICHET",
    "MAO KOLAB",
    "MAO BOPHA",
    "MAO SAMBO",
    "MAO NARY",
)
RENEWED = [{"kind": "passport", "number": "N1000004"}, {"kind": "passport", "number": "N1000005"}]


def a_whole_journey(client: DemoClient, agency: str) -> dict[str, Any]:
    """Record Somaly's journey through all services; the cases and the employment contract stay open."""
    send, given = client.send, SOMALY
    registered = send(
        "clerk",
        "/recruitment/employment-contracts",
        contract("2013-03-01", agency, given, "280", "2015-03-31")
        | {"words": {"remark": "prefers to be called in the evening"}},
    )
    path = f"/recruitment/employment-contracts/{registered['id']}"
    send("reviewer", f"{path}/return", at("2013-03-04", faults=["wage_below_minimum"]))
    terms = contract("2013-03-05", agency, given, "300", "2015-03-31")["terms"]
    send("clerk", f"{path}/amendment", at("2013-03-05", terms=terms))
    send("reviewer", f"{path}/approval", at("2013-03-06"))
    left = send("officer", "/border/crossings", crossing("2013-04-02", "departure", given))
    case = send(
        "attache-bangkok",
        "/consular/cases",
        at(
            "2014-02-03",
            mission="BKK",
            category="wages",
            urgency="soon",
            person=given,
            words={"remark": "wages of two months"},
        ),
    )
    path = f"/consular/cases/{case['id']}"
    send(
        "attache-bangkok",
        f"{path}/actions",
        at("2014-02-04", action="call", words={"remark": "employer promises to pay"}),
    )
    send("attache-bangkok", f"{path}/handover", at("2014-02-05", to_attache="attache-bangkok"))
    send("attache-bangkok", f"{path}/due-date", at("2014-02-06", due_on="2099-01-31"))
    group = send(
        "officer",
        "/border/handovers",
        at("2014-06-12", checkpoint="KH-POI", authority="immigration", count_announced=2),
    )
    back = send(
        "officer",
        "/border/crossings",
        crossing(
            "2014-06-12",
            "deported_return",
            given,
            authority="immigration",
            handover_id=group["id"],
            vehicle="lorry",
        ),
    )
    send("officer", f"/border/handovers/{group['id']}/count", at("2014-06-12", count_taken=2))
    desk = "counsellor-battambang"
    returnee = returnee_case(client, desk, back["id"])
    path = f"/reintegration/cases/{returnee}"
    send(desk, f"{path}/assignment", at("2014-06-20", counsellor=desk))
    send(
        desk,
        f"{path}/needs",
        at("2014-06-21", needs=["finding_a_job", "credit"], occupation_wanted="7112", province_wanted="02"),
    )
    send(desk, f"{path}/sessions", at("2014-06-22", minutes=40, next_contact_on="2014-07-01"))
    job = send(
        desk,
        "/reintegration/vacancies",
        at(
            "2014-06-02",
            employer_id="1d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c12",
            occupation="7112",
            sector="F",
            province="02",
            wage={"amount": "250.00", "currency": "USD"},
            places=3,
        ),
    )
    match = "01974d80-0000-7000-8000-000000000001"
    send(
        desk,
        f"{path}/matches",
        at("2014-06-23", vacancy_id=job["id"], reasons=["same_occupation", "home_province"], match_id=match),
    )
    send(desk, f"{path}/matches/acceptance", at("2014-06-24", match_id=match))
    send(
        desk,
        f"{path}/placement",
        at("2014-07-01", match_id=match, occupation="7112", province="02", starts_on="2014-07-01"),
    )
    referral = send(desk, f"{path}/referrals", at("2014-07-02", occupation="7112"))
    application = application_of(client, given["documents"][0]["number"], returnee)
    path = f"/skills/applications/{application}"
    send(
        "assessor",
        f"{path}/assessment",
        at("2014-07-10", method="practical_test", on="2014-07-12", province="02"),
    )
    send("assessor", f"{path}/decision", at("2014-07-12", result="competent"))
    known = send("qualifications", f"{path}/recognition", at("2014-07-13", level=2))
    events = [event for each in (registered, left, case, back, referral, known) for event in each["events"]]
    return {
        "passport": "N1000001",
        "events": events,
        "employment_contract": registered["id"],
        "departure": left["events"][0],
        "assistance_case": case["id"],
        "handover": group["id"],
        "reintegration_case": returnee,
        "vacancy": job["id"],
        "application": application,
    }


def a_corrected_journey(client: DemoClient, agency: str) -> dict[str, Any]:
    """Record Veasna's journey, with a corrected departure and a return that was recorded twice and voided once."""
    send, given = client.send, VEASNA
    registered = send(
        "clerk",
        "/recruitment/employment-contracts",
        contract("2013-03-02", agency, given, "310", "2014-03-31"),
    )
    path = f"/recruitment/employment-contracts/{registered['id']}"
    send("reviewer", f"{path}/approval", at("2013-03-06"))
    left = send("officer", "/border/crossings", crossing("2013-04-20", "departure", given))
    back = send(
        "officer", "/border/crossings", crossing("2014-04-02", "return", given, reason="contract_completed")
    )
    twice = send(
        "officer", "/border/crossings", crossing("2014-04-02", "return", given, reason="contract_completed")
    )
    returnee_case(client, "counsellor-poipet", twice["id"])
    voided = send("officer", f"/border/events/{twice['events'][0]}/void", {"reason": "duplicate"})
    returnee = returnee_case(client, "counsellor-poipet", back["id"])
    number = client.number("N1000002", [*registered["events"], *left["events"], *back["events"]])
    entries = client.timeline("registrar", number, voided["events"])["entries"]
    facts = next(entry["facts"] for entry in entries if entry["event_id"] == left["events"][0])
    facts = {name: value for name, value in facts.items() if name != "recorded"} | {"vehicle": "bus"}
    body = {"reason": "wrong_time", "facts": facts, "occurred_at": "2013-04-10T09:00:00+07:00"}
    corrected = send("supervisor", f"/border/events/{left['events'][0]}/correction", body)
    send(
        "clerk",
        f"/recruitment/employment-contracts/{registered['id']}/termination",
        at("2014-04-05", ended_on="2014-03-31", reason="completed"),
    )
    send(
        "counsellor-poipet",
        f"/reintegration/cases/{returnee}/closing",
        at("2014-05-01", outcome="self_employed"),
    )
    events = [event for each in (registered, left, back, voided, corrected) for event in each["events"]]
    return {"passport": "N1000002", "events": events}


def a_caller_who_is_identified(client: DemoClient) -> dict[str, Any]:
    """Record a case of an unknown caller, who turns out to be Chantrea and comes home."""
    send = client.send
    case = send(
        "attache-bangkok",
        "/consular/cases",
        at("2013-09-01", mission="BKK", category="shelter", urgency="urgent", status_abroad="irregular"),
    )
    path = f"/consular/cases/{case['id']}"
    known = send("attache-bangkok", f"{path}/identification", at("2013-09-02", person=CHANTREA))
    send("attache-bangkok", f"{path}/actions", at("2013-09-03", action="shelter_arranged"))
    send("attache-bangkok", f"{path}/closing", at("2013-09-20", outcome="repatriated"))
    back = send(
        "officer",
        "/border/crossings",
        crossing(
            "2013-09-21",
            "return",
            CHANTREA,
            reason="illness_or_injury",
        ),
    )
    events = [*case["events"], *known["events"], *back["events"]]
    opened = returnee_case(client, "registrar", back["id"])
    return {
        "passport": "N1000003",
        "events": events,
        "return": back["events"][0],
        "reintegration_case": opened,
    }


def two_numbers_joined(client: DemoClient) -> tuple[dict[str, Any], str]:
    """Record two workers whom a later crossing with both passports shows to be one; return also the number given up."""
    one, other = RENEWED
    given = person("PICH RATANAK", "ពេជ្រ រតនៈ", None, sex=1, home_province="02")
    left = client.send(
        "officer",
        "/border/crossings",
        crossing(
            "2012-01-10",
            "departure",
            given | {"documents": [one]},
            how="paper",
            recorded_at="2012-01-11T09:00:00+07:00",
        ),
    )
    back = client.send(
        "officer",
        "/border/crossings",
        crossing("2013-01-10", "return", given | {"documents": [other]}, reason="visit_home"),
    )
    numbers = {client.number(one["number"], left["events"]), client.number(other["number"], back["events"])}
    again = client.send(
        "officer", "/border/crossings", crossing("2013-02-10", "departure", given | {"documents": RENEWED})
    )
    home = client.send(
        "officer",
        "/border/crossings",
        crossing("2013-12-10", "return", given | {"documents": [other]}, reason="family"),
    )
    events = [event for each in (left, back, again, home) for event in each["events"]]
    kept = client.number(one["number"], events)
    (given_up,) = numbers - {kept}
    return {"passport": one["number"], "events": events}, given_up


def an_upload(client: DemoClient) -> tuple[str, dict[str, Any]]:
    """Upload returns, one of which is refused; return the file and what became of it."""
    rows = [
        crossing("2014-06-13", "return", person(name, "ម៉ៅ", f"N200000{nth}"), reason="mass_return")
        for nth, name in enumerate(UPLOADED)
    ]
    rows[5]["checkpoint"] = "KH-XXX"
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    kind = {"Content-Type": "application/x-ndjson"}
    counts = client.send("officer", "/border/crossings/bulk", lines.encode(), **kind)
    assert (counts["taken"], counts["refused"]) == (len(rows) - 1, 1), counts
    return lines, counts


def returnee_case(client: DemoClient, desk: str, crossing_id: str) -> str:
    """Return the id of the case that reintegration opens for a return."""

    def opened() -> str | None:
        rows = client.get(desk, "/reintegration/cases", limit=200).json()["items"]
        return next((row["case_id"] for row in rows if row["about"] == f"crossing-{crossing_id}"), None)

    return until(opened)


def application_of(client: DemoClient, passport: str, case_id: str) -> str:
    """Return the id of the application that skills opens for a referral."""

    def opened() -> str | None:
        rows = client.get("assessor", "/skills/applications", limit=200).json()["items"]
        about = f"reintegration-case-{case_id}"
        for row in rows:
            found = client.get("assessor", f"/skills/applications/{row['application_id']}").json()
            if found["about"] == about:
                application: str = row["application_id"]
                return application
        return None

    return until(opened)


def wait_until_quiet(login: Login, seconds: float = 5) -> None:
    """Wait until no database has written anything for some seconds."""
    watched = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
    quiet_since, before = time.monotonic(), ""
    end = quiet_since + 120
    while time.monotonic() - quiet_since < seconds:
        now = query(login, "postgres", watched)
        if now != before:
            quiet_since, before = time.monotonic(), now
        assert time.monotonic() < end, "the services go on writing"
        time.sleep(0.5)


def record(client: DemoClient) -> dict[str, Any]:
    """Record everything, and return what the test expects to find again."""
    claims = client.token("clerk").split(".")[1]
    padded = claims + "=" * (-len(claims) % 4)
    agency = json.loads(base64.urlsafe_b64decode(padded))["reach"]["agencies"][0]
    # A key is compared with the body as it was sent, byte by byte.
    repeated = json.dumps(at("2014-06-12", checkpoint="KH-POI", authority="police", count_announced=7))
    key = {"Idempotency-Key": "upgrade-fixture-repeated"}
    answer = client.send("officer", "/border/handovers", repeated.encode(), **key)
    whole = a_whole_journey(client, agency)
    joined, given_up = two_numbers_joined(client)
    caller = a_caller_who_is_identified(client)
    workers = [whole, a_corrected_journey(client, agency), caller, joined]
    lines, counts = an_upload(client)
    numbers = [client.number(each["passport"], each["events"]) for each in workers]
    return {
        "worker": {**{name: id_ for name, id_ in whole.items() if name != "events"}, "number": numbers[0]},
        "opened": {"return": caller["return"], "reintegration_case": caller["reintegration_case"]},
        "joined": {"from": given_up, "to": numbers[-1]},
        "repeated": {
            "path": "/border/handovers",
            "by": "officer",
            "key": key["Idempotency-Key"],
            "body": repeated,
            "answer": answer,
        },
        "upload": {
            "path": "/border/crossings/bulk",
            "by": "officer",
            "lines": lines,
            "taken": counts["taken"],
            "refused": counts["refused"],
        },
        "numbers": numbers,
    }


def records_of(worker: dict[str, str]) -> list[str]:
    """Return where the services answer with the records of a worker's journey."""
    return [
        f"/border/handovers/{worker['handover']}",
        f"/consular/cases/{worker['assistance_case']}",
        f"/recruitment/employment-contracts/{worker['employment_contract']}",
        f"/reintegration/cases/{worker['reintegration_case']}",
        f"/reintegration/vacancies/{worker['vacancy']}",
        f"/skills/applications/{worker['application']}",
    ]


def make(output: Path, folder: Path) -> None:
    """Record everything in a new data folder and write the fixture."""
    (folder / "keys.json").write_text(json.dumps(KEYS, indent=2) + "\n")
    with Command("up", "--folder", folder, "--port", "0") as up:
        url = up.says(r"^(http://127\.0\.0\.1:\d+)$")[1]
        with httpx2.Client(base_url=url, timeout=60) as http:
            client = DemoClient(http, folder, "upgrade-fixture")
            expected = record(client)
            addresses = json.loads((folder / "addresses.json").read_text())
            login = Login(addresses["postgres_port"], addresses["postgres_password"])
            wait_until_quiet(login)
            status = domnaer("status", "--folder", folder)
            assert status.returncode == 0, status.stdout
            as_of = datetime.now(UTC).replace(microsecond=0).isoformat()
            expected["as_of"] = as_of
            expected["records"] = {
                path: client.get("registrar", path).json() for path in records_of(expected["worker"])
            }
            expected["timelines"] = {
                number: client.get("registrar", f"/registry/workers/{number}/timeline", as_of=as_of).json()
                for number in expected.pop("numbers")
            }
            # Such timelines read the same on every later day.
            assert all(each["next_change"] is None for each in expected["timelines"].values())
            wait_until_quiet(login)
        expected["next_transaction"] = int(
            query(login, "postgres", "SELECT pg_snapshot_xmax(pg_current_snapshot())")
        )
        expected["events"] = {
            service: digest_of(login, service, "events", columns_of(login, service, "events"))
            for service in SERVICES
        }
        output.mkdir(parents=True, exist_ok=True)
        (output / "roles.sql").write_text(roles_of(login), encoding="utf-8")
        for service in SERVICES:
            (output / f"{service}.sql").write_text(dump_of(login, service), encoding="utf-8")
        assert up.stop() == 0
    text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    (output / "expected.json").write_text(text + "\n", encoding="utf-8")
    for name in ("keys.json", "issuer/issuer.key.json", "issuer/jwks.json"):
        kept = output / "folder" / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes((folder / name).read_bytes())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        data.mkdir()
        make(Path(sys.argv[1]).resolve(), data)
