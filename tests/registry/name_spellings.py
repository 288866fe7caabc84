"""Spellings under which a recorded name should be found, of each kind in DOMAIN.md, section 4; and the share that is found.

``python -m tests.registry.name_spellings`` prints the shares by kind, the number of keys of a person and the different names
that have a key in common.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from rich.console import Console
from rich.table import Table

from services.registry.identity.names import keys_of, search_keys

_FAMILY = (
    "SOK CHAN CHEA KEO KIM HENG LY MEAS NGUON PICH PEN PHAN ROS SENG SIM SOM SVAY TEP TOUCH UK UNG VONG YIM CHHIM CHHAY"
    " CHHOEUN KHIEV KHUN LENG LONG MAO MOEUNG NHEM NOP OUK PROM SAO SOEUN THACH YOEUN HUOT KONG MEACH NEANG SORN"
)
_GIVEN = (
    "Chanthy Dara Dana Bopha Borey Chanda Chantrea Kunthea Kosal Makara Malis Mony Nary Nimol Phalla Phirun Pheakdey"
    " Pisey Ratana Rithy Samnang Sambath Sarath Serey Sokha Sokunthea Sophal Sopheap Sophea Sopheak Sothea Sothy Sreymom"
    " Thida Vanna Vannak Veasna Vichea Vicheka Visal Vuthy Chhoeurn Chenda Kolab Oeun Thavy Touch Vibol Phoeun Kimheng"
)
FAMILY, GIVEN = _FAMILY.split(), _GIVEN.split()
KHMER = (
    *("សុខ ចន្ធី", "ចាន់ ដារ៉ា", "កែវ ស្រីមុំ", "មាស សុភ័ក្ត្រ", "ហេង វុទ្ធី", "គឹម ស៊ីនួន", "ប៊ុន រ៉ានី", "ឈឹម សិទ្ធិ"),
    *("លី សុខា", "ញ៉ែម ម៉ាលីស", "ទេព បូផា", "អ៊ុង ស្រីពៅ", "ឯក វិចិត្រា", "ឧក ឥន្ទ្រា", "ពេជ្រ ច័ន្ទធីតា", "សៀង ក្រឹស្នា"),
    *("ខៀវ កញ្ញា", "ឡុង សុភាព", "យឹម ស្រស់", "ផាន់ រស្មី", "អ៊ុក សំណាង", "ឈួន ប៉េងហួរ", "សោម កុសុម", "ជា ព្រហ្ម"),
    *("ស៊ឹម ប៊ុនធឿន", "ស្វាយ ដាវី", "ម៉ៅ សំអាត", "សែម ប៉ូលីន", "ទូច សៅរ៍", "នាង ល័ក្ខិណា", "កុង ប្រុស", "រស់ ឱភាស"),
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text typed into a search, and a record of the person that it should find."""

    typed: str
    khmer: str | None = None
    latin: str | None = None
    phone: str | None = None


_ROMANISED = {
    "ch, chh": (("ch(?!h)", "chh"), ("chh", "ch")),
    "k, kh": (("k(?!h)", "kh"), ("kh", "k")),
    "p, ph": (("p(?!h)", "ph"), ("ph", "p")),
    "t, th": (("t(?!h)", "th"), ("th", "t")),
    "v, w": (("v", "w"), ("w", "v")),
    "i, y": (("i(?![ae])", "y"), ("(?<![ae])y$", "i")),
    "ea, ia": (("ea", "ia"), ("ia", "ea")),
    "eo, ev": (("eo$", "ev"), ("eo$", "eov"), ("ev$", "eo")),
    "ou, u": (("(?<![aeo])u(?![aeo])", "ou"), ("ou(?!n)", "u"), ("uo", "u")),
    "oe, eu, oeu": (("oeu", "oe"), ("oeu", "eu"), ("eu", "oeu")),
    "doubled n": (("(?<=[aeiou])n(?=[aeiouy])", "nn"), ("nn", "n")),
    "final h, r, s": (
        ("(?<=[aeioukt])$", "h"),
        ("(?<=[aeo])$", "s"),
        ("(?<=[aeo])n$", "rn"),
        ("h$|s$", ""),
        ("rn$", "n"),
    ),
}


