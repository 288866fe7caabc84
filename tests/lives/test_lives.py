"""Lives are played in a running instance, in the order given and in reverse, and read as an experienced person expects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import installation_settings
from tests.lives.installation import Installation, caller_named, open_installation
from tests.lives.lives import Life, read_lives
from tests.lives.notation import NotUnderstood, parse_line
from tests.lives.player import Order, Unmet, play_lives
from tests.servers import run_servers
from tests.system.running_system import run_system

_HERE = Path(__file__).parent
LIVES = [life for name in ("cases", "more") for life in read_lives(_HERE / f"{name}.yaml")]
NOT_YET: frozenset[str] = frozenset()
"""Lives whose expectations the services do not meet yet; they are not played here."""
PLAYED = [life for life in LIVES if life.id not in NOT_YET]

pytestmark = pytest.mark.timeout(600)  # the first test starts the servers and plays all lives


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """A running instance with servers of its own, since figures are counted."""
    async with run_servers(tmp_path_factory.mktemp("lives")) as servers:
        settings = installation_settings(servers, tmp_path_factory.mktemp("lives_keys"))
        assert settings.jwks is not None
        with run_system(settings) as system:
            async with open_installation(settings, system.url, settings.jwks.parent) as opened:
                yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def unmet(installation: Installation) -> list[Unmet]:
    """All expectations that are not met."""
    return [each async for each in play_lives(installation, PLAYED)]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("life", PLAYED, ids=lambda life: life.id)
async def test_a_life_is_read_as_it_should_be(life: Life, order: Order, unmet: list[Unmet]) -> None:
    found = [each for each in unmet if (each.life, each.order) == (life.id, order) and not each.welcome]
    assert [str(each) for each in found] == []


async def test_a_false_expectation_of_every_kind_is_reported(installation: Installation) -> None:
    lines = (
        "2013-03-01 contract c1 A THA 2013-04-01..2015-03-31",
        "2013-04-02 depart A KH-POI THA docs=passport",
        "2013-11-01 case k1 A mission=BKK category=wages",
        "2014-05-20 depart B KH-POI THA docs=passport",
        "2014-06-12 return B KH-POI THA reason=mass_return docs=passport",
        "2014-06-13 apply s1 B occ=7112",
    )
    false = (
        {"read": "A", "at": "2013-05-01", "W": {"place": "home"}},
        {"figures": {"THA 2013": 7}},
        {"together": [2, 4]},
        {"apart": [1, 2]},
        {"proposed": [1, 2]},
        {"one_of": [{"apart": [1, 2]}, {"together": [2, 4]}]},
        {"refused_or_flagged": "line 6"},
        {"reads": {"attache-seoul": True}},
        {"record": "k1", "words": ["wages"], "sees": {"attache-bangkok": {"words": False}}},
        {"application": "s1", "worked": [["2013-04-02", "2013-04-20"]]},
        {"counselled": "line 5", "worked": [["2013-04-02", "2013-04-20"]]},
        {"terms": "c1", "occupation": "7112"},
    )
    for expected in false:
        life = Life(
            "false", "", tuple(parse_line(n, text) for n, text in enumerate(lines, 1)), (expected,), {}, None
        )
        found = [each async for each in play_lives(installation, [life], [Order.GIVEN])]
        assert len(found) == 1, expected
        assert not found[0].text.startswith("not played"), found


async def test_a_life_that_is_not_in_the_notation_is_reported_and_the_others_are_played(
    installation: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "lives.yaml"
    file.write_text(
        "cases: [{id: a, lines: [2013-04-02 leap A]}, {id: b, lines: [2013-04-02 depart A KH-POI THA docs=passport],"
        " expect: [{read: A, at: 2013-05-01, W: {place: home}}]}]"
    )
    found = [each async for each in play_lives(installation, read_lives(file), [Order.REVERSE])]
    assert [(each.life, each.text.split(":")[0]) for each in found] == [
        ("a", "not played"),
        ("b", "read A at 2013-05-01"),
    ]


async def test_an_unknown_expectation_and_a_refused_line_are_reported(installation: Installation) -> None:
    lines = (parse_line(1, "2013-04-02 depart A KH-POI XXX docs=passport"),)
    life = Life("refused", "", lines, ({"guess": "A"},), {}, None)
    found = [each.text async for each in play_lives(installation, [life], [Order.GIVEN])]
    assert [text.split(":")[0] for text in found] == ["line 1 was refused", "not played"]


def test_callers_are_people_of_the_demo_or_like_them() -> None:
    assert caller_named("officer").office == "KH-POI"
    assert caller_named("officer-daung").reach.posts == {"KH-DNG"}
    assert caller_named("attache-tokyo").reach.countries == {"JPN"}
    assert caller_named("counsellor-pursat").reach.provinces == {"15"}
    assert caller_named("national reader").reach.national
    with pytest.raises(NotUnderstood, match="somebody"):
        caller_named("somebody")


def test_lives_that_are_not_met_yet_are_lives() -> None:
    assert {life.id for life in LIVES} >= NOT_YET
