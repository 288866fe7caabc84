"""Every view of a worker is audited before the answer, without names."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from contracts.person import ClearPerson
from services.registry.identity.number import mint
from tests.registry.events import Record, new_passport
from tests.registry.office import Office, number_of


class Someone:
    """A worker with a unique passport who left through Poipet and came back."""

    def __init__(self) -> None:
        record = Record(salt=str(uuid4()))
        self.passport = new_passport()
        self.left = record.departure(self.passport, name="SOK Chanthy")
        self.back = record.back(self.passport, days=20)
        self.events = record.made
        self.number = number_of(self.left)
        self.key = mint(self.left.id)

    @property
    def evidence(self) -> list[UUID]:
        return [event.person.evidence_id for event in self.events if isinstance(event.person, ClearPerson)]


async def known(office: Office) -> Someone:
    someone = Someone()
    await office.knows(*someone.events)
    return someone


def name() -> str:
    """Return a caller name that no other test uses."""
    return f"p{uuid4().hex[:12]}"


async def test_a_search_is_one_audit_entry_that_lists_the_workers_shown(office: Office) -> None:
    someone, who = await known(office), name()
    answer = await office.search(office.token(who), document={"number": someone.passport.number})
    assert [worker["number"] for worker in answer.json()["workers"]] == [someone.number]
    (entry,) = await office.entries(who)
    assert (entry["action"], entry["numbers"]) == ("search_workers", [someone.key])
    assert entry["detail"] == {"by": ["document"]}


async def test_a_search_without_results_is_audited(office: Office) -> None:
    who = name()
    assert (await office.search(office.token(who), name="Nobody At All")).json() == {
        "workers": [],
        "being_worked_out": False,
    }
    (entry,) = await office.entries(who)
    assert (entry["action"], entry["numbers"], entry["detail"]["by"]) == ("search_workers", [], ["name"])


@pytest.mark.parametrize(("path", "action"), [("", "read_worker"), ("/timeline", "read_timeline")])
async def test_the_audit_of_a_view_names_the_number_and_the_evidence_shown(
    office: Office, path: str, action: str
) -> None:
    someone, who = await known(office), name()
    assert (await office.get(f"/workers/{someone.number}{path}", office.token(who))).status_code == 200
    (entry,) = await office.entries(who)
    assert (entry["action"], entry["numbers"], entry["office"]) == (action, [someone.key], "TEST")
    assert entry["evidence"] == someone.evidence


async def test_viewing_a_page_and_viewing_document_numbers_are_audited_differently(office: Office) -> None:
    someone, who = await known(office), name()
    token = office.token(who)
    masked = await office.page(f"/workers/{someone.number}", token)
    whole = await office.page(f"/workers/{someone.number}", token, documents="shown")
    assert someone.passport.number not in masked.text
    assert someone.passport.number in whole.text
    assert [entry["action"] for entry in await office.entries(who)] == [
        "read_timeline",
        "read_worker_documents",
    ]


async def test_a_search_on_the_page_is_audited(office: Office) -> None:
    someone, who = await known(office), name()
    answer = await office.types(someone.passport.number, office.token(who))
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/registry/pages/workers/{someone.number}",
    )
    (entry,) = await office.entries(who)
    assert (entry["action"], entry["numbers"]) == ("search_workers", [someone.key])


async def test_a_list_of_flagged_workers_names_all_that_it_shows(office: Office) -> None:
    someone, who = await known(office), name()
    minor = Record(salt=str(uuid4())).back(new_passport(), unaccompanied_minor=True, days=9000)
    await office.knows(minor)
    assert (await office.get("/flags", office.token(who))).status_code == 200
    (entry,) = await office.entries(who)
    assert entry["action"] == "list_flagged"
    assert someone.key not in entry["numbers"]


@pytest.mark.parametrize("where", ["api", "timeline", "page", "news"])
async def test_a_view_beyond_reach_is_refused_and_audited(office: Office, where: str) -> None:
    someone, who = await known(office), name()
    token = office.token(who, posts=["KH-BVT"])
    match where:
        case "api":
            answer = await office.get(f"/workers/{someone.number}", token)
        case "timeline":
            answer = await office.get(f"/workers/{someone.number}/timeline", token)
        case "page":
            answer = await office.page(f"/workers/{someone.number}", token)
        case _:
            answer = await office.page("/news", token, of=someone.number)
    assert answer.status_code == 403
    assert "SOK Chanthy" not in answer.text
    (entry,) = await office.entries(who)
    assert (entry["action"], entry["detail"]["reason"], entry["numbers"]) == (
        "call_refused",
        "OutOfReach",
        [],
    )


async def test_a_call_without_the_permission_is_refused_and_audited(office: Office) -> None:
    someone, who = await known(office), name()
    token = office.token(who, permissions=("registry.worker.search",))
    assert (await office.get(f"/workers/{someone.number}/timeline", token)).status_code == 403
    (entry,) = await office.entries(who)
    assert entry["detail"]["permission"] == "registry.timeline.read"


async def test_nothing_is_shown_if_the_audit_fails(office: Office) -> None:
    """A view is answered only after its audit entry is committed."""
    someone = await known(office)

    class NoAudit:
        async def look(self, *_: object, **__: object) -> None:
            raise OSError("the disk is full")

    kept, office.runtime.audit = office.runtime.audit, NoAudit()  # type: ignore[assignment]
    try:
        answers = [
            await office.search(document={"number": someone.passport.number}),
            await office.get(f"/workers/{someone.number}"),
            await office.get(f"/workers/{someone.number}/timeline"),
            await office.page(f"/workers/{someone.number}"),
            await office.types(someone.passport.number),
        ]
    finally:
        office.runtime.audit = kept
    for answer in answers:
        assert answer.status_code == 500
        assert someone.number not in answer.text.replace(f"/workers/{someone.number}", "")
        assert "SOK" not in answer.text


async def test_a_redirect_from_a_joined_number_is_not_audited(office: Office) -> None:
    someone, other, who = await known(office), await known(office), name()
    both = Record(salt=str(uuid4())).back(someone.passport, other.passport, days=40)
    await office.knows(both)
    first, second = sorted([someone, other], key=lambda each: (each.left.recorded_at, each.left.id))
    answer = await office.get(f"/workers/{second.number}/timeline", office.token(who))
    assert (answer.status_code, answer.content) == (307, b"")
    assert answer.headers["location"] == f"/registry/workers/{first.number}/timeline"
    assert await office.entries(who) == []


async def test_entries_hold_no_names_and_no_documents(office: Office) -> None:
    someone, who = await known(office), name()
    token = office.token(who)
    await office.search(token, name="SOK Chanthy", document={"number": someone.passport.number})
    await office.types("SOK Chanthy", token)
    await office.page(f"/workers/{someone.number}", token, documents="shown")
    written = str(await office.entries(who))
    assert someone.passport.number not in written
    assert "Chanthy" not in written
