"""A correction of each fact is decided by the command that records it, so that no rule holds on one way in only."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from chassis.store.decider import AnyDecider, Decider
from contracts.catalogue import catalogue
from contracts.command import PersonCommand
from contracts.envelope import Fact, Ruling
from domnaer.all_services import find_services

WITHOUT_A_COMMAND = {
    "AgencyRegistered": "its name is in the person block; it has no rule",
    "EmployerRegistered": "its name is in the person block; its rule is `check`",
    "WorkplaceRegistered": "its name is in the person block; its rule is `check`",
    "HomeEmployerRegistered": "its name is in the person block; it has no rule",
    "HomeEmployerChanged": "its name is in the person block; it has no rule",
    "ReintegrationCaseOpened": "made by the service because of a return",
    "ReturnJoined": "made by the service because of a return",
    "ReintegrationCaseMarked": "made by the service because of a return",
    "ScreeningRecorded": "its rules are of the fact itself; it has what its crossing states",
    "RecognitionApplied": "it has no rule, and keeps the experience that was known",
}
"""Facts that no command is decided again for, each with the reason."""


def deciders() -> Iterator[AnyDecider]:
    for service in find_services():
        try:
            module = importlib.import_module(f"services.{service.name}.deciders")
        except ModuleNotFoundError:
            continue
        yield from (each for each in vars(module).values() if isinstance(each, Decider))


PAIRS = [(fact, command) for decider in deciders() for fact, command in decider.commands.items()]


def test_every_fact_has_the_command_that_records_it() -> None:
    facts = {fact.__name__ for fact in catalogue() if not issubclass(fact, Ruling)}
    with_command = {fact.__name__ for fact, _ in PAIRS}
    assert facts - with_command == set(WITHOUT_A_COMMAND)
    assert not with_command & set(WITHOUT_A_COMMAND)


@pytest.mark.parametrize(("fact", "command"), PAIRS, ids=lambda each: each.__name__)
def test_the_command_of_a_fact_takes_all_of_its_fields(fact: type[Fact], command: type) -> None:
    from_facts = command.restated(dict.fromkeys(fact.model_fields))  # type: ignore[attr-defined]
    given = {
        *from_facts,
        "occurred_at",
        "precision",
        *(("person",) if issubclass(command, PersonCommand) else ()),
    }
    required = {name for name, field in command.model_fields.items() if field.is_required()}  # type: ignore[attr-defined]
    assert required <= given
    derived = {"recorded", "documents_shown", "sex", "age", "age_band", "home_province"}
    named = {"precision": "day_precision"} if fact.__name__ == "WorkerDeathRecorded" else {}
    assert {named.get(name, name) for name in set(fact.model_fields) - derived} <= given
