"""The list of all facts by their type on the wire, and the decoding of their data.

The modules of ``contracts`` are found automatically: a new service adds its module and changes nothing here.
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
    """This version does not know this type of event."""


class Catalogue:
    """Facts by their type on the wire.

    Raises ValueError if two classes have the same type.
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
        """Return the class of a type on the wire. Raises UnknownEventType."""
        try:
            return self._facts[wire]
        except KeyError:
            raise UnknownEventType(wire) from None

    def data(self, wire: str) -> TypeAdapter[Data[Any]]:
        """Return the adapter that decodes the data of a type on the wire. Raises UnknownEventType."""
        adapter = self._adapters.get(wire)
        if adapter is None:
            adapter = self._adapters[wire] = TypeAdapter(_data(self.fact(wire)))
        return adapter

    def decode(self, wire: str, data: bytes | str) -> Data[Any]:
        """Read the JSON data of an event, brought up to the latest version of its fact.

        Raises UnknownEventType, or pydantic's ValidationError if the data does not match the type.
        """
        read: Data[Any] = self.data(wire).validate_json(data)
        latest = read.facts.latest()
        return read if latest is read.facts else read.model_copy(update={"facts": latest})


def _data(fact: type[Fact]) -> type[Data[Any]]:
    shape: Any = Data
    made: type[Data[Any]] = shape[fact]
    return made


def facts_of(module: ModuleType) -> tuple[type[Fact], ...]:
    """Return the facts that a module of ``contracts`` publishes, in their order in the module."""
    return tuple(
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Fact)
        and "wire" in vars(value)
        and value.__module__ == module.__name__
    )


def owner(wire: str) -> str:
    """Return the service that publishes a type."""
    return wire.split(".")[1]


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of ``contracts`` that publish facts."""
    found = [
        importlib.import_module(f"contracts.{info.name}") for info in pkgutil.iter_modules(contracts.__path__)
    ]
    return tuple(module for module in found if facts_of(module))


@cache
def catalogue() -> Catalogue:
    """Return all facts that services publish."""
    return Catalogue(fact for module in modules() for fact in facts_of(module))
