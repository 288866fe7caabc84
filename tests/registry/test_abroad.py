"""The list of workers who are believed to be in a country."""

from __future__ import annotations

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
    assert "last heard of on" in row and "☐" in row and "SOK Chanthy" in row
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
