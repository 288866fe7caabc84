"""From a record of another service to the page of its worker."""

from __future__ import annotations

from uuid import uuid4

from tests.registry.office import LOOKS, Office
from tests.registry.test_need_to_know import Life

ATTACHE = (*LOOKS, "consular.case.read", "consular.case.open")


async def test_a_case_leads_to_the_page_of_its_worker_and_back(office: Office) -> None:
    life = Life()
    case = life.case()
    await office.knows(life.left, case)
    bangkok = office.token("bangkok", permissions=ATTACHE, countries=["THA"])
    answer = await office.page(f"/records/{case.stream[-36:]}", bangkok)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/registry/pages/workers/{life.number}")
    page = (await office.page(f"/workers/{life.number}", bangkok)).text
    assert f"/consular/pages/cases/{case.stream[-36:]}" in page
    assert f"/consular/pages/cases/new?about={case.stream}" in page
    reader = office.token("reader-only", countries=["THA"])
    assert "/consular/pages/cases/new" not in (await office.page(f"/workers/{life.number}", reader)).text


async def test_a_record_that_the_caller_may_not_see_leads_nowhere_as_one_that_does_not_exist(
    office: Office,
) -> None:
    life = Life()
    hidden = life.case("abuse", restricted_to=("somebody-else",))
    await office.knows(life.left, hidden)
    bangkok = office.token("bangkok", permissions=ATTACHE, countries=["THA"])
    officer = office.token("officer", permissions=LOOKS, posts=["KH-BVT"])
    nothing = await office.page(f"/records/{uuid4()}", bangkok)
    for stream, who in ((hidden.stream, bangkok), (life.left.stream, officer), (hidden.stream, officer)):
        answer = await office.page(f"/records/{stream[-36:]}", who)
        assert answer.status_code == nothing.status_code == 404
        assert life.number not in answer.text and "shows you no worker with this record" in answer.text
