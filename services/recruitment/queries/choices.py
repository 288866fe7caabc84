"""Queries of the fields of forms that choose a record: agencies and employers, by a part of the name or by letter.

Only what the caller may read is found, and it is answered only after the audit entry of the read has been committed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from chassis.access.permissions import Caller
from chassis.base.logs import correlation
from chassis.commands.runtime import Runtime
from chassis.store.record_choices import RecordChoice, Sought
from contracts.organisation import LETTERS, OTHER_LETTER, first_letter, words_of
from services.recruitment.projections.agencies import find_agencies, letters_of_agencies
from services.recruitment.projections.employers import find_employers, letters_of_employers
from services.recruitment.queries.organisations import agencies_named, employers_named, is_id


async def agencies_to_choose(runtime: Runtime, caller: Caller, sought: Sought) -> list[RecordChoice]:
    """Return the registered agencies that a field offers. Who is licensed is public."""
    ids = await find_agencies(
        runtime.pool,
        runtime.schemas["agencies"],
        name=sought.name,
        letter=sought.letter,
        reference=sought.reference,
        limit=sought.limit,
    )
    await runtime.audit.look(caller, "choose_agency", evidence=ids, correlation=correlation())
    return await agency_choices(runtime, ids)


async def agency_choices(runtime: Runtime, agency_ids: Iterable[UUID]) -> list[RecordChoice]:
    """Return agencies as a field offers them, those that are registered."""
    known = await agencies_named(runtime, agency_ids)
    return [RecordChoice(each, (row.name_khmer, row.name_latin)) for each, row in known.items()]


async def letters_of_agencies_to_choose(runtime: Runtime, caller: Caller) -> list[str]:
    """Return the first letters of the names of the registered agencies."""
    return await letters_of_agencies(runtime.pool, runtime.schemas["agencies"])


async def own_agencies_to_choose(runtime: Runtime, caller: Caller, sought: Sought) -> list[RecordChoice]:
    """Return the agencies for which the caller acts and that a field offers; they are in the caller's token."""
    found = [each for each in await _own_agencies(runtime, caller) if _fits(each, sought)]
    return found[: sought.limit]


async def letters_of_own_agencies(runtime: Runtime, caller: Caller) -> list[str]:
    """Return the first letters of the names of the agencies for which the caller acts."""
    found = {letter for each in await _own_agencies(runtime, caller) for letter in _letters(each)}
    return [letter for letter in LETTERS if letter in found]


async def _own_agencies(runtime: Runtime, caller: Caller) -> list[RecordChoice]:
    own = sorted(UUID(each) for each in caller.reach.agencies if is_id(each))
    named = {each.id: each for each in await agency_choices(runtime, own)}
    return [named.get(each, RecordChoice(each, (None, str(each)))) for each in own]


def _fits(choice: RecordChoice, sought: Sought) -> bool:
    """Return whether an agency has the name, the letter and the reference that are asked for."""
    words = [word for name in choice.names if name for word in words_of(name)]
    return (
        all(any(word.startswith(part) for word in words) for part in words_of(sought.name))
        and (not sought.letter or sought.letter in _letters(choice))
        and sought.reference in ("", choice.reference)
    )


def _letters(choice: RecordChoice) -> Collection[str]:
    letters = {first_letter(name) for name in choice.names if name}
    return {letter if letter in LETTERS else OTHER_LETTER for letter in letters}


async def employers_to_choose(runtime: Runtime, caller: Caller, sought: Sought) -> list[RecordChoice]:
    """Return the employers abroad within the caller's reach that a field offers."""
    rows = await find_employers(
        runtime.pool,
        runtime.schemas["employers"],
        caller.reach,
        name=sought.name,
        letter=sought.letter,
        reference=sought.reference,
        limit=sought.limit,
    )
    shown = [row["employer_id"] for row in rows]
    await runtime.audit.look(caller, "choose_employer", evidence=shown, correlation=correlation())
    return await employer_choices(runtime, caller, shown)


async def employer_choices(
    runtime: Runtime, caller: Caller, employer_ids: Iterable[UUID]
) -> list[RecordChoice]:
    """Return employers as a field offers them, those that are registered within the caller's reach."""
    known = await employers_named(runtime, caller, employer_ids)
    return [RecordChoice(each, (row.name_khmer, row.name_latin), row.country) for each, row in known.items()]


async def letters_of_employers_to_choose(runtime: Runtime, caller: Caller) -> list[str]:
    """Return the first letters of the names of the employers within the caller's reach."""
    return await letters_of_employers(runtime.pool, runtime.schemas["employers"], caller.reach)
