"""The daily digest of due cases: sent over SMTP to the mission's mailbox, with counts and without any person."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import httpx2
import pytest

from chassis.base.clock import Clock
from chassis.service import RunningService
from services.consular.reactions import Digest
from tests.consular.mission import PEOPLE, PERSON, TODAY, caller, opened

asynchronous = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Mailbox:
    """An SMTP server (RFC 5321) that keeps the messages it takes; ``refuses`` makes it take none."""

    port: int = 0
    refuses: bool = False
    sent: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = ""
        writer.write(b"220 mailbox ESMTP\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "RCPT":
                to = line
            if verb == "DATA":
                writer.write(b"354 go on\r\n")
                body = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
                message = email.message_from_bytes(body, policy=email.policy.default)
                assert isinstance(message, EmailMessage)
                self.sent.append((to, message))
            refused = verb == "MAIL" and self.refuses
            writer.write(b"451 later\r\n" if refused else b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            await writer.drain()
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    found = Mailbox()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    async with server:
        found.port = server.sockets[0].getsockname()[1]
        yield found


class At(Clock):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def digest(running: RunningService, box: Mailbox, now: datetime, mission: str = "TYO") -> Digest:
    settings = running.runtime.settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none",
            "smtp_from": "domnaer@mfaic.example", "digest_to": {mission: "tokyo@mfaic.example"},
        }
    )  # fmt: skip
    return Digest(replace(running.runtime, settings=settings, clock=At(now)))


MORNING = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(days=1)
"""9 o'clock in Tokyo on the following day."""


async def test_a_mission_gets_its_digest_once_a_day_and_nobody_is_named_in_it(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    PEOPLE["tokyo"] = caller("tokyo", *PEOPLE["attache"].permissions, countries=frozenset(["JPN"]))
    await opened(http, "tokyo", mission="TYO", person=PERSON, urgency="life_in_danger")
    await opened(http, "tokyo", mission="TYO", due_on=str(MORNING.date()), attache="tokyo")
    await opened(http, "tokyo", mission="TYO", category="abuse", restricted_to=["tokyo"])
    async with mailbox() as box:
        await digest(running, box, MORNING - timedelta(hours=3)).send()
        assert box.sent == [], "it is six o'clock"
        for _ in range(2):
            await digest(running, box, MORNING).send()
    [(to, message)] = box.sent
    text = message.get_content()
    assert "tokyo@mfaic.example" in to and message["Auto-Submitted"] == "auto-generated"
    assert "Life in danger: 1" in text and "Overdue: 1" in text and "Due today: 1" in text
    assert "Without an attaché: 1" in text, "the restricted case is not counted"
    whole = f"{message['Subject']} {text}"
    assert not any(each in whole for each in ("SOK", "DARA", "សុខ ដារ៉ា", "pink", "buse"))
    assert "1 overdue, 1 due today" in message["Subject"] and "ស្ថានទូត" in text


async def test_a_digest_that_the_server_does_not_take_is_tried_again(
    http: httpx2.AsyncClient, running: RunningService
) -> None:
    await opened(http, "supervisor", mission="SEL", due_on=str(TODAY))
    now, pool = MORNING, running.runtime.pool
    async with mailbox() as box:
        box.refuses = True
        work = digest(running, box, now, "SEL")
        await work.send()
        assert work.trouble == "SMTPSenderRefused" and box.sent == []
        box.refuses = False
        await work.send()
        assert box.sent == [], "within ten minutes another process may be sending it"
        await pool.execute(
            "UPDATE digests SET claimed_at = claimed_at - interval '11 minutes' WHERE mission = 'SEL'"
        )
        await work.send()
        assert work.trouble is None and len(box.sent) == 1


def test_an_address_of_no_mission_is_refused_at_the_start(running: RunningService) -> None:
    with pytest.raises(ValueError, match="DOMNAER_DIGEST_TO names XXX"):
        digest(running, Mailbox(), MORNING, "XXX")
