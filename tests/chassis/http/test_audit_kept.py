"""The audit on PostgreSQL: entries cannot be changed, and a view is committed before the answer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from chassis.access.permissions import Caller, Reach
from chassis.store.audit import Audit
from chassis.store.database import Pool

pytestmark = pytest.mark.asyncio(loop_scope="session")
CALLER = Caller("attache-keo", "Keo Sreymom", "BKK", frozenset(), Reach(), 4e9)


@pytest_asyncio.fixture(loop_scope="session")
async def pool(fresh_service: Any) -> Pool:
    service = await fresh_service("audited")
    pool: Pool = service.pool
    return pool


async def test_the_audit_of_a_view_is_committed_before_the_answer(pool: Pool) -> None:
    shown, joined = [uuid4(), uuid4()], uuid4()
    await Audit(pool).look(CALLER, "search", evidence=shown, numbers=["4K7M2-9QFXT-08DH"], correlation=joined)

    async with pool.acquire() as other:
        row = await other.fetchrow("SELECT * FROM audit WHERE correlation = $1", joined)
    assert row is not None
    assert (row["caller"], row["office"], row["action"]) == ("attache-keo", "BKK", "search")
    assert (list(row["evidence"]), list(row["numbers"]), row["detail"]) == (shown, ["4K7M2-9QFXT-08DH"], "{}")


async def test_the_audit_entry_of_a_rolled_back_command_is_rolled_back(pool: Pool) -> None:
    joined = uuid4()
    write = Audit(pool).write(CALLER, "record_crossing", evidence=[uuid4()], correlation=joined)
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(write.sql, *write.args)
        await transaction.rollback()

    assert await pool.fetchval("SELECT count(*) FROM audit WHERE correlation = $1", joined) == 0


@pytest.mark.parametrize("change", ["UPDATE audit SET caller = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
async def test_the_application_can_neither_change_nor_remove_an_entry(pool: Pool, change: str) -> None:
    await Audit(pool).refused(None, "call_refused", correlation=uuid4(), detail={"reason": "SignInNeeded"})

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(change)
