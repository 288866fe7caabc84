"""Distributes people over lorries: even loads, with families among the passengers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from domnaer.demo import people
from domnaer.demo.moments import between, id_at
from domnaer.demo.people import DemoWorker, Document, Relative
from domnaer.demo.published import FEMALE, MALE, Sex
from domnaer.demo.rows import Companion, FamilyRole, Role

SHARE_ALONE = 0.02
"""Share of children from 12 years on who travel without an adult and are screened as unaccompanied."""
SMALL = 3
"""Years of age up to which a child keeps a parent from work."""
Papers = Callable[[Random, int], tuple[Document, ...]]


@dataclass(frozen=True, slots=True)
class Load:
    """Numbers of men, women, boys and girls."""

    men: int
    women: int
    boys: int
    girls: int

    @property
    def persons(self) -> int:
        """The number of all persons."""
        return self.men + self.women + self.boys + self.girls


@dataclass(frozen=True, slots=True)
class Passenger:
    """A passenger of a lorry, with the family if there is one; the head of the family comes before the others."""

    person: DemoWorker
    family_id: UUID | None = None
    family_role: FamilyRole | None = None
    role: Role = "worker"
    accompanied_by: Companion | None = None


class Heads:
    """The crossings of the heads of families on a lorry, which the crossings of their children name."""

    def __init__(self) -> None:
        self._crossings: dict[UUID, UUID] = {}

    def of(self, passenger: Passenger, crossing: UUID) -> UUID | None:
        """Return the crossing of the parent who answers for a child; keep that of a head of a family."""
        if passenger.family_id is None:
            return None
        head = self._crossings.setdefault(passenger.family_id, crossing)
        return head if passenger.role == "child" else None


def even_loads(whole: Load, lorries: int) -> Iterator[Load]:
    """Yield the loads of this number of lorries; they are as equal as possible and add up to the whole."""

    def part(count: int, number: int, offset: int) -> int:
        return ((number + 1) * count + offset) // lorries - (number * count + offset) // lorries

    quarter = lorries // 4
    for number in range(lorries):
        yield Load(
            part(whole.men, number, 0),
            part(whole.women, number, 2 * quarter),
            part(whole.boys, number, quarter),
            part(whole.girls, number, 3 * quarter),
        )


class Serials:
    """Generates serial numbers."""

    def __init__(self, after: int) -> None:
        self.last = after

    def next(self) -> int:
        """Return the next number."""
        self.last += 1
        return self.last


def fill(
    load: Load,
    at: datetime,
    rng: Random,
    serials: Serials,
    papers: Papers,
    seated: Callable[[DemoWorker], DemoWorker | None],
) -> Iterator[Passenger]:
    """Yield the passengers of a lorry: first families with children, then couples and single people.

    `seated` returns the person for the seat of a single newcomer: the newcomer, a person known before, or None. The
    newcomer is always generated, so that the other passengers stay the same.
    """
    places = {MALE: load.men, FEMALE: load.women}
    children: list[Sex] = [MALE] * load.boys
    for _ in range(load.girls):
        children.insert(int(rng.random() * (len(children) + 1)), FEMALE)
    while children:
        group = min(len(children), 1 + int(rng.random() * 2.4))
        parents = () if rng.random() < SHARE_ALONE else _parents(places, rng)
        if parents:
            yield from _family(parents, children[:group], at, rng, serials, papers)
        else:
            for sex in children[:group]:
                born = at.year - between(rng, 12, 17)
                child = _somebody(rng, serials, sex, born, lambda _r, _w: ())
                yield Passenger(child, role="child", accompanied_by="nobody")
        del children[:group]
    while places[MALE] and places[FEMALE] and rng.random() < 0.85:
        places[MALE] -= 1
        places[FEMALE] -= 1
        yield from _family((MALE, FEMALE), [], at, rng, serials, papers)
    for sex in (MALE, FEMALE):
        for _ in range(places[sex]):
            person = seated(_somebody(rng, serials, sex, people.born_for(rng, at.year), papers))
            if person is not None:
                yield Passenger(person)


def _parents(places: dict[Sex, int], rng: Random) -> tuple[Sex, ...]:
    luck = rng.random()
    wanted: tuple[Sex, ...] = (MALE, FEMALE) if luck < 0.7 else (FEMALE,) if luck < 0.92 else (MALE,)
    present = tuple(sex for sex in wanted if places[sex]) or tuple(s for s in (FEMALE, MALE) if places[s])[:1]
    for sex in present:
        places[sex] -= 1
    return present


def _somebody(
    rng: Random, serials: Serials, sex: Sex, born: int, papers: Papers, father: people.Name | None = None
) -> DemoWorker:
    who = serials.next()
    return people.person(rng, who, sex, born, papers(rng, who), phones=0.25, father=father)


def _family(
    parents: tuple[Sex, ...],
    children: list[Sex],
    at: datetime,
    rng: Random,
    serials: Serials,
    papers: Papers,
) -> Iterator[Passenger]:
    age = 22 + int(rng.random() * 20)
    grown = [_somebody(rng, serials, sex, at.year - age - (n == 0), papers) for n, sex in enumerate(parents)]
    father = grown[0].name if parents[0] == MALE else None
    small = [
        _somebody(rng, serials, sex, at.year - people.child_age(rng, age), lambda _r, _w: (), father)
        for sex in children
    ]
    family_id = id_at(at, rng)
    with_a_small_child = any(at.year - each.birth.on.year <= SMALL for each in small)
    for number, person in enumerate(grown):
        relatives = [Relative("spouse", p.name, p.who) for p in grown if p is not person]
        relatives += [Relative("child", p.name, p.who) for p in small]
        if number == 0:
            yield Passenger(_with(person, relatives, grown[0]), family_id, "head")
        else:
            # One of two parents did not work while a child was small.
            role: Role = "dependant" if with_a_small_child else "worker"
            yield Passenger(_with(person, relatives, grown[0]), family_id, "spouse", role)
    for person in small:
        relatives = [Relative("father" if p.sex == MALE else "mother", p.name, p.who) for p in grown]
        relatives += [Relative("sibling", p.name, p.who) for p in small if p is not person]
        parent: Companion = "father" if grown[0].sex == MALE else "mother"
        yield Passenger(_with(person, relatives, grown[0]), family_id, "child", "child", parent)


def _with(person: DemoWorker, relatives: list[Relative], head: DemoWorker) -> DemoWorker:
    """Return the person with relatives and the home of the head of the family, unless a border pass names another home."""
    home = person.home_province if person.documents else head.home_province
    return DemoWorker(
        person.who,
        person.name,
        person.sex,
        person.birth,
        home,
        person.phone if person.birth.on.year <= head.birth.on.year + 12 else None,
        person.documents,
        tuple(relatives),
    )
