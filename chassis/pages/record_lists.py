"""Lists of records from which a field of a form chooses one, such as the employers that a service knows.

A service declares a list beside its pages, and a form names it in ``look_up`` of ``forms.html``::

    EMPLOYERS = RecordList(
        router,
        "reintegration/employers",
        title=N_("Employers"),
        permission=EMPLOYER_READ,
        places="provinces",
        find=find_to_choose,
        letters=letters_to_choose,
    )

The field shows a text: name, place, and a short reference in brackets. When the form is read, the text becomes the id of the
record, if exactly one record that the caller may read has this name, and this reference if there is one.
"""

# No deferred annotations here: the permission is made for each list, and FastAPI reads it as it is.
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse

from chassis.access.permissions import Caller, page_permission
from chassis.commands.runtime import Runtime, runtime_of
from chassis.pages.error_texts import PageError, Text
from chassis.pages.rendering import choices, language_of
from chassis.pages.translation import N_
from chassis.store.record_choices import RecordChoice, Sought
from contracts.organisation import words_of

MOST_OF_LETTER = 100
"""Records of one letter that are shown; of others the name must be searched for."""
_MOST_COMPARED = 200
_LONGEST = 400
_REFERENCE = re.compile(r"\(([0-9A-F]{8})\)\s*$", re.IGNORECASE)

UNKNOWN: Text = (
    N_("nothing of this name is in the list"),
    N_("type the beginning of a word of the name and choose, or open the list by letter"),
)
SEVERAL: Text = (
    N_("several have this name"),
    N_("choose the right one from the list; the number behind the name tells them apart"),
)
_OTHER_NAME: Text = (
    N_("the name and the number behind it do not belong together"),
    N_("choose from the list again"),
)


Find = Callable[[Runtime, Caller, Sought], Awaitable[Sequence[RecordChoice]]]
"""Return records that the caller may read, once the audit entry of the read has been committed."""
Letters = Callable[[Runtime, Caller], Awaitable[Sequence[str]]]
"""Return the first letters of the names of the records that the caller may read."""

_LISTS: dict[str, "RecordList"] = {}


def record_list(name: str, service: str) -> "RecordList | None":
    """Return the list of this name, if it is one of the service."""
    return _LISTS.get(name) if name.startswith(f"{service}/") else None


class RecordList:
    """A list of records of a service. ``places`` is the code list of the places of the records, if they have one."""

    def __init__(
        self,
        router: APIRouter,
        name: str,
        *,
        title: str,
        permission: str,
        find: Find,
        letters: Letters,
        places: str = "",
    ) -> None:
        self.name, self.title, self.permission = name, title, permission
        self.find, self.letters, self._places = find, letters, places
        _LISTS[name] = self
        short = name.partition("/")[2]
        may_read = Depends(page_permission(permission))

        async def search(request: Request, caller: Annotated[Caller, may_read]) -> Response:
            return await self._search(request, caller)

        router.post(f"/choices/{short}", name=f"choose_{short.replace('-', '_')}")(search)

    def text(self, choice: RecordChoice, language: str) -> str:
        """Return what the field shows: the name in a language if it is known in it, the place, and the reference."""
        khmer, latin = choice.names
        name = (khmer or latin) if language == "km" else (latin or khmer)
        return f"{self._at_place(name or '', choice, language)} ({choice.reference})"

    def text_of(self, request: Request, record_id: UUID, found: Sequence[RecordChoice]) -> str:
        """Return what the field shows for a record that an address names; its id if it is not among those that were found."""
        shown = [self.text(each, language_of(request)) for each in found if each.id == record_id]
        return shown[0] if shown else str(record_id)

    def label(self, choice: RecordChoice, language: str) -> tuple[str, str]:
        """Return what the list shows: the Khmer name if there is a Latin one too, and a name with place and reference."""
        khmer, latin = choice.names
        at_place = f"{self._at_place(latin or khmer or '', choice, language)} ({choice.reference})"
        return (khmer, at_place) if khmer and latin else ("", at_place)

    async def record_of(self, runtime: Runtime, caller: Caller, typed: str) -> UUID | PageError:
        """Return the record that a text names, or an error without its field."""
        text = _REFERENCE.sub("", typed[:_LONGEST]).strip()
        behind = _REFERENCE.search(typed[:_LONGEST])
        reference = behind[1].upper() if behind else ""
        if not words_of(text) or not caller.may(self.permission):
            return PageError("", *UNKNOWN)
        names = dict.fromkeys((text.rpartition(", ")[0] or text, text))
        for name in names:
            sought = Sought(name, reference=reference, limit=_MOST_COMPARED)
            found = await self.find(runtime, caller, sought)
            same = {each.id for each in found if self._is_called(each, text)}
            if len(same) == 1 and len(found) < _MOST_COMPARED:
                return same.pop()
            if same:
                return PageError("", *SEVERAL)
        return PageError("", *(_OTHER_NAME if reference else UNKNOWN))

    def _is_called(self, choice: RecordChoice, text: str) -> bool:
        names = [name for name in (*choice.names, _both(choice)) if name]
        at = [self._at_place(name, choice, language) for name in names for language in ("en", "km")]
        return any(words_of(each) == words_of(text) for each in (*names, *at))

    def _at_place(self, name: str, choice: RecordChoice, language: str) -> str:
        place = choices().title(self._places, choice.place, language) if choice.place else ""
        return f"{name}, {place}" if place else name

    async def _search(self, request: Request, caller: Caller) -> Response:
        typed = (await request.form()).get("text")
        text, language = typed[:100] if isinstance(typed, str) else "", language_of(request)
        found = await self.find(runtime_of(request), caller, Sought(text)) if words_of(text) else ()
        rows = []
        for each in self.sorted(found):
            khmer, label = self.label(each, language)
            rows.append({"text": self.text(each, language), "khmer": khmer, "label": label})
        return JSONResponse(rows, headers={"Cache-Control": "no-store"})

    def sorted(self, found: Sequence[RecordChoice]) -> list[RecordChoice]:
        """Return records in the order of their Latin names, then of their Khmer ones."""
        return sorted(
            found, key=lambda each: tuple((name or "\uffff").casefold() for name in each.names[::-1])
        )


def _both(choice: RecordChoice) -> str:
    return " ".join(name for name in choice.names if name)


async def records_chosen(
    runtime: Runtime, caller: Caller, texts: Mapping[str, str], lists: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, PageError]]:
    """Return the ids of the records that fields of a form name, by field, and the errors of the other fields.

    ``lists`` has the name of the list by field. Empty fields are in neither.
    """
    ids: dict[str, str] = {}
    errors: dict[str, PageError] = {}
    for field, name in lists.items():
        of = record_list(name, runtime.service)
        if of is None or not (typed := texts.get(field, "").strip()):
            continue
        found = await of.record_of(runtime, caller, typed)
        if isinstance(found, PageError):
            errors[field] = PageError(field, found.reason, found.remedy)
        else:
            ids[field] = str(found)
    return ids, errors
