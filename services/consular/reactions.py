"""The background work of the missions' service: each day it sends each mission a digest of its due cases by e-mail.

A digest has counts alone: it names nobody, and leaves restricted cases out.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from babel import Locale, dates

from chassis.base.logs import get_log
from chassis.base.mail import send_mail
from chassis.commands.runtime import Runtime
from chassis.pages.catalogues import translations
from chassis.pages.translation import N_
from contracts.codes.missions import MISSIONS
from contracts.times import day_of
from services.consular.projections.case_lists import count_for_digest

EVERY = 30.0
"""Seconds between two looks whether a digest is due."""
_LANGUAGES = ("km", "en")
_LINES = {
    "danger": N_("Life in danger: %(num)s"),
    "overdue": N_("Overdue: %(num)s"),
    "today": N_("Due today: %(num)s"),
    "tomorrow": N_("Due tomorrow: %(num)s"),
    "unassigned": N_("Without an attaché: %(num)s"),
    "opened": N_("Opened since yesterday: %(num)s"),
}
_SUBJECT = N_("Cases of %(mission)s, %(day)s: %(overdue)s overdue, %(today)s due today")
_END = N_("This message names nobody. The cases are in the inbox of Domnaer.")
_CLAIM = (
    "INSERT INTO digests AS d (mission, day, claimed_at) VALUES ($1, $2, clock_timestamp())"
    " ON CONFLICT (mission, day) DO UPDATE SET claimed_at = clock_timestamp()"
    " WHERE d.sent_at IS NULL AND d.claimed_at < clock_timestamp() - interval '10 minutes' RETURNING true"
)
"""The right to send a digest, for ten minutes: of several processes one sends it. What failed is tried again after them."""
_log = get_log()


def digest(runtime: Runtime) -> Digest:
    """Return the background work that sends the digests."""
    return Digest(runtime)


class Digest:
    """Background work that sends the daily digests of the missions that have an address in the settings."""

    name = "digest"
    set_aside = 0

    def __init__(self, runtime: Runtime) -> None:
        self.last_progress = time.monotonic()
        self.trouble: str | None = None
        self._runtime = runtime
        self._to = runtime.settings.digest_to if runtime.settings.smtp_host else {}
        if unknown := sorted({*self._to} - {*MISSIONS}):
            raise ValueError(f"DOMNAER_DIGEST_TO names {', '.join(unknown)}, which are no missions")

    async def run(self) -> None:
        """Send what is due until cancelled."""
        while True:
            await self.send()
            await asyncio.sleep(EVERY)

    async def send(self) -> None:
        """Send the digests that are due now. A failure is logged and shown in the health check."""
        trouble, now = None, self._runtime.clock.now()
        for mission in self._to:
            try:
                await self._send(mission, now)
            except Exception as error:  # such as an SMTP server or a database that is away
                trouble = type(error).__name__
                _log.warning("digest_failed", mission=mission, error=trouble)
        self.trouble, self.last_progress = trouble, time.monotonic()

    async def _send(self, mission: str, now: datetime) -> None:
        runtime, zone = self._runtime, MISSIONS[mission].zone
        if now.astimezone(zone).hour < runtime.settings.digest_hour:
            return
        day = day_of(now, zone)
        if not await runtime.pool.fetchval(_CLAIM, mission, day):
            return
        counts = await count_for_digest(runtime.pool, runtime.schemas["assistance_cases"], mission, now)
        if any(counts.values()):
            subject, text = digest_text(mission, now, counts)
            await send_mail(runtime.settings, self._to[mission], subject, text)
        await runtime.pool.execute(
            "UPDATE digests SET sent_at = clock_timestamp() WHERE mission = $1 AND day = $2", mission, day
        )

    async def waiting(self) -> tuple[int, float]:
        """Return that nothing waits: a digest that failed shows as trouble."""
        return 0, 0.0

    async def measure(self, service: str) -> None:
        """Set no metric: ``domnaer_work_stopped`` shows a digest that failed."""


def digest_text(mission: str, now: datetime, counts: dict[str, int]) -> tuple[str, str]:
    """Return the subject and the text of a digest, in Khmer and English."""
    parts, subjects = [], []
    for language in _LANGUAGES:
        translate, zone = translations(language).gettext, MISSIONS[mission].zone
        day = dates.format_date(day_of(now, zone), "d MMM y", locale=Locale.parse(language))
        known = {**counts, "mission": translate(MISSIONS[mission].title_en), "day": day}
        subjects.append(translate(_SUBJECT) % known)
        lines = [translate(text) % {"num": counts[name]} for name, text in _LINES.items() if counts[name]]
        parts.append("\n".join([subjects[-1], "", *lines, "", translate(_END)]))
    return " / ".join(subjects), "\n\n".join(parts) + "\n"
