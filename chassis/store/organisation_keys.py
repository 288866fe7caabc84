"""The keys by which read models find organisations and people by name: those that a row holds, and those that a search asks for."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.store.database import Pool
from chassis.store.persons import AnyPerson, person_codec
from contracts.organisation import (
    LETTERS,
    Organisation,
    letter_key,
    letter_keys,
    name_keys,
    organisation_of,
    words_of,
)


def keys_held(person: AnyPerson | None) -> str:
    """Return the keys of the organisation that a person block describes, with a space between them."""
    described = organisation_of(person)
    return _sealed(name_keys(described) | letter_keys(described))


def keys_of_names(khmer: str | None, latin: str | None) -> str:
    """Return the keys of a name in one or both scripts, with a space between them."""
    return _sealed(name_keys(Organisation(name_khmer=khmer, name_latin=latin)))


def _sealed(keys: Iterable[str]) -> str:
    codec = person_codec()
    return " ".join(sorted(codec.search_key(key) for key in keys))


def keys_asked(name: str | None, letter: str | None = None) -> list[str]:
    """Return the keys that a row must hold all of, if each word of ``name`` is a word of its name or the beginning of one.

    ``letter`` is the first letter of the name.
    """
    codec = person_codec()
    asked = [codec.search_key(word) for word in words_of(name or "")]
    return [*asked, codec.search_key(letter_key(letter))] if letter else asked


async def letters_held(pool: Pool, table: str, condition: str = "true", *values: object) -> list[str]:
    """Return the first letters of the names in a table of organisations with ``keys``, in the order of the alphabets.

    ``condition`` chooses rows, with ``values`` as its parameters.
    """
    codec = person_codec()
    by_key = {codec.search_key(letter_key(letter)): letter for letter in LETTERS}
    rows = await pool.fetch(
        f"SELECT key FROM unnest(${len(values) + 1}::text[]) AS asked(key) WHERE EXISTS"
        f" (SELECT FROM {table} WHERE string_to_array(keys, ' ') @> ARRAY[key] AND {condition})",
        *values,
        list(by_key),
    )
    held = {by_key[row["key"]] for row in rows}
    return [letter for letter in LETTERS if letter in held]
