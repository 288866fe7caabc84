"""Choosing from a long list: the search of a field while something is typed, and the list by letter without a script.

A field of ``forms.html``, ``look_up``, names its list in a hidden field beside it: a code list, or a list of records of the
service (chassis.pages.record_lists). When the form is read, the text of the field becomes the code or the id, so that commands
see nothing else. Without a script a button of the form shows the list by letter, and choosing leads back to the form as it was
filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chassis.access.permissions import check
from chassis.commands.runtime import runtime_of
from chassis.pages.choices import CODE_LISTS
from chassis.pages.record_lists import MOST_OF_LETTER, record_list
from chassis.pages.rendering import choices, language_of, pages_of
from chassis.store.record_choices import Sought
from contracts.organisation import words_of

LIST_OF = "list_of_"
"""Beginning of the name of the hidden field that names the list of another field."""
CHOOSE, LETTER, NAME, CHOSEN, CHOSEN_FIELD = "choose", "letter", "name_in_list", "chosen", "chosen_field"
_OF_THE_LIST = frozenset((CHOOSE, LETTER, NAME, CHOSEN, CHOSEN_FIELD))


class ListWanted(Exception):
    """A form was sent to choose the value of a field from its list."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__()
        self.fields = fields


def lists_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the name of the list of each look-up field of a form."""
    return {name.removeprefix(LIST_OF): value for name, value in fields.items() if name.startswith(LIST_OF)}


def read_choices(fields: Mapping[str, str], service: str = "") -> dict[str, str]:
    """Return the fields of a form with codes instead of the texts of its look-up fields. Raises ListWanted.

    The texts of fields with a list of records of the service stay. If a choice from a list was sent, ``chosen_field`` names
    its field: the form is not sent yet.
    """
    lists = {
        name: value
        for name, value in lists_of(fields).items()
        if value in CODE_LISTS or record_list(value, service) is not None
    }
    if fields.get(CHOOSE) in lists and CHOSEN not in fields:
        raise ListWanted(fields)
    found = _without_choosing(fields)
    field, _, chosen = fields.get(CHOSEN, "").partition("=")
    if field in lists:
        found |= {field: chosen, CHOSEN_FIELD: field}
    for name, of in lists.items():
        if of in CODE_LISTS and (typed := found.get(name, "").strip()):
            found[name] = choices().code_of(of, typed) or typed
    return found


def _without_choosing(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in _OF_THE_LIST}


@dataclass(frozen=True, slots=True)
class _Shown:
    """The content of the page of a list: the letters, the one shown, and its choices.

    A choice is the value of the field, and what the list shows: a text in Khmer or an empty one, and further text.

    ``name`` is the text that was searched for; None if the list is short enough to be shown by letter alone.
    """

    title: str
    letters: Sequence[str]
    letter: str
    choices: Sequence[tuple[str, str, str]]
    name: str | None = None
    more: bool = False


async def show_list(request: Request, error: Exception) -> Response:
    """Show the list of a field by letter; each choice sends the form back with what was typed into it."""
    assert isinstance(error, ListWanted)
    fields = error.fields
    field = fields[CHOOSE]
    name = fields[LIST_OF + field]
    shown = _codes(request, name, fields) if name in CODE_LISTS else await _records(request, name, fields)
    return pages_of(request).render(
        request,
        "choose.html",
        here="/",
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        field=field,
        kept=_without_choosing(fields),
        shown=shown,
    )


def _codes(request: Request, name: str, fields: Mapping[str, str]) -> _Shown:
    language = language_of(request)
    groups = choices().by_letter(name, language)
    letter = _letter(fields, list(groups))
    return _Shown(
        CODE_LISTS[name].title,
        list(groups),
        letter,
        [(each.code, "", each.text(language)) for each in groups[letter]],
    )


async def _records(request: Request, name: str, fields: Mapping[str, str]) -> _Shown:
    runtime, language = runtime_of(request), language_of(request)
    of, caller = record_list(name, runtime.service), request.scope["caller"]
    assert of is not None  # read_choices has found it
    check(caller, of.permission)
    letters = await of.letters(runtime, caller)
    typed = fields.get(NAME, "").strip()[:100]
    letter = "" if typed else _letter(fields, letters)
    sought = Sought(typed, letter, limit=MOST_OF_LETTER + 1)
    found = await of.find(runtime, caller, sought) if letter or words_of(typed) else ()
    shown = of.sorted(found[:MOST_OF_LETTER])
    rows = [(of.text(each, language), *of.label(each, language)) for each in shown]
    return _Shown(of.title, letters, letter, rows, typed, len(found) > MOST_OF_LETTER)


def _letter(fields: Mapping[str, str], letters: Sequence[str]) -> str:
    """Return the letter that was asked for; without one, or one that begins nothing, the first."""
    asked = fields.get(LETTER, "")
    return asked if asked in letters else next(iter(letters), "")


async def search_list(request: Request) -> Response:
    """Return the choices of a code list for a text, each with its code, title, and the text of the field."""
    name = request.path_params["name"]
    if name not in CODE_LISTS:
        return JSONResponse([], 404)
    language = language_of(request)
    typed = request.query_params.get("text", "")[:100]
    found = choices().search(name, typed, language)
    return JSONResponse(
        [{"code": each.code, "title": each.title(language), "text": each.text(language)} for each in found],
        headers={"Cache-Control": "private, max-age=3600", "Vary": "Cookie, Accept-Language"},
    )