def _romanised(word: str, kind: str) -> Iterator[str]:
    for pattern, other in _ROMANISED[kind]:
        for found in re.finditer(pattern, word.lower()):
            yield word[: found.start()] + other + word[found.end() :]


def _names() -> list[tuple[str, str]]:
    return [
        (family, GIVEN[(7 * nth + 5 * more) % len(GIVEN)])
        for nth, family in enumerate(FAMILY)
        for more in range(3)
    ]


def romanisations(kind: str) -> Iterator[Spelling]:
    """Yield names with one word in another romanisation of one kind, and the other way round."""
    for family, given in _names():
        for other in _romanised(family, kind):
            yield Spelling(f"{other} {given}", latin=f"{family} {given}")
            yield Spelling(f"{family} {given}", latin=f"{other} {given}")
        for other in _romanised(given, kind):
            yield Spelling(f"{family} {other}", latin=f"{family} {given}")
            yield Spelling(f"{family}{other}", latin=f"{family} {given}")


def two_romanisations() -> Iterator[Spelling]:
    """Yield names with both words in another romanisation."""
    for family, given in _names():
        firsts = [other for kind in _ROMANISED for other in _romanised(family, kind)]
        seconds = [other for kind in _ROMANISED for other in _romanised(given, kind)]
        for first, second in zip(firsts, seconds, strict=False):
            yield Spelling(f"{first} {second}", latin=f"{family} {given}")
            yield Spelling(f"{second}{first}", latin=f"{family} {given}")


def orders() -> Iterator[Spelling]:
    """Yield names with the columns of family and given name exchanged, without spaces, or with signs between."""
    for family, given in _names():
        for typed in (
            f"{given} {family}",
            f"{given.upper()}, {family}",
            f"{family}-{given}",
            f"{given}{family}",
        ):
            yield Spelling(typed, latin=f"{family} {given}")
            yield Spelling(f"{family} {given}", latin=typed)
    for name in KHMER:
        family, given = name.split()
        for typed in (f"{given} {family}", family + given, given + family):
            yield Spelling(typed, khmer=name)
            yield Spelling(name, khmer=typed)


def given_names_of_two_words() -> Iterator[Spelling]:
    """Yield names of three words, of which two are the given name, in other orders and with fewer spaces."""
    for family in FAMILY:
        for one, two in (("Chan", "Thy"), ("Sokha", "Mony"), ("Kim", "Heng"), ("Vanna", "Roth")):
            name = f"{family} {one} {two}"
            for typed in (
                *(f"{one} {two} {family}", f"{one}{two}{family}", f"{family}{one}{two}"),
                *(f"{family} {one}{two}", f"{one}{two} {family}", f"{one}{two}"),
            ):
                yield Spelling(typed, latin=name)
                if typed != f"{one}{two}":
                    yield Spelling(name, latin=typed)


def titles() -> Iterator[Spelling]:
    """Yield names with a title before them, typed or recorded."""
    for nth, (family, given) in enumerate(_names()):
        title = ("Lok", "Neak Srey", "Mr.", "lok srey", "Mrs", "Miss", "Neak")[nth % 7]
        yield Spelling(f"{title} {family} {given}", latin=f"{family} {given}")
        yield Spelling(f"{family} {given}", latin=f"{title} {family} {given}")
    for nth, name in enumerate(KHMER):
        title = ("លោក", "លោកស្រី", "អ្នក", "អ្នកស្រី")[nth % 4]
        for between in ("", " "):
            yield Spelling(title + between + name, khmer=name)
            yield Spelling(name, khmer=title + between + name)


def names_like_titles() -> Iterator[Spelling]:
    """Yield people whose given name or family name is a word that is also a title."""
    for family in FAMILY:
        for given in ("Srey", "Neak", "Lok"):
            yield Spelling(given, latin=f"{family} {given}")
            yield Spelling(f"{given} {family}", latin=f"{family} {given}")
            yield Spelling(f"{family}{given}", latin=f"{family} {given}")
    for name in KHMER:
        for given in ("ស្រី", "អ្នក"):
            family = name.split()[0]
            yield Spelling(given, khmer=f"{family} {given}")
            yield Spelling(f"{given} {family}", khmer=f"{family} {given}")


