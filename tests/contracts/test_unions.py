"""The unions of facts that deciders and answers use are complete: every fact of a module is in its unions."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace, UnionType
from typing import Any, cast, get_args

import pytest

from contracts import border
from contracts.catalogue import facts_of, modules
from contracts.envelope import Fact

ALONE = {
    "AgencyRegistered",
    "EmployerRegistered",
    "ScreeningRecorded",
    "WorkplaceRegistered",
}
"""The only fact of its stream: its class serves as the union of the stream."""


def members(union: Any) -> set[type[Fact]]:
    return set(get_args(union))


def unions(module: Any) -> dict[str, set[type[Fact]]]:
    found = {name: value for name, value in vars(module).items() if isinstance(value, UnionType)}
    return {name: members(value) for name, value in found.items() if name.endswith("Fact")}


def faults(module: ModuleType, facts: tuple[type[Fact], ...]) -> list[str]:
    """Return what is wrong with the unions of a module; superseded classes and rulings belong to none."""
    service = module.__name__.rpartition(".")[2]
    whole = f"{service.title()}Fact"
    current = {fact for fact in facts if not fact.rules and fact.latest is Fact.latest}
    named = unions(module)
    if whole not in named:
        return [f"{service} has no union {whole}"]
    found = [f"{fact.__name__} is not in {whole}" for fact in current - named[whole]]
    found += [
        f"{fact.__name__} in {whole} is no current fact of {service}" for fact in named[whole] - current
    ]
    streams = {name: union for name, union in named.items() if name != whole}
    for fact in current:
        holding = sorted(name for name, union in streams.items() if fact in union)
        if len(holding) != (fact.__name__ not in ALONE):
            found.append(f"{fact.__name__} is in the streams' unions {holding}")
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.__name__))
def test_every_fact_is_in_the_union_of_its_service_and_of_its_stream(module: ModuleType) -> None:
    assert faults(module, facts_of(module)) == []


def test_a_forgotten_or_repeated_entry_is_named() -> None:
    crossing, handover = border.CrossingFact, border.HandoverFact
    kept = {"__name__": "contracts.border", "BorderFact": crossing | handover}
    kept |= {"CrossingFact": crossing, "HandoverFact": handover}
    facts = (*get_args(crossing), *get_args(handover))
    assert faults(cast(ModuleType, SimpleNamespace(**kept)), facts) == []
    forgotten = SimpleNamespace(**kept | {"BorderFact": border.CrossingFact})
    assert sorted(faults(cast(ModuleType, forgotten), facts)) == [
        "HandoverAnnounced is not in BorderFact",
        "HandoverCounted is not in BorderFact",
    ]
    repeated = SimpleNamespace(**kept | {"HandoverFact": border.HandoverFact | border.WorkerDeparted})
    assert faults(cast(ModuleType, repeated), facts) == [
        "WorkerDeparted is in the streams' unions ['CrossingFact', 'HandoverFact']"
    ]
    none = SimpleNamespace(__name__="contracts.border")
    assert faults(cast(ModuleType, none), facts) == ["border has no union BorderFact"]
