"""Personal data of a planted worker is in no log line and in no address."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import httpx2
import pytest

from tests.system.journey import PageUser, Traveller, crossing, record_journey
from tests.system.running_system import RunningSystem

PLANTED = Traveller(
    latin="ZHOEURN KUNPISETH",
    khmer="ហ្ស៊ឺន គន្ធពិសិដ្ឋ",
    passport="ZQ7719354",
    phone="0977 461 935",
    born="1983-11-17",
    mother="ZHUOY SOKUNTHEARY",
    remark="has a scar above the left eyebrow",
)


@pytest.fixture(scope="module")
def worked(system: RunningSystem) -> RunningSystem:
    """The system after valid and invalid requests of all kinds about the planted worker."""
    records = record_journey(system, PLANTED, by_desk=True)
    given, of = PLANTED.given(), records.by_service
    for wrong in (
        crossing("departure", PLANTED.given(name={"latin": PLANTED.passport})),
        crossing("departure", PLANTED.given(phone=PLANTED.latin)),
        crossing("departure", PLANTED.given(**{PLANTED.latin: PLANTED.phone})),
        {PLANTED.khmer: given},
        [given],
    ):
        assert system.post("/border/crossings", wrong, "officer").status_code == 422
    assert system.post("/consular/cases", crossing("return", given), "officer").status_code == 403
    torn = system.headers("officer", **{"Content-Type": "application/json"})
    half = f'{{"name": "{PLANTED.latin}", "phone": "{PLANTED.phone}'
    assert system.http.post("/border/crossings", content=half.encode(), headers=torn).status_code == 400
    rows = f'{{"person": {{"name": {{"latin": "{PLANTED.latin}"}}}}}}\n{{"words": "{PLANTED.remark}\n'
    lines = system.headers("officer", **{"Content-Type": "application/x-ndjson"})
    assert (
        system.http.post("/border/crossings/bulk", content=rows.encode(), headers=lines).json()["refused"]
        == 2
    )
    for asked in ({"name": PLANTED.khmer}, {"name": PLANTED.latin}, {"phone": PLANTED.phone}):
        assert system.search("registrar", **asked)
    system.http.post("/registry/workers/search", json={"name": [PLANTED.latin]}, headers=system.headers())
    for path in ("/registry/workers/{}", "/registry/workers/{}/timeline"):
        assert system.get(path.format(records.number), "registrar").status_code == 200
    correction = {"reason": "mistyped", "facts": {PLANTED.latin: PLANTED.khmer}, "person": given}
    assert system.post(f"/border/events/{of['border']['event_id']}/correction", correction).status_code == 422
    assert system.post(f"/skills/events/{uuid4()}/void", {"reason": PLANTED.remark}).status_code == 422
    _at_the_pages(system, records.number, of["consular"]["case_id"], of["reintegration"]["case_id"])
    for who, page in (
        ("reviewer", f"/recruitment/pages/employment-contracts/{of['recruitment']['contract_id']}"),
        ("assessor", f"/skills/pages/applications/{of['skills']['application_id']}"),
    ):
        assert PLANTED.passport in PageUser(system, who).http.get(f"{page}?documents=shown").text
    return system


def _at_the_pages(system: RunningSystem, number: str, case_id: str, returnee: str) -> None:
    registrar = PageUser(system, "registrar")
    for text in (PLANTED.latin, PLANTED.khmer, PLANTED.passport, PLANTED.phone, number):
        assert number in registrar.sends("/registry/pages/search", "/search", text=text).text
    registrar.sends("/registry/pages/search", "/search", text=PLANTED.remark)
    assert PLANTED.passport in registrar.http.get(f"/registry/pages/workers/{number}?documents=shown").text
    attache = PageUser(system, "attache-bangkok")
    page = f"/consular/pages/cases/{case_id}"
    assert PLANTED.remark in attache.sends(page, "/actions", action="visit", log_note=PLANTED.remark).text
    wrong = attache.sends(page, "/actions", action="", log_note=PLANTED.remark)
    assert wrong.status_code == 422 and PLANTED.remark in wrong.text
    counsellor = PageUser(system, "counsellor-battambang")
    page = f"/reintegration/pages/cases/{returnee}"
    assert PLANTED.khmer in counsellor.http.get(page).text
    wrong = counsellor.sends(page, "/sessions", minutes=PLANTED.phone, session_note=PLANTED.remark)
    assert wrong.status_code == 422
    nobody = httpx2.Client(base_url=system.url, follow_redirects=True)
    form = nobody.get("/sign-in").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', form)
    assert csrf is not None
    sent = {
        "csrf": csrf[1],
        "username": PLANTED.latin,
        "password": PLANTED.passport,
        "next": f"/x/{PLANTED.phone}",
    }
    assert nobody.post("/sign-in", data=sent).status_code == 403


def fragments() -> set[str]:
    """Return the texts that identify the worker, in all forms in which they could be written."""
    words = {part for trait in (PLANTED.latin, PLANTED.khmer, PLANTED.mother) for part in trait.split()}
    digits = PLANTED.phone.replace(" ", "")
    return words | {*PLANTED.traits, digits, "855" + digits[1:], "scar above"} - {""}


def test_no_log_line_has_personal_data(worked: RunningSystem) -> None:
    text = worked.logged.getvalue()
    assert text.count("\n") > 30 and '"call_refused"' in text
    escaped = text.encode().decode("unicode_escape", "replace")
    found = {each for each in fragments() if each.lower() in text.lower() or each.lower() in escaped.lower()}
    assert found == set()


def test_no_address_has_personal_data(worked: RunningSystem) -> None:
    seen = "\n".join(
        unquote(unquote(address)).replace("+", " ") for address in worked.requests_seen.addresses
    )
    assert "/registry/pages/search" in seen and "/consular/pages/cases/" in seen
    assert {each for each in fragments() if each.lower() in seen.lower()} == set()


def test_no_address_and_no_log_line_has_a_token(worked: RunningSystem) -> None:
    token = worked.token("officer")
    head = token.split(".")[0]
    assert head not in worked.logged.getvalue()
    assert not any(head in address for address in worked.requests_seen.addresses)
    assert worked.people.token("officer", timedelta(hours=1)).startswith(head)


def test_every_view_of_the_worker_is_audited_without_a_name(worked: RunningSystem) -> None:
    for name, running in worked.services.items():
        entries = worked.call(running.runtime.pool.fetch("SELECT audit::text AS entry FROM audit"))
        found = {each for each in fragments() if any(each in entry["entry"] for entry in entries)}
        assert found == set(), f"the audit of {name}"
        assert entries