def machine_readable() -> Iterator[Spelling]:
    """Yield the name in machine-readable lines of passports and cards, typed or recorded."""
    for family, given in _names():
        name = f"{family}<<{given.upper()}"
        for typed in (
            name + "<<<",
            name,
            f"P<KHM{name}".ljust(44, "<"),
            name.ljust(30, "<"),
            f"PNKHM{name}".ljust(44, "<"),
        ):
            yield Spelling(typed, latin=f"{family} {given}")
            yield Spelling(f"{family} {given}", latin=typed)


def with_years() -> Iterator[Spelling]:
    """Yield names with a year or a day of birth behind or before them."""
    for family, given in _names():
        for typed in (
            f"{family} {given} 1990",
            f"1990 {family} {given}",
            f"{family} {given} (1990)",
            f"{given} 03/04/1990",
        ):
            yield Spelling(typed, latin=f"{family} {given}")
    for name in KHMER:
        yield Spelling(f"{name} ១៩៩០", khmer=name)
        yield Spelling(f"{name} 1990-04-03", khmer=name)


def thai() -> Iterator[Spelling]:
    """Yield names in Thai script as a Thai office writes them, with other tone marks, joiners and titles."""
    for name in (
        "สุข จันทรา",
        "แก้ว บุปผา",
        "เจีย สุภาพ",
        "กิม สีนวล",
        "ทองคำ วันนา",
        "เฮง รัตนา",
        "มาส สุคนธ์",
        "โสม นารี",
    ):
        family, given = name.split()
        bare = re.sub("[\u0e47-\u0e4c]", "", name)
        for typed in (
            name,
            f"{given} {family}",
            family + given,
            given,
            bare,
            f"นาย {name}",
            f"นางสาว{name}",
            name.replace("ำ", "ํา"),
        ):
            yield Spelling(typed, latin=name)
            yield Spelling(name, latin=typed) if typed != given else Spelling(typed, khmer=name)


def typed_otherwise(kind: str) -> Iterator[Spelling]:
    """Yield names in Khmer script with marks typed in another order or with other characters."""
    for name in KHMER:
        for typed in dict.fromkeys(_RETYPED[kind](name)):
            if typed != name:
                yield Spelling(typed, khmer=name)
                yield Spelling(name, khmer=typed)
                yield Spelling(typed.split()[-1], khmer=name)


def _each(pattern: str, other: str) -> Callable[[str], Iterator[str]]:
    """Return a function that replaces one occurrence of a pattern at a time, and all of them."""

    def replaced(name: str) -> Iterator[str]:
        for found in re.finditer(pattern, name):
            yield name[: found.start()] + found.expand(other) + name[found.end() :]
        yield re.sub(pattern, other, name)

    return replaced


def _several(*ways: Callable[[str], Iterator[str]]) -> Callable[[str], Iterator[str]]:
    return lambda name: (typed for way in ways for typed in way(name))


_MARKS = "[\u17b6-\u17d1]"
_RETYPED: dict[str, Callable[[str], Iterator[str]]] = {
    "vowel before subscript": _each("((?:\u17d2.)+)(" + _MARKS + ")", r"\2\1"),
    "vowel before sign": _each("([\u17c9\u17ca])(" + _MARKS + ")", r"\2\1"),
    "sign before vowel": _each("([\u17b6-\u17c5])([\u17c6-\u17d1])", r"\2\1"),
    "order of subscripts": _each("(\u17d2[^រ])(\u17d2រ)", r"\2\1"),
    "subscript ta, da": _several(_each("\u17d2ត", "\u17d2ដ"), _each("\u17d2ដ", "\u17d2ត")),
    "joiners and zero-width spaces": _several(
        _each("(?<=.)(?=[ក-អ])(?<!\u17d2)", "\u200b"),
        _each("(?<=.)(?=" + _MARKS + ")", "\u200c"),
        _each("(?<=\u17d2)", "\u200d"),
        _each(" ", "\u200b"),
    ),
    "independent vowels": _several(
        _each("ឧ", "អុ"), _each("ឥ", "អិ"), _each("ឯ", "អែ"), _each("ឱ", "ឲ"), _each("ឱ", "អោ"), _each("អុ", "ឧ")
    ),
    "doubled marks": _several(_each("(" + _MARKS + ")", r"\1\1"), _each("\u17d2", "\u17d2\u17d2")),
    "vowels of two parts": _several(_each("ោ", "េា"), _each("ើ", "េី"), _each("ៅ", "េៅ")),
    "vowel before its consonant": _each("(^|(?<= ))([ក-អ](?:\u17d2.)*)([\u17c1-\u17c3])", r"\3\2"),
    "u for a shifter": _each("[\u17c9\u17ca](?=[\u17b7-\u17ba\u17be])", "\u17bb"),
}


