"""The values of facts and persons as the texts of a form, and in words, in the language of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import dates

from chassis.pages.catalogues import translations
from chassis.pages.choices import CODE_LISTS
from chassis.pages.fact_controls import Control
from chassis.pages.translation import N_
from chassis.pages.typed import Unclear, as_typed, day_typed, number_typed
from chassis.store.persons import masked

Values = Mapping[str, Any]
_CODED = ("occupations", "sectors")
"""Lists whose titles are shown with their codes: several titles read alike."""
_NUMBERS = ("number", "phone")
"""Fields of a person that are shown masked."""


@dataclass(frozen=True, slots=True)
class Input:
    """A control of a form with its text. ``rows`` are the parts of each row, ``parts`` those of a group."""

    control: Control
    path: str
    text: str = ""
    chosen: frozenset[str] = frozenset()
    parts: tuple[Input, ...] = ()
    rows: tuple[tuple[Input, ...], ...] = ()

    def leaves(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each input that a user fills in, with its title."""
        inner = (*self.parts, *(each for row in self.rows for each in row))
        for part in inner:
            yield from part.leaves()
        if not inner:
            yield self.path, self.control.title

    def days(self) -> Iterator[str]:
        """Yield the name of each input for a day."""
        for part in (*self.parts, *(each for row in self.rows for each in row)):
            yield from part.days()
        if self.control.kind == "day":
            yield self.path


