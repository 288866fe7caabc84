"""The keys by which read models find organisations and people by name: those that a row holds, and those that a search asks for."""

from __future__ import annotations

from chassis.store.persons import AnyPerson, person_codec
from contracts.organisation import Organisation, name_keys, organisation_of, words_of


def keys_held(person: AnyPerson | None) -> str:
    """Return the keys of the organisation that a person block describes, with a space between them."""
    return _sealed(organisation_of(person))


def keys_of_names(khmer: str | None, latin: str | None) -> str:
    """Return the keys of a name in one or both scripts, with a space between them."""
    return _sealed(Organisation(name_khmer=khmer, name_latin=latin))


def _sealed(named: Organisation) -> str:
    codec = person_codec()
    return " ".join(sorted(codec.search_key(key) for key in name_keys(named)))


def keys_asked(name: str | None) -> list[str]:
    """Return the keys that a row must hold all of, if each word of ``name`` is a word of its name or the beginning of one."""
    codec = person_codec()
    return [codec.search_key(word) for word in words_of(name or "")]
