"""``domnaer rebuild`` of a read model: filled from the store, compared, accepted by an operator, made live."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from chassis.base.settings import Settings
from chassis.projections.builds import live_build, state_of
from chassis.projections.exchange import rebuild_read_model
from chassis.projections.filled_builds import NothingToAccept, abandon_all, find_filled
from chassis.projections.rebuild import BuildsDiffer
from services.border.deciders import handovers
from services.border.projections.handovers import HANDOVERS
from tests.chassis.read_models.handovers import WITH_COLUMN, WITH_RULE, Handovers, announced, counted
from tests.chassis.read_models.test_read_models import Version
from tests.conftest import FreshService

Fresh = Callable[..., Awaitable[FreshService]]
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def in_use(fresh: FreshService) -> Version:
    """A version in use, with some handovers."""
    version = await Version.start(fresh, handovers)
    opened = [announced(nth + 1) for nth in range(30)]
    await version.streams.append(opened, rows=True)
    await version.streams.append([counted(opened[0].stream, 2, 1)], rows=True)
    return version


async def test_the_read_model_of_the_version_in_use_is_rebuilt(
    fresh_service: Fresh, settings: Settings
) -> None:
    fresh = await fresh_service("exchange")
    version = await in_use(fresh)
    steps: list[tuple[str, int, int]] = []
    build = await rebuild_read_model(
        fresh.name, handovers, settings, progress=lambda *step: steps.append(step)
    )
    assert build != version.streams.build
    assert await live_build(fresh.pool, "handovers", HANDOVERS.shape) == build
    assert await state_of(fresh.pool, "handovers", version.streams.build) == "retired"
    rebuilt = Handovers(version.streams.store, handovers, build)
    assert await rebuilt.rows() == await rebuilt.folded()
    assert {step for step, _, _ in steps} == {"events", "rows"}


async def test_a_further_column_alone_needs_no_acceptance(fresh_service: Fresh, settings: Settings) -> None:
    fresh = await fresh_service("exchange")
    version = await in_use(fresh)
    build = await rebuild_read_model(fresh.name, WITH_COLUMN, settings)
    assert await state_of(fresh.pool, "handovers", build) == "live"
    assert await state_of(fresh.pool, "handovers", version.streams.build) == "live"


async def test_differences_are_kept_with_the_build_and_accepted_by_kind(
    fresh_service: Fresh, settings: Settings
) -> None:
    fresh = await fresh_service("exchange")
    version = await in_use(fresh)
    with pytest.raises(NothingToAccept):
        await rebuild_read_model(fresh.name, WITH_RULE, settings, accepted_by="operator-1")
    with pytest.raises(BuildsDiffer) as found:
        await rebuild_read_model(fresh.name, WITH_RULE, settings)
    [difference] = found.value.differences
    assert (difference.kind, difference.count) == ("handovers.count_announced changed", 30)
    assert len(difference.examples) == 20
    build = found.value.build
    filled = await find_filled(fresh.pool, "handovers", WITH_RULE.projection.shape)
    assert filled is not None and (filled.build, len(filled.differences)) == (build, 1)
    # Another kind of difference than the one that was shown is not accepted with it.
    await fresh.pool.execute(
        f"UPDATE handovers_{build}.handovers SET checkpoint = 'KH-BVT' WHERE count_taken = 1"
    )
    with pytest.raises(BuildsDiffer):
        await rebuild_read_model(fresh.name, WITH_RULE, settings, accepted_by="operator-1")
    assert await state_of(fresh.pool, "handovers", build) == "building"
    assert await rebuild_read_model(fresh.name, WITH_RULE, settings, accepted_by="operator-1") == build
    assert await state_of(fresh.pool, "handovers", build) == "live"
    assert await state_of(fresh.pool, "handovers", version.streams.build) == "live"


async def test_an_operator_refuses_the_differences(fresh_service: Fresh, settings: Settings) -> None:
    fresh = await fresh_service("exchange")
    version = await in_use(fresh)
    with pytest.raises(BuildsDiffer) as found:
        await rebuild_read_model(fresh.name, WITH_RULE, settings)
    assert await abandon_all(fresh.pool, fresh.dsn, "handovers", None) == [found.value.build]
    assert await fresh.pool.fetchval("SELECT to_regnamespace($1) IS NULL", f"handovers_{found.value.build}")
    await version.follow()
    assert await version.is_level()
