"""The read models that a service writes with the append: each process uses the builds of its own shapes.

When a process starts and there is no build of a shape yet, it begins one and fills it from the service's own store. The
build becomes live when it is level with the store and does not differ from the build that another version uses. Until
then the process is not ready: commands and queries answer 503. While it runs, it follows the store, so that what
processes of other versions append is in its builds too, and it records that the builds are in use.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chassis.base.cancellation import heed_cancellation
from chassis.base.checks import AnyCheck, Check
from chassis.base.failures import describe_exception
from chassis.base.logs import get_log
from chassis.base.metrics import StateGauge
from chassis.outbox.source import EventSource
from chassis.projections.builds import (
    RENEW_EVERY,
    NoSuchBuild,
    begin_build,
    drop_retired,
    renew,
    retire_unused,
    schema_of,
)
from chassis.projections.exchange import exchange
from chassis.projections.filled_builds import WAITS
from chassis.projections.follower import PAGE, Follower
from chassis.store.decider import AnyDecider
from chassis.store.event_store import EventStore
from chassis.store.gate import GATE

EVERY = 0.5
"""Seconds between two looks at the store. In a service with one version there is nothing to do then."""
TIDY_EVERY = 60.0
"""Seconds between two rounds of upkeep: streams set aside are tried again, and unused builds are retired and dropped."""
OLDEST = 60.0
"""Seconds that an event may wait before the probe fails."""

LAG = StateGauge(
    "domnaer_read_model_lag_seconds",
    "Age of the oldest event that a read model has not received.",
    "projection",
)
SET_ASIDE = StateGauge(
    "domnaer_read_model_streams_set_aside",
    "Streams that could not be written into a read model.",
    "projection",
)
_STATE = (
    "SELECT build, state, (SELECT true FROM public.events"
    " WHERE (events.tx, events.position) > (builds.tx::xid8, builds.position)"
    f" AND events.tx < {GATE}"
    " ORDER BY events.tx, events.position LIMIT 1) IS NOT NULL AS behind"
    " FROM public.builds WHERE projection = $1 AND shape = $2 AND state <> 'retired'"
    " ORDER BY state = 'live' DESC, build LIMIT 1"
)
_BOOKMARK = "SELECT tx, position FROM public.builds WHERE projection = $1 AND build = $2"

_log = get_log()


class ReadModel:
    """One read model in this process. ``schemas`` receives the schema of its build when it may be used."""

    def __init__(
        self,
        store: EventStore,
        decider: AnyDecider,
        schemas: MutableMapping[str, str],
        window: timedelta,
    ) -> None:
        assert decider.projection is not None
        self.projection = decider.projection
        self.trouble: str | None = "it is being filled"
        self._store, self._pool = store, store.pool
        self._decider = decider
        self._schemas, self._window = schemas, window
        self.build = 0
        self._differs = False
        self._renewed_at = self._tidied_at = float("-inf")

    @property
    def name(self) -> str:
        """The name of the projection."""
        return self.projection.name

    @property
    def ready(self) -> bool:
        """Return whether commands and queries may use it."""
        return self.name in self._schemas

    async def step(self) -> bool:
        """Follow the store by one page, and make the build live or usable if it is level; return whether more waits."""
        found = await self._pool.fetchrow(_STATE, self.name, self.projection.shape)
        if found is None:
            self._schemas.pop(self.name, None)
            await begin_build(self._pool, self.name, self.projection.ddl, self.projection.shape)
            return True
        build, state, behind = found
        follower = Follower(self._store, self._decider, build)
        await self._keep(follower)
        if behind:
            page = await follower.follow()
            if page is None or page.events == PAGE:
                return page is not None
        if state == "building":
            return await self._exchange(follower)
        schema = schema_of(self.name, build)
        if self._schemas.get(self.name) != schema:
            self._schemas[self.name] = schema
        self.trouble = None
        return False

    async def lag(self) -> float:
        """Return the seconds for which the oldest event waits that the build has not received."""
        async with self._pool.acquire() as connection:
            bookmark = await connection.fetchrow(_BOOKMARK, self.name, self.build)
            if bookmark is None:
                return 0.0
            return (await EventSource(self.name).backlog(connection, (bookmark[0], bookmark[1]))).lag_s

    async def set_aside(self) -> int:
        """Return the number of streams that could not be written into the build."""
        sql = "SELECT count(*) FROM public.streams_set_aside WHERE projection = $1 AND build = $2"
        count: int = await self._pool.fetchval(sql, self.name, self.build)
        return count

    async def _exchange(self, follower: Follower) -> bool:
        """Make a level build live unless it differs from the one in use; return whether to go on at once."""
        if self._differs:
            return False
        with suppress(NoSuchBuild):  # another process was first
            if differences := await exchange(self._pool, follower):
                self._differs = True
                self.trouble = WAITS
                kinds = [each.kind for each in differences]
                _log.warning("read_model_differs", build=schema_of(self.name, follower.build), kinds=kinds)
            else:
                _log.info("read_model_switched", build=schema_of(self.name, follower.build))
        return True

    async def _keep(self, follower: Follower) -> None:
        """Record that the build is in use, and now and then retire and drop those that are not."""
        now, build = time.monotonic(), follower.build
        if build != self.build:
            self.build, self._differs = build, False
        if now - self._renewed_at > RENEW_EVERY:
            self._renewed_at = now
            await renew(self._pool, self.name, build)
        if now - self._tidied_at > TIDY_EVERY:
            self._tidied_at = now
            while await follower.try_again(older_than=time.monotonic() - now):
                heed_cancellation()
            for retired in await retire_unused(self._pool, self.name, self._window, using=build):
                _log.info("build_retired", build=schema_of(self.name, retired))
            await drop_retired(self._pool, self.name)


class ReadModels:
    """All read models of a service in this process. ``run()`` follows the store until it is cancelled."""

    def __init__(self, models: Sequence[ReadModel] = ()) -> None:
        self.models = models
        self.ready = asyncio.Event()

    @classmethod
    def of(
        cls,
        store: EventStore,
        deciders: Sequence[AnyDecider],
        schemas: MutableMapping[str, str],
        window: timedelta,
    ) -> ReadModels:
        """Return the read models of deciders; ``window`` is the time for which an unused build is kept."""
        return cls(
            [
                ReadModel(store, decider, schemas, window)
                for decider in deciders
                if decider.projection is not None
            ]
        )

    async def open(self, within: float = 2.0) -> None:
        """Begin missing builds, and fill them as far as this takes at most ``within`` seconds; ``run()`` does the rest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                for model in self.models:
                    while await model.step():
                        pass
        self._notice()

    async def run(self) -> None:
        """Follow the store until cancelled. Failures are logged and retried."""
        while self.models:
            heed_cancellation()
            more = [await self._step(model) for model in self.models]
            self._notice()
            await asyncio.sleep(0 if any(more) else EVERY)

    async def _step(self, model: ReadModel) -> bool:
        try:
            return await model.step()
        except Exception as error:  # the database is away, for example
            model.trouble = describe_exception(error, places=False).partition("\n")[0]
            _log.warning("read_model_not_followed", projection=model.name, error=model.trouble)
            await asyncio.sleep(EVERY)
            return False

    def _notice(self) -> None:
        if all(model.ready for model in self.models):
            self.ready.set()

    def usable(self, check: AnyCheck) -> AnyCheck:
        """Return a check that ``check`` succeeds and all read models can be used."""

        async def both() -> Check:
            found = await check()
            waiting = {model.name: model.trouble for model in self.models if not model.ready}
            return Check(found.ok and not waiting, {**found.codes, **waiting})

        return both

    def followed(self) -> AnyCheck:
        """Return a check that the builds follow the store and no stream is set aside."""

        async def check() -> Check:
            lags, set_aside = await self._lags(), await self._set_aside()
            codes: dict[str, Any] = {
                "oldest_s": round(max(lags.values(), default=0.0), 1),
                "allowed_s": OLDEST,
                "set_aside": int(sum(set_aside.values())),
                "read_models": len(self.models),
                "stopped": sum(model.trouble is not None for model in self.models),
            }
            codes |= {model.name: model.trouble for model in self.models if model.trouble is not None}
            ok = codes["oldest_s"] <= OLDEST and not codes["set_aside"] and not codes["stopped"]
            return Check(ok, codes)

        return check

    async def measure(self, service: str) -> None:
        """Read the metrics."""
        await LAG.read(service, self._lags())
        await SET_ASIDE.read(service, self._set_aside())

    async def _lags(self) -> Mapping[tuple[str, ...], float]:
        return {(model.name,): await model.lag() for model in self.models}

    async def _set_aside(self) -> Mapping[tuple[str, ...], float]:
        return {(model.name,): await model.set_aside() for model in self.models}
