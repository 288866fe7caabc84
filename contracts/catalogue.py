"""The list of all facts by their type on the wire, and how their data is read.

Modules of ``contracts`` are found by themselves: a new service adds its module and nothing here.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

import contracts
from contracts.envelope import Data, Fact


class UnknownEventType(LookupError):
    """Nobody here knows this type of event yet."""


class Catalogue:
    """Facts by their type on the wire.

    Raises ValueError where two classes claim one type.
    """

    def __init__(self, facts: Iterable[type[Fact]]) -> None:
        self._facts: dict[str, type[Fact]] = {}
        self._adapters: dict[str, TypeAdapter[Data[Any]]] = {}
        for fact in facts:
            if fact.wire in self._facts:
                raise ValueError(f"{fact.wire} is claimed by {self._facts[fact.wire]} and {fact}")
            self._facts[fact.wire] = fact

    def __iter__(self) -> Iterator[type[Fact]]:
        return iter(self._facts.values())

    def __contains__(self, wire: str) -> bool:
        return wire in self._facts

    def __or__(self, other: Iterable[type[Fact]]) -> Catalogue:
        return Catalogue([*self, *other])

    def fact(self, wire: str) -> type[Fact]:
        """The class of a type on the wire. Raises UnknownEventType."""
        try:
            return self._facts[wire]
        except KeyError:
            raise UnknownEventType(wire) from None

    def data(self, wire: str) -> TypeAdapter[Data[Any]]:
        """The reader of the data of a type on the wire. Raises UnknownEventType."""
        adapter = self._adapters.get(wire)
        if adapter is None:
            adapter = self._adapters[wire] = TypeAdapter(_data(self.fact(wire)))
        return adapter

    def decode(self, wire: str, data: bytes | str) -> Data[Any]:
        """Read the JSON data of an event, brought up to the latest version of its fact.

        Raises UnknownEventType, or pydantic's ValidationError where the data is not of the type's shape.
        """
        read: Data[Any] = self.data(wire).validate_json(data)
        latest = read.facts.latest()
        return read if latest is read.facts else read.model_copy(update={"facts": latest})


def _data(fact: type[Fact]) -> type[Data[Any]]:
    shape: Any = Data
    made: type[Data[Any]] = shape[fact]
    return made


def facts_of(module: ModuleType) -> tuple[type[Fact], ...]:
    """The facts that a module of ``contracts`` publishes, in the order in which they stand there."""
    return tuple(
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Fact)
        and "wire" in vars(value)
        and value.__module__ == module.__name__
    )


def owner(wire: str) -> str:
    """The service that publishes a type."""
    return wire.split(".")[1]


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of ``contracts`` that publish facts."""
    found = [
        importlib.import_module(f"contracts.{info.name}") for info in pkgutil.iter_modules(contracts.__path__)
    ]
    return tuple(module for module in found if facts_of(module))


@cache
def catalogue() -> Catalogue:
    """All facts that services publish."""
    return Catalogue(fact for module in modules() for fact in facts_of(module))
