"""A worker whose records could not be settled is shown as being worked out, never with an earlier state as the present one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.envelope import Event, Fact
from contracts.journeys.flags import FlagName
from services.registry.projections import reading, settling
from tests.registry.events import Record, new_passport
from tests.registry.office import Office, number_of

NOTE = "The records of this worker are being worked out."


def failing(*_: Any) -> Any:
    raise OverflowError("date value out of range")


async def setting_aside(office: Office, monkeypatch: pytest.MonkeyPatch, *events: Event[Fact]) -> None:
    """Receive events that the settler cannot fold, so that it sets their worker aside."""
    await office.build.receive(*events)
    with monkeypatch.context() as patched:
        patched.setattr(settling, "fold_blocks", failing)
        steps = settling.Settling(office.build.pool, None)
        while await steps.step():
            pass


async def test_a_worker_set_aside_is_being_worked_out_on_the_page_in_the_api_and_in_lists(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, document, name = Record(salt=str(uuid4())), new_passport(), "SOK Aside"
    left = record.departure(document, name=name)
    await office.knows(left)
    await setting_aside(office, monkeypatch, record.back(document, name=name, days=9))
    path = f"/workers/{number_of(left)}"

    # The timeline is folded when it is read: here that succeeds, so it is complete.
    worker = (await office.get(path)).json()
    assert (worker["being_worked_out"], worker["whereabouts"]["place"]) == (True, "home")
    page = (await office.page(path)).text
    assert NOTE in page and "this page includes all records" in page and "At home" in page

    (found,) = (await office.search(document={"number": document.number})).json()["workers"]
    assert (found["being_worked_out"], found["place"], found["country"], found["flags"]) == (
        True,
        "unknown",
        "",
        [],
    )
    flagged = (await office.get("/flags", name=FlagName.NO_CONTRACT, limit=200)).json()
    assert {each["number"] for each in flagged["items"] if each["being_worked_out"]} == {number_of(left)}

    # If reading fails too, only the records are shown.
    with monkeypatch.context() as patched:
        patched.setattr(reading, "workers_of", failing)
        timeline = (await office.get(path + "/timeline")).json()
        assert (timeline["being_worked_out"], timeline["whereabouts"]["place"]) == (True, "unknown")
        assert len(timeline["entries"]) == 2
        page = (await office.page(path)).text
        assert NOTE in page and "At home" not in page and page.count('<tr id="e-') == 2
        # Offices that do not reach the worker as last settled see nothing of this.
        assert (await office.get(path, office.token("far", countries=["JPN"]))).status_code == 403
        near = office.token("near", countries=["THA"])
        assert (await office.get(path, near)).status_code == 200

    await office.build.pool.execute("UPDATE public.set_aside SET retry_at = since")
    await office.build.settle_all()
    worker = (await office.get(path)).json()
    assert worker["being_worked_out"] is False
    (found,) = (await office.search(document={"number": document.number})).json()["workers"]
    assert (found["being_worked_out"], found["place"]) == (False, "home")
    assert NOTE not in (await office.page(path)).text


async def test_a_search_says_that_a_document_without_a_number_yet_is_being_worked_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = new_passport()
    assert not (await office.search(document={"number": document.number})).json()["being_worked_out"]
    await setting_aside(office, monkeypatch, Record(salt=str(uuid4())).departure(document))
    answer = (await office.search(document={"number": document.number})).json()
    assert (answer["workers"], answer["being_worked_out"]) == ([], True)
    assert "the person has no number yet" in (await office.types(document.number)).text
    await office.build.pool.execute("DELETE FROM public.set_aside")
