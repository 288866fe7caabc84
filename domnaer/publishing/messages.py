"""The message catalogues for translators: every text of pages and problems, extracted from the sources.

Messages are marked by ``_()`` and ``ngettext()`` in templates, by ``N_()`` in Python; texts of refusals need no mark. A catalogue keeps its translations;
messages that the sources no longer contain are removed.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from chassis.access.places import CAPITAL
from chassis.pages.refusal_texts import CONTEXT
from contracts import codes
from contracts.codes.issuers import OTHER_ISSUERS
from contracts.codes.missions import MISSIONS
from contracts.codes.titled import TitledCode, TitledNumber
from contracts.titles import titles
from domnaer.publishing.code_lists import CODE_LISTS
from domnaer.publishing.paths import LOCALE, ROOT
from domnaer.publishing.refusal_texts import refusal_texts

_FOLDERS = ("chassis", "contracts", "domnaer", "services")
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
NOT_CONFIRMED = "not confirmed"
"""The comment on a translation that no native reader has confirmed."""


class Translated(NamedTuple):
    """The translations of a language: those that are missing or uncertain, and the number that no native reader confirmed."""

    language: str
    messages: int
    missing: list[str]
    not_confirmed: int


def message_files() -> dict[Path, str]:
    """Return the template and each language's catalogue, by path."""
    template = found_messages()
    files = {LOCALE / "messages.pot": _text(template)}
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as source:
            known = read_po(source, locale=path.parent.parent.name)
        known.update(template, no_fuzzy_matching=True)
        known.obsolete.clear()
        files[path] = _text(known)
    return files


def translated() -> list[Translated]:
    """Return the translations of each language, read from the catalogues as they are stored."""
    found = []
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as source:
            messages = [each for each in read_po(source, locale=path.parent.parent.name) if each.id]
        missing = [str(each.id) for each in messages if each.fuzzy or not _is_translated(each)]
        not_confirmed = sum(NOT_CONFIRMED in each.user_comments for each in messages)
        found.append(Translated(path.parent.parent.name, len(messages), missing, not_confirmed))
    return found


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts)


def found_messages() -> Catalog:
    """Return all messages of the sources, each with the files that contain it."""
    messages = Catalog(project="domnaer", charset="utf-8")
    for folder in _FOLDERS:
        found = extract_from_dir(ROOT / folder, _METHODS, keywords=_KEYWORDS)
        for file, _, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
            place = f"{folder}/{Path(file).as_posix()}"
            messages.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    for module, title in _titles():
        messages.add(title, locations=[(module.replace(".", "/") + ".py", 0)])
    for file, text in refusal_texts():
        messages.add(text, locations=[(file, 0)], context=CONTEXT)
    return messages


def _titles() -> Iterator[tuple[str, str]]:
    """Yield the titles of codes and the cities of missions, which pages show as messages; provinces have Khmer names of their own."""
    for found in pkgutil.iter_modules(codes.__path__):
        importlib.import_module(f"contracts.codes.{found.name}")
    kinds: list[type[TitledCode] | type[TitledNumber]] = [
        *TitledCode.__subclasses__(),
        *TitledNumber.__subclasses__(),
    ]
    for kind in sorted(kinds, key=lambda each: (each.__module__, each.__name__)):
        if kind.__module__.startswith("contracts."):
            yield from ((kind.__module__, each.title_en) for each in kind if each.title_en)
    yield from (("contracts.codes.missions", each.city) for each in MISSIONS.values())
    yield "chassis.access.places", CAPITAL.city
    for listed in CODE_LISTS:
        if listed.name not in ("provinces", "currencies"):
            yield from (("contracts.codes.tables", title) for title in listed.titles.values())
    yield from (("contracts.codes.issuers", title) for title in OTHER_ISSUERS.values())
    yield from (("contracts.titles", title) for title in titles())


_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def _text(messages: Catalog) -> str:
    """Return a catalogue as the text of a file, without author and date."""
    written = io.BytesIO()
    write_po(written, messages, omit_header=True, include_lineno=False, sort_output=True, width=120)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    if messages.locale is not None:
        header += f'"Language: {messages.locale}\\n"\n"Plural-Forms: {messages.plural_forms}\\n"\n'
    return header + "\n" + written.getvalue().decode()
