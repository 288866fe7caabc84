"""The list of workers who are believed to be in a country."""

from __future__ import annotations

import csv
import io
import re
from uuid import uuid4

from chassis.access.sessions import SESSION_COOKIE
from tests.registry.office import LOOKS, READS, Office
from tests.registry.test_need_to_know import Life

MISSION = (*LOOKS, "consular.case.read")


async def test_workers_believed_in_a_country_are_listed_with_how_sure_that_is(office: Office) -> None:
    there, back = Life(), Life()
    await office.knows(there.left, back.left, back.record.back(back.passport, days=20))
    bangkok = office.token("bangkok", permissions=MISSION, countries=["THA"])
    page = (await office.page("/abroad", bangkok)).text
    assert "Workers believed to be in Thailand" in page, "the mission's own country is chosen"
    row = next(part for part in page.split("<tr>") if there.number in part)
    assert "last heard of on" in row and "☐" in row and 'type="radio"' not in page and "SOK Chanthy" in row
    assert back.number not in page
    entries = await office.entries("bangkok")
    assert there.number.replace("-", "") in entries[-1]["numbers"] and entries[-1]["action"] == "list_abroad"
    assert there.number not in (await office.page("/abroad", bangkok, country="MYS")).text
    assert (await office.page("/abroad", bangkok, country="XXX")).status_code == 422
    listed = (await office.page("/abroad", bangkok, file="csv")).text
    line = next(line for line in listed.splitlines() if there.number in line)
    assert "SOK Chanthy" in line and ",Thailand,THA," in line and back.number not in listed


async def test_nobody_beyond_reach_is_listed_and_a_hidden_case_moves_nobody(office: Office) -> None:
    life = Life()
    moved = life.case("abuse", mission="KUL", country="MYS", worker_in="MYS", days=60)
    await office.knows(life.left, moved)
    bangkok = office.token("bangkok", permissions=MISSION, countries=["THA"])
    officer = office.token("officer", permissions=LOOKS, posts=["KH-BVT"])
    national = office.token("national", permissions=(*READS, "consular.event.correct_any"))
    assert life.number not in (await office.page("/abroad", officer, country="THA")).text
    assert life.number in (await office.page("/abroad", bangkok, country="THA")).text
    assert life.number not in (await office.page("/abroad", bangkok, country="MYS")).text
    assert life.number in (await office.page("/abroad", national, country="MYS")).text
    assert life.number not in (await office.page("/abroad", national, country="THA")).text
    no_permission = office.token("nobody", permissions=("registry.worker.read",))
    assert (await office.page("/abroad", no_permission)).status_code == 403


async def ticks(office: Office, token: str, **typed: str) -> int:
    """Send the form of the list with these fields; return the status."""
    page = (await office.page("/abroad", token, country="THA")).text
    form = re.search(r'<form id="ticks".*?</form>', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0])) | typed
    for _ in range(2):  # a form that is sent twice stores once
        answer = await office.http.post(
            "/registry/pages/abroad/ticks", data=fields, headers={"Cookie": f"{SESSION_COOKIE}={token}"}
        )
    return answer.status_code


async def test_ticks_are_stored_with_who_and_when_and_shown_to_the_mission(office: Office) -> None:
    one, other, third = Life(), Life(), Life()
    await office.knows(one.left, other.left, third.left)
    who, permissions = f"bangkok-{uuid4().hex[:6]}", (*MISSION, "registry.tick.record")
    token = office.token(who, permissions=permissions, office="BKK", countries=["THA"])
    typed = {f"tick_{one.number}": "reached", f"tick_{other.number}": "not_reached", "tick_x": ""}
    assert await ticks(office, token, **typed) == 303
    page = (await office.page("/abroad", token, country="THA")).text
    rows = {
        each.number: next(part for part in page.split("<tr>") if each.number in part)
        for each in (one, other, third)
    }
    assert "☑" in rows[one.number] and "Embassy in Bangkok" in rows[one.number]
    assert "☒" in rows[other.number] and "☐" in rows[third.number]
    reader = office.token("colleague", permissions=MISSION, countries=["THA"])
    seen = (await office.page("/abroad", reader, country="THA")).text
    assert "☑" in seen and 'type="radio"' not in seen
    entries = [each for each in await office.entries(who) if each["action"] == "tick_workers"]
    assert {number for each in entries for number in each["numbers"]} == {
        each.number.replace("-", "") for each in (one, other)
    }
    stored = await office.runtime.pool.fetch("SELECT reached FROM ticks WHERE caller = $1", who)
    assert sorted(row["reached"] for row in stored) == [False, True], "sent twice, stored once"
    listed = csv.DictReader(
        io.StringIO((await office.page("/abroad", token, country="THA", file="csv")).text)
    )
    lines = {line["\ufeffNumber"]: line for line in listed}
    assert [lines[each.number]["Reached"] for each in (one, other, third)] == ["Reached", "Not reached", ""]
    line = lines[one.number]
    assert (line["Reached (code)"], line["Ticked by (code)"]) == ("reached", who)
    assert (line["Office that ticked"], line["Office that ticked (code)"]) == ("Embassy in Bangkok", "BKK")
    assert line["Ticked (time of Bangkok)"] and not lines[third.number]["Ticked by (code)"]
    assert await ticks(office, token, **{f"tick_{other.number}": "reached"}) == 303
    page = (await office.page("/abroad", token, country="THA")).text
    assert "☒" not in page, "the latest tick is shown"


async def test_a_worker_beyond_reach_is_not_ticked_and_a_tick_needs_its_permission(office: Office) -> None:
    here, away = Life(), Life()
    await office.knows(here.left, away.left)
    who, permissions = f"bangkok-{uuid4().hex[:6]}", (*MISSION, "registry.tick.record")
    far = office.token(f"{who}-far", permissions=permissions, countries=["MYS"])
    for reader in (far, office.token(f"{who}-reads", permissions=MISSION, countries=["THA"])):
        page = (await office.page("/abroad", reader, country="THA")).text
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        fields = {"csrf": csrf, "key": str(uuid4()), "country": "THA", f"tick_{away.number}": "reached"}
        cookie = {"Cookie": f"{SESSION_COOKIE}={reader}"}
        answer = await office.http.post("/registry/pages/abroad/ticks", data=fields, headers=cookie)
        assert answer.status_code == 403
    assert (
        await office.runtime.pool.fetchval("SELECT count(*) FROM ticks WHERE caller LIKE $1", f"{who}%") == 0
    )
