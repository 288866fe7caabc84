"""Choosing from a long code list: the search of a field while something is typed, and the list by letter without a script.

A field of ``forms.html``, ``look_up``, names its list in a hidden field beside it. The text of the field becomes the code when
the form is read, so that commands see codes only. Without a script a button of the form shows the list by letter, and choosing
leads back to the form as it was filled in.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chassis.pages.choices import CODE_LISTS
from chassis.pages.rendering import choices, language_of, pages_of

LIST_OF = "list_of_"
"""Beginning of the name of the hidden field that names the list of another field."""
CHOOSE, LETTER, CHOSEN, CHOSEN_FIELD = "choose", "letter", "chosen", "chosen_field"


class ListWanted(Exception):
    """A form was sent to choose the value of a field from its list."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__()
        self.fields = fields


def read_choices(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form with codes instead of the texts of its look-up fields. Raises ListWanted.

    If a choice from a list was sent, ``chosen_field`` names its field: the form is not sent yet.
    """
    listed = {name.removeprefix(LIST_OF): value for name, value in fields.items() if name.startswith(LIST_OF)}
    lists = {name: value for name, value in listed.items() if value in CODE_LISTS}
    if fields.get(CHOOSE) in lists and CHOSEN not in fields:
        raise ListWanted(fields)
    found = _without_choosing(fields)
    field, _, code = fields.get(CHOSEN, "").partition("=")
    if field in lists:
        found |= {field: code, CHOSEN_FIELD: field}
    for name, of in lists.items():
        if typed := found.get(name, "").strip():
            found[name] = choices().code_of(of, typed) or typed
    return found


def _without_choosing(fields: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in fields.items() if name not in (CHOOSE, LETTER, CHOSEN, CHOSEN_FIELD)
    }


async def show_list(request: Request, error: Exception) -> Response:
    """Show the list of a field by letter; each choice sends the form back with what was typed into it."""
    assert isinstance(error, ListWanted)
    fields = error.fields
    field = fields[CHOOSE]
    name, language = fields[LIST_OF + field], language_of(request)
    groups = choices().by_letter(name, language)
    letter = fields.get(LETTER, "")
    if letter not in groups:
        letter = next(iter(groups))
    return pages_of(request).render(
        request,
        "choose.html",
        here="/",
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        field=field,
        title=CODE_LISTS[name].title,
        kept=_without_choosing(fields),
        letters=list(groups),
        letter=letter,
        choices=[(each.code, each.title(language)) for each in groups[letter]],
    )


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