class FactTexts:
    """The texts of facts in a language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.translate: Callable[[str], str] = translations(language).gettext

    def title(self, control: Control, code: str) -> str:
        """Return the title of a code of a control; an unknown code as it is."""
        found = control.choices.get(code)
        if found is None:
            return code
        if isinstance(found, tuple):
            return found[1] if self.language == "km" else found[0]
        return self.translate(found)

    def titles(self, control: Control) -> list[tuple[str, str]]:
        """Return the codes of a control with their titles, as choices of a form."""
        return [(code, self.title(control, code)) for code in control.choices]

    def suggestion(self, control: Control, code: str) -> str:
        """Return what a control of a long list holds for a code: the title, of some lists behind the code."""
        if code not in control.choices:
            return code
        title = self.title(control, code)
        return f"{code} {title}" if control.listed in _CODED else title

    def code_typed(self, control: Control, typed: str) -> str:
        """Return the code of a title or code that was typed; the typed text if it is neither."""
        if typed.upper() in control.choices:
            return typed.upper()
        if control.listed in _CODED and (first := typed.split(" ", 1)[0].upper()) in control.choices:
            return first
        sought = typed.casefold()
        for code, english in control.choices.items():
            if sought in (self.title(control, code).casefold(), str(english).casefold()):
                return code
        return typed

    def filled(self, controls: Sequence[Control], values: Values, path: str) -> dict[str, str]:
        """Return the texts of a form that states these values, by the names of its inputs."""
        found: dict[str, str] = {}
        for control in controls:
            self._fill(control, f"{path}{control.name}", values.get(control.name), found)
        return found

    def _fill(self, control: Control, path: str, value: Any, into: dict[str, str]) -> None:
        if value is None or control.derived:
            return
        match control.kind:
            case "group":
                for part in control.parts:
                    self._fill(part, f"{path}.{part.name}", value.get(part.name), into)
            case "rows":
                for nth, row in enumerate(value):
                    for part in control.parts:
                        self._fill(part, f"{path}[{nth}].{part.name}", row.get(part.name), into)
            case "choices":
                into |= {f"{path}:{code}": "yes" for code in value}
            case "people":
                into[path] = " ".join(value)
            case "yes_no":
                into[path] = "yes" if value else "no"
            case "listed":
                # A look-up field shows the title of a code itself.
                looked_up = control.listed in CODE_LISTS
                into[path] = str(value) if looked_up else self.suggestion(control, str(value))
            case "day":
                into[path] = as_typed(date.fromisoformat(str(value)))
            case _:
                into[path] = str(value)

    def inputs(
        self, controls: Sequence[Control], texts: Mapping[str, str], path: str = ""
    ) -> tuple[Input, ...]:
        """Return the inputs of a form with their texts; several rows are followed by an empty one."""
        return tuple(self._input(each, f"{path}{each.name}", texts) for each in controls if not each.derived)

    def _input(self, control: Control, path: str, texts: Mapping[str, str]) -> Input:
        if control.kind == "group":
            return Input(control, path, parts=self.inputs(control.parts, texts, f"{path}."))
        if control.kind == "rows":
            rows = (
                self.inputs(control.parts, texts, f"{path}[{nth}].")
                for nth in range(rows_in(texts, path) + 1)
            )
            return Input(control, path, rows=tuple(rows))
        chosen = frozenset(code for code in control.choices if texts.get(f"{path}:{code}"))
        return Input(control, path, texts.get(path, ""), chosen)

    def shown(self, control: Control, value: Any, *, whole: bool = True) -> str:
        """Return a value in words; empty if there is none. Numbers of documents and phones are masked unless ``whole``."""
        if value is None or value == []:
            return ""
        match control.kind:
            case "group":
                if {part.name for part in control.parts} == {"currency", "amount"}:
                    return f"{value.get('currency', '')} {value.get('amount', '')}".strip()
                return self._parts(control.parts, value, whole=whole)
            case "rows":
                return "; ".join(self._parts(control.parts, row, whole=whole) for row in value)
            case "choices":
                return ", ".join(self.title(control, str(code)) for code in value)
            case "choice":
                return self.title(control, str(value))
            case "listed":
                return self.suggestion(control, str(value))
            case "yes_no":
                return self.translate(N_("Yes") if value else N_("No"))
            case "people":
                return ", ".join(value)
            case "day":
                return dates.format_date(date.fromisoformat(str(value)), "d MMM y", locale=self.language)
            case _:
                return str(value) if whole or control.name not in _NUMBERS else masked(str(value))

    def _parts(self, parts: Sequence[Control], values: Values, *, whole: bool) -> str:
        said = ((part, self.shown(part, values.get(part.name), whole=whole)) for part in parts)
        return ", ".join(f"{self.translate(part.title)}: {text}" for part, text in said if text)

    def rows(
        self, controls: Sequence[Control], values: Values, *, whole: bool = True, before: str = ""
    ) -> list[tuple[str, str]]:
        """Return the known values in words, each with its title; the parts of a group have rows of their own."""
        found: list[tuple[str, str]] = []
        for control in controls:
            value = values.get(control.name)
            title = before + self.translate(control.title)
            if control.kind == "group" and isinstance(value, Mapping) and len(control.parts) > 2:
                found += self.rows(control.parts, value, whole=whole)
            elif control.kind != "id" and (text := self.shown(control, value, whole=whole)):
                found.append((title, text))
        return found


def rows_in(texts: Mapping[str, str], path: str) -> int:
    """Return the number of rows of a form up to the last of which it states something."""
    numbers = (
        name.removeprefix(f"{path}[").partition("]")[0]
        for name, text in texts.items()
        if text and name.startswith(f"{path}[") and "]." in name
    )
    return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 4), default=0)


def stated(texts: FactTexts, control: Control, path: str, typed: Mapping[str, str]) -> Any:
    """Return what a form states for a control, as JSON; None if nothing. A text that cannot be read stays as typed."""
    match control.kind:
        case "group":
            found = {part.name: stated(texts, part, f"{path}.{part.name}", typed) for part in control.parts}
            known = {name: value for name, value in found.items() if value is not None}
            only_choices = all(part.kind == "choice" for part in control.parts if part.name in known)
            return None if only_choices and control.optional else known or None
        case "rows":
            return [row for row in stated_rows(texts, control, path, typed) if row] or None
        case "choices":
            return [code for code in control.choices if typed.get(f"{path}:{code}")] or None
        case "people":
            return typed.get(path, "").replace(",", " ").split() or None
    text = typed.get(path, "").replace("\r\n", "\n").strip()
    return _scalar(texts, control, text) if text else None


def stated_rows(
    texts: FactTexts, control: Control, path: str, typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return what a form states for each row; an empty dict for one that is empty or marked for removal."""
    found: list[dict[str, Any]] = []
    for nth in range(rows_in(typed, path)):
        row = f"{path}[{nth}]"
        parts = {part.name: stated(texts, part, f"{row}.{part.name}", typed) for part in control.parts}
        known = {name: value for name, value in parts.items() if value is not None}
        found.append({} if typed.get(f"{row}:remove") else known)
    return found


def _scalar(texts: FactTexts, control: Control, text: str) -> Any:
    if control.kind == "listed":
        return texts.code_typed(control, text)
    if control.kind == "yes_no":
        return {"yes": True, "no": False}.get(text, text)
    if control.kind == "day":
        with suppress(Unclear):  # it is refused, and the form asks back
            text = str(day_typed(text) or text)
    if control.kind == "number" or control.whole:
        text = number_typed(text)
    return int(text) if control.whole and text.isdecimal() and len(text) < 10 else text