def phones() -> Iterator[Spelling]:
    """Yield phone numbers in other ways of writing."""
    for nth in range(40):
        local = f"{10 + nth} {345 + nth} {678 + nth}"
        ways = (
            f"0{local}",
            f"+855 (0){local}",
            f"(0){local}",
            f"+855 0{local}",
            f"00855 {local}",
            f"855-{local}",
        )
        for one, other in combinations(ways, 2):
            yield Spelling(one, phone=other)
        thai = f"8{nth % 10}-{234 + nth}-{5678 + nth}"
        yield Spelling(f"+66 (0){thai}", phone=f"+66 {thai}")
        yield Spelling(f"+66 0{thai}", phone=f"0066{thai}")


def spellings() -> dict[str, list[Spelling]]:
    """Return all spellings by kind."""
    return {
        **{f"romanisation: {kind}": list(romanisations(kind)) for kind in _ROMANISED},
        "romanisation: two at once": list(two_romanisations()),
        "order and spaces": list(orders()),
        "given names of two words": list(given_names_of_two_words()),
        "titles": list(titles()),
        "names that are titles too": list(names_like_titles()),
        "machine-readable lines": list(machine_readable()),
        "with a year or day of birth": list(with_years()),
        "Thai script": list(thai()),
        **{f"Khmer: {kind}": list(typed_otherwise(kind)) for kind in _RETYPED},
        "phone numbers": list(phones()),
    }


def finds(spelling: Spelling) -> bool:
    """Return whether what is typed finds the record."""
    keys = set(keys_of(spelling.khmer, spelling.latin, spelling.phone))
    asked = [keys_of(None, None, spelling.typed)] if spelling.phone else search_keys(spelling.typed)
    return bool(asked) and all(not keys.isdisjoint(alternatives) for alternatives in asked)


def shares() -> dict[str, tuple[int, int]]:
    """Return by kind how many spellings find their record, and how many there are."""
    return {kind: (sum(map(finds, each)), len(each)) for kind, each in spellings().items()}


def keys_per_person() -> list[int]:
    """Return the numbers of keys of people with their name in both scripts and a phone number, sorted."""
    latin = [f"{family} {given}" for family, given in _names()]
    people = [(KHMER[nth % len(KHMER)], each, f"012 {nth:06}") for nth, each in enumerate(latin)]
    return sorted(len(keys_of(*person)) for person in people)


def alike() -> list[tuple[str, str]]:
    """Return the pairs of different words of names that find each other."""
    found = defaultdict(list)
    for word in sorted({*FAMILY, *(given.upper() for given in GIVEN)}):
        for key in keys_of(None, word, None):
            found[key].append(word)
    return sorted({pair for words in found.values() for pair in combinations(words, 2)})


def main() -> None:
    """Print the table."""
    table = Table("kind", "spellings", "found", "share")
    counted = shares()
    counted["all"] = (sum(hits for hits, _ in counted.values()), sum(total for _, total in counted.values()))
    for kind, (hits, total) in counted.items():
        table.add_row(kind, f"{total:,}", f"{hits:,}", f"{hits / total:.2%}")
    console, keys = Console(width=100), keys_per_person()
    console.print(table)
    console.print(f"keys of a person: median {statistics.median(keys):.0f}, at most {keys[-1]}")
    console.print(
        "different words that find each other:", ", ".join("/".join(pair) for pair in alike()) or "none"
    )


if __name__ == "__main__":
    main()
