"""The audit: views are recorded before the answer, with codes only."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.access.permissions import Caller, Reach
from chassis.store.audit import Audit, encoded

CALLER = Caller("attache-keo", "Keo Sreymom", "BKK", frozenset(), Reach(), 4e9)
SHOWN = (uuid4(), uuid4())
JOINED = uuid4()


class Statements:
    """A test double of a pool that collects statements."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done: list[tuple[str, tuple[Any, ...]]] = []
        self.error = error

    async def execute(self, sql: str, *args: Any) -> None:
        if self.error is not None:
            raise self.error
        self.done.append((sql, args))


def audit(pool: Any) -> Audit:
    return Audit(pool)


@pytest.mark.asyncio
async def test_a_view_is_one_insert_with_evidence_and_number_and_without_the_callers_name() -> None:
    pool = Statements()
    await audit(pool).look(
        CALLER,
        "read_worker",
        evidence=SHOWN,
        numbers=["4K7M2-9QFXT-08DH"],
        correlation=JOINED,
        detail={"found": 1},
    )

    ((sql, args),) = pool.done
    assert sql.startswith("INSERT INTO audit ")
    assert args == (
        "attache-keo",
        "BKK",
        "read_worker",
        list(SHOWN),
        ["4K7M2-9QFXT-08DH"],
        '{"found":1}',
        JOINED,
    )


@pytest.mark.asyncio
async def test_a_view_that_cannot_be_audited_is_refused() -> None:
    with pytest.raises(ConnectionError):
        await audit(Statements(ConnectionError())).look(CALLER, "read_worker", correlation=JOINED)


@pytest.mark.asyncio
async def test_a_refused_call_of_an_unknown_caller_is_audited_as_nobody() -> None:
    pool = Statements()
    await audit(pool).refused(None, "call_refused", correlation=JOINED, detail={"route": "/workers/{number}"})

    assert pool.done[0][1][:3] == ("nobody", "", "call_refused")


def test_the_audit_entry_of_a_command_is_in_the_transaction_of_the_command() -> None:
    write = audit(None).write(CALLER, "record_crossing", evidence=SHOWN, correlation=JOINED)

    assert write.sql.count("$") == len(write.args) == 7
    assert write.args[0] == "attache-keo"


@pytest.mark.parametrize(
    "detail",
    [
        {"name": "Sok Chanthy"},
        {"why": "ចន្ធី"},
        {"person": {"name": "Sok"}},
        {"list": ["KH-PPT", "Sok Chanthy"]},
        {"Sok Chanthy": 1},
        {"long": "x" * 121},
        {"raw": b"x"},
    ],
)
def test_the_audit_accepts_only_codes(detail: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="codes, numbers, dates and ids only"):
        encoded(detail)


def test_the_audit_accepts_codes_numbers_dates_and_ids() -> None:
    some = UUID(int=7)
    detail = {
        "post": "KH-PPT",
        "found": 3,
        "day": date(2017, 1, 12),
        "ids": [some],
        "route": "/a/{b}",
        "none": None,
    }

    assert encoded(detail) == (
        '{"post":"KH-PPT","found":3,"day":"2017-01-12","ids":["00000000-0000-0000-0000-000000000007"],'
        '"route":"/a/{b}","none":null}'
    )
    assert encoded(None) == "{}"
