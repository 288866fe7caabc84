"""The persons of a played life: each play has persons of its own, whose numbers nobody else has."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.codes.places import PROVINCES
from tests.lives.notation import NotUnderstood, ShownDocument

_MEN = frozenset("B")
_SYLLABLES = (
    "SO",
    "RA",
    "VI",
    "NA",
    "PI",
    "SE",
    "KA",
    "MO",
    "LY",
    "THA",
    "CHAN",
    "DA",
    "BO",
    "REY",
    "KUN",
    "TOLA",
)
_KNOWN = {"born", "birth_precision", "family", "sex", "home", "name", "phone", "role", "note"}
_SPELLED = {"home_province": "home", "province": "home", "family_id": "family", "birth": "born"}
_SEX = {
    "woman": 2,
    "girl": 2,
    "female": 2,
    "2": 2,
    "man": 1,
    "boy": 1,
    "male": 1,
    "1": 1,
    "unknown": 0,
    "0": 0,
}
_PARENTAL_YEARS = 14


class Person:
    """One person of a play, with documents of every kind."""

    def __init__(self, letter: str, play: int, given: Mapping[str, Any]) -> None:
        given = {_SPELLED.get(name, name): value for name, value in given.items()}
        if unknown := sorted(set(given) - _KNOWN):
            raise NotUnderstood(f"person {letter}: {', '.join(unknown)} is unknown")
        self.letter = letter
        self.sex = _SEX[str(given.get("sex", "man" if letter in _MEN else "woman"))]
        born = str(given.get("born", "1990-04-03"))
        self.birth = (
            {"on": born} if len(born) == len("1990-04-03") else {"on": f"{born}-01-01", "precision": "year"}
        )
        if "birth_precision" in given:
            self.birth["precision"] = str(given["birth_precision"])
        home = str(given.get("home", "02"))
        self.home = home if home in PROVINCES or home == "none" else home.zfill(2)
        self.family = str(given["family"]) if "family" in given else None
        self.role = given.get("role")
        self._nth = f"{play:07}{ord(letter) - ord('A') + 1}"
        self.phone = str(given.get("phone", f"+85512{self._nth}"))
        self.name = str(given.get("name", _name(play, letter)))

    def document(self, shown: ShownDocument) -> dict[str, Any]:
        """Return a document of this person as a command states it. Raises NotUnderstood for an unknown kind."""
        nth = self._nth
        usual: dict[str, dict[str, Any]] = {
            "passport": {"number": f"N9{nth}"},
            "worker_card": {"number": f"OCWC-9{nth}"},
            "national_id": {"number": f"9{nth}"},
            "pink_card": {"number": f"00{nth}001", "issued_by": "THA"},
            "work_permit": {"number": f"TH9{nth}", "issued_by": "THA"},
            "re_entry_permit": {"number": f"TH9{nth}", "issued_by": "THA"},
            "border_pass": {"number": f"9{nth}", "place": "Banteay Meanchey"},
            "travel_document": {"number": f"TD9{nth}"},
            "certificate_of_identity": {"number": f"CI9{nth}"},
            "emergency_travel_document": {"number": f"ET9{nth}"},
            "seamans_book": {"number": f"SB9{nth}"},
            "birth_certificate": {"number": f"BC9{nth}", "place": "Battambang"},
            "family_book": {"number": f"FB9{nth[:-1]}"},
            "group_letter": {"number": f"GL9{nth[:-1]}"},
            "deportation_list": {"number": f"DL9{nth[:-1]}"},
            "other": {"number": f"OT9{nth}"},
        }
        if shown.kind not in usual:
            raise NotUnderstood(f"the kind of document {shown.kind!r} is unknown")
        whole = {"kind": shown.kind, **usual[shown.kind], **shown.details}
        return {name: value for name, value in whole.items() if value != ""}

    def may_be_parent_of(self, other: Person) -> bool:
        """Return whether this person is old enough to be a parent of the other."""
        return _born(other).year - _born(self).year >= _PARENTAL_YEARS


class Persons:
    """The persons of one play, created when a line names them."""

    def __init__(self, differing: Mapping[str, Mapping[str, Any]]) -> None:
        self.play = secrets.randbelow(10**7)
        self._differing = differing
        self._known: dict[str, Person] = {}

    def __getitem__(self, letter: str) -> Person:
        if len(letter) != 1 or not letter.isupper():
            raise NotUnderstood(f"{letter!r} is not a person; persons are A, B, C ...")
        return self._known.setdefault(letter, Person(letter, self.play, self._differing.get(letter, {})))

    def __iter__(self) -> Any:
        return iter(self._known.values())

    def given(self, letter: str, documents: list[ShownDocument]) -> dict[str, Any]:
        """Return a person as an officer states them; who shows no usual document of their own gives the phone number."""
        person = self[letter]
        shown = [self._shown(person, each) for each in documents]
        found: dict[str, Any] = {
            "sex": person.sex,
            "name": {"latin": person.name},
            "birth": person.birth,
            "documents": shown,
        }
        if person.home != "none":
            found["home_province"] = person.home
        if all(
            "holder" in stated or "number" in each.details
            for stated, each in zip(shown, documents, strict=True)
        ):
            found["phone"] = person.phone
        return found

    def _shown(self, person: Person, shown: ShownDocument) -> dict[str, Any]:
        owner = self[shown.owner or person.letter]
        found = owner.document(shown)
        if owner is person or owner.family is None or owner.family != person.family:
            return found  # an officer cannot know that the document was issued to somebody else
        parent = {1: "father", 2: "mother"}.get(owner.sex, "other_relative")
        return {"holder": parent if owner.may_be_parent_of(person) else "other_relative", **found}

    def id_of(self, name: str) -> UUID:
        """Return the id of a family, an employer or an agency of this play."""
        return uuid5(NAMESPACE_OID, f"{self.play} {name}")


def _born(person: Person) -> date:
    return date.fromisoformat(person.birth["on"])


def _name(play: int, letter: str) -> str:
    """A name that is unique to the play; given names differ between its persons."""
    family, *given = (int(each, 16) for each in f"{play * 31 % 16**6:06x}")
    nth = ord(letter) - ord("A")
    words = [_SYLLABLES[(each + nth * 5) % len(_SYLLABLES)] for each in given]
    return f"{_SYLLABLES[family]}{_SYLLABLES[given[0]]} {''.join(words[1:4]).capitalize()}"
