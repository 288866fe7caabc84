"""Invented Cambodian people: names in two scripts, birth dates, documents, phone numbers.

No person here is real. A person is generated from the random generator of a cell and a serial number. The serial
number is the true identity, with which decisions about identity can be compared; it is never sent to a service.
"""

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final, Literal

from domnaer.demo import names
from domnaer.demo.moments import between, pick, weighted
from domnaer.demo.published import MALE, Sex

DocumentKind = Literal[
    "passport",
    "border_pass",
    "worker_card",
    "pink_card",
    "travel_document",
    "certificate_of_identity",
    "national_id",
]
Relation = Literal["spouse", "child", "mother", "father", "sibling"]
Precision = Literal["day", "month", "year"]

DOCUMENT_PATTERNS: Final[dict[DocumentKind, str]] = {
    "passport": r"N\d{7}|E\d{8}",
    "border_pass": r"\d{6}",
    "worker_card": r"OCWC-\d{8}",
    "pink_card": r"00\d{11}",
    "travel_document": r"TD\d{7}",
    "certificate_of_identity": r"CI\d{7}",
    "national_id": r"\d{9}",
}

HOME_PROVINCES: Final = weighted(
    {
        "14": 15, "03": 13, "01": 11, "02": 11, "17": 10, "06": 9, "20": 7, "21": 5, "15": 5, "07": 4,
        "04": 3, "05": 3, "22": 3, "08": 2, "10": 1, "13": 1, "25": 3, "12": 1, "24": 1, "09": 1, "18": 1,
        "19": 1, "11": 1, "16": 1, "23": 1,
    }
)  # fmt: skip
# Border passes are issued to residents of a border province; their numbers repeat between provinces.
BORDER_PROVINCES: Final = ("01", "02", "09", "22", "24", "06", "17", "15")
_MOBILE_PREFIXES: Final = ("10", "12", "15", "16", "17", "69", "70", "77", "81", "85", "88", "92", "96", "97")
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as an office recorded it; the family name comes first in Khmer."""

    family_khmer: str
    given_khmer: str
    family_latin: str
    given_latin: str

    @property
    def khmer(self) -> str:
        """The whole name in Khmer script."""
        return f"{self.family_khmer} {self.given_khmer}"

    @property
    def latin(self) -> str:
        """The whole name in Latin letters."""
        return f"{self.family_latin} {self.given_latin}"


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth date and its precision; `note` is the date of the document in another calendar."""

    on: date
    precision: Precision
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document; `issued_by` is a province code if the number is unique only within the province."""

    kind: DocumentKind
    number: str
    issued_by: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """A family member on the same journey; `who` is the true identity, as in `DemoWorker`."""

    relation: Relation
    name: Name
    who: int


@dataclass(frozen=True, slots=True)
class DemoWorker:
    """A person as an office recorded them. `who` is the true identity, which is never sent to a service."""

    who: int
    name: Name
    sex: Sex
    birth: Birth
    home_province: str
    phone: str | None
    documents: tuple[Document, ...]
    relatives: tuple[Relative, ...] = ()


def _often_first(rng: Random, pairs: tuple[names.Spelling, ...]) -> names.Spelling:
    luck = rng.random()
    return pairs[int(luck * luck * len(pairs))]


def name(rng: Random, sex: Sex, father: Name | None = None) -> Name:
    """Return a name; by tradition every third child has the given name of the father as its family name."""
    if father is None:
        family_khmer, family_latin = _often_first(rng, names.FAMILY)
    elif rng.random() < 0.35:
        family_khmer, family_latin = father.given_khmer, father.given_latin
    else:
        family_khmer, family_latin = father.family_khmer, father.family_latin
    if rng.random() < 0.15:
        khmer, latin = pick(rng, names.EITHER_GIVEN)
    else:
        khmer, latin = _often_first(rng, names.MALE_GIVEN if sex == MALE else names.FEMALE_GIVEN)
    return Name(family_khmer, khmer, family_latin, latin)


def birth(rng: Random, year: int) -> Birth:
    """Return a birth date in that year: exact, 1 January as a default, a month, or the year only."""
    luck = rng.random()
    if luck < 0.58:
        month = 1 + int(rng.random() * 12)
        return Birth(date(year, month, 1 + int(rng.random() * _MONTH_DAYS[month - 1])), "day")
    if luck < 0.68:
        return Birth(date(year, 1, 1), "day")
    if luck < 0.71:
        return Birth(date(year, 1 + int(rng.random() * 12), 1), "month")
    if luck < 0.75:
        return Birth(date(year, 1, 1), "year", f"B.E. {year + 543}")
    return Birth(date(year, 1, 1), "year")


def working_age(rng: Random) -> int:
    """Return the age of an adult migrant; seven in ten are between 20 and 40."""
    luck = rng.random()
    if luck < 0.74:
        return 20 + int(luck / 0.74 * 20)
    return 19 if luck < 0.8 else 40 + int((luck - 0.8) / 0.2 * 16)


def phone(who: int) -> str:
    """Return a unique Cambodian mobile number; its line number begins with 0, so that it is not in use."""
    line = who * 618_033 % 1_400_000
    return f"+855{_MOBILE_PREFIXES[line // 100_000]}0{line % 100_000:05d}"


def passport(who: int) -> Document:
    """Return the first passport. Numbers are a permutation of serial numbers, so they are unique."""
    return Document("passport", f"N{who * 3_816_547 % 10_000_000:07d}")


def passport_of(who: int, year: int) -> Document:
    """Return the first passport of a person who left with it in a year: it was valid for five years or more."""
    return replace(passport(who), expires_on=date(year + 5 + who % 2, 1 + who % 12, 1 + who % 28))


def next_passport(who: int) -> Document:
    """Return the passport that replaced the first one."""
    return Document("passport", f"E{who * 38_165_483 % 100_000_000:08d}")


def worker_card(who: int) -> Document:
    """Return the Overseas Cambodian Worker Card, which is required to leave as a worker."""
    return Document("worker_card", f"OCWC-{who * 61_803_399 % 100_000_000:08d}")


def pink_card(who: int) -> Document:
    """Return the Thai card for foreigners from a one-stop centre; its number begins with 00."""
    return Document("pink_card", f"00{who * 27_182_818_289 % 100_000_000_000:011d}")


def travel_document(who: int) -> Document:
    """Return the travel document that the embassy issues abroad to people without documents."""
    return Document("travel_document", f"TD{who * 1_414_213 % 10_000_000:07d}")


def certificate_of_identity(who: int) -> Document:
    """Return the document of nationality verification."""
    return Document("certificate_of_identity", f"CI{who * 2_236_067 % 10_000_000:07d}")


def national_id(who: int) -> Document:
    """Return the Khmer identity card."""
    return Document("national_id", f"{who * 161_803_399 % 1_000_000_000:09d}")


def border_pass(who: int) -> Document:
    """Return a border pass; only number and province together identify one person."""
    return Document("border_pass", f"{who // 8 % 1_000_000:06d}", BORDER_PROVINCES[who % 8])


def papers_of_the_irregular(rng: Random, who: int, share: float = 0.2) -> tuple[Document, ...]:
    """Return the documents of a person who left outside the regular channels; mostly none."""
    luck = rng.random() / share
    if luck >= 1:
        return ()
    if luck < 0.4:
        return (border_pass(who),)
    if luck < 0.7:
        return (national_id(who),)
    return (passport(who),) if luck < 0.85 else (certificate_of_identity(who),)


def person(
    rng: Random,
    who: int,
    sex: Sex,
    born: int,
    documents: tuple[Document, ...] = (),
    *,
    phones: float = 0.3,
    father: Name | None = None,
) -> DemoWorker:
    """Return a new person; the holder of a border pass lives in the province that issued it."""
    home = pick(rng, HOME_PROVINCES)
    if documents and documents[0].issued_by:
        home = documents[0].issued_by
    return DemoWorker(
        who,
        name(rng, sex, father),
        sex,
        birth(rng, born),
        home,
        phone(who) if rng.random() < phones else None,
        documents,
    )


def respelt(seen: Name, sex: Sex, rng: Random) -> Name:
    """Return the name as another office writes it: with another romanisation, swapped, or with a title in the field."""
    luck = rng.random()
    if luck < 0.5:
        return replace(seen, given_latin=names.respell(seen.given_latin, rng))
    if luck < 0.75:
        return replace(seen, family_latin=names.respell(seen.family_latin, rng))
    if luck < 0.95:
        return replace(seen, family_latin=seen.given_latin, given_latin=seen.family_latin)
    return replace(seen, family_latin=f"{'Lok' if sex == MALE else 'Neak Srey'} {seen.family_latin}")


def seen_again(known: DemoWorker, rng: Random, documents: tuple[Document, ...]) -> DemoWorker:
    """Return the same person at another office with these documents; one in twelve names is spelt differently."""
    written = respelt(known.name, known.sex, rng) if rng.random() < 0.08 else known.name
    return DemoWorker(
        known.who,
        written,
        known.sex,
        known.birth,
        known.home_province,
        known.phone,
        documents,
        known.relatives,
    )


def born_for(rng: Random, year: int) -> int:
    """Return the birth year of a person of working age in that year, at least 18 on any day."""
    return year - working_age(rng)


def child_age(rng: Random, parent_age: int) -> int:
    """Return the age of a child on a lorry, from 1 to 17 and young enough for the parent."""
    return between(rng, 1, max(1, min(17, parent_age - 17)))
