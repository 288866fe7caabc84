"""The fields of a command as a form's text fields hold them: each text is read by the type of its field.

Days, times and numbers may be typed as people type them (chassis.pages.typed); any other text is unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from chassis.pages.typed import Unclear, day_typed, moment_typed, number_typed


@dataclass(slots=True)
class TypedFields:
    """Reads the fields of a command. ``unclear`` has the texts without a certain meaning, by path of the field.

    A time without an offset is one in ``zone``.
    """

    zone: tzinfo
    unclear: dict[str, Unclear] = field(default_factory=dict)

    def read(self, model: type[BaseModel], body: Mapping[str, Any], path: str = "") -> dict[str, Any]:
        """Return the fields of a model; texts that are no day, time or number stay as they were typed."""
        found = dict(body)
        for name, value in body.items():
            known = model.model_fields.get(name)
            if known is not None:
                found[name] = self._value(known.annotation, value, f"{path}{name}")
        return found

    def _value(self, hint: Any, value: Any, path: str) -> Any:
        if isinstance(value, str):
            return self._text(_kinds(hint), value, path)
        if isinstance(value, Mapping):
            models = [kind for kind in _kinds(hint) if issubclass(kind, BaseModel)]
            model = next((each for each in models if value.keys() <= each.model_fields.keys()), None)
            return value if model is None else self.read(model, value, f"{path}.")
        if isinstance(value, list):
            return [self._value(hint, each, f"{path}[{nth}]") for nth, each in enumerate(value)]
        return value

    def _text(self, kinds: tuple[type, ...], text: str, path: str) -> Any:
        try:
            if datetime in kinds or AwareDatetime in kinds:
                moment = moment_typed(text)
                if moment is not None:
                    return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            elif date in kinds:
                return day_typed(text) or text
            elif int in kinds and str not in kinds:
                plain = number_typed(text)
                return int(plain) if plain.isdecimal() and len(plain) < 10 else text
            elif Decimal in kinds or float in kinds:
                return number_typed(text)
        except Unclear as unclear:
            self.unclear[path] = unclear
        return text


@cache
def _kinds(hint: Any) -> tuple[type, ...]:
    """Return the classes that a field of this type may hold, also as items of a list."""
    if get_origin(hint) is Annotated:
        return _kinds(get_args(hint)[0])
    if isinstance(hint, type) and get_origin(hint) is None:
        return (hint,)
    return tuple(kind for each in get_args(hint) for kind in _kinds(each))
