"""The message catalogues of the pages, by language: translations of messages, and of the texts of refusals."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from chassis.pages.refusal_texts import CONTEXT, RefusalTexts

_FOLDER = Path(str(files("chassis.pages"))) / "locale"


@cache
def _catalogue(language: str) -> Catalog:
    path = _FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return Catalog()
    with path.open("rb") as source:
        return read_po(source, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations of a language; messages without a translation stay English."""
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def refusal_texts(language: str) -> RefusalTexts:
    """Return the texts of refusals in a language."""
    known = [
        (str(each.id), str(each.string))
        for each in _catalogue(language)
        if each.context == CONTEXT and each.string
    ]
    locale = Locale.parse(language)
    return RefusalTexts(
        known, translations(language).gettext, lambda day: format_date(day, "d MMM y", locale=locale)
    )
