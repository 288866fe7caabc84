"""The replayed history as a stream: always the same, as large as published, small in memory, in order."""

import tracemalloc
from collections import Counter, defaultdict
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from uuid import UUID

from domnaer.demo.history import CHANNELS, batches, history
from domnaer.demo.moments import LAST_MOMENT
from domnaer.demo.published import expected, last_day
from domnaer.demo.rows import (
    DepartureRow,
    DeportedReturnRow,
    EmploymentContractRow,
    MatchRow,
    NeedsRow,
    PlacementRow,
    ReturnRow,
    Row,
)

FIRST_ROWS = "1f506ca71dbd81846c3749ff8ef4f59c971c1a4f91d8227a50267a823887957b"
WHOLE_AT_A_THOUSANDTH = "ca7dd708fd73dcb18b0374d668ceae755c0a4a5e006478e2c9ca9307e35323b7"


def digest(rows: list[Row]) -> str:
    return sha256("\n".join(map(repr, rows)).encode()).hexdigest()


def references(row: Row) -> list[UUID]:
    names = [name for name in row.__dataclass_fields__ if name.endswith("_id") and name not in OF_A_GROUP]
    return [value for name in names if (value := getattr(row, name)) is not None]


OF_A_GROUP = {"vehicle_id", "family_id"}


def test_the_same_history_comes_out_on_every_machine() -> None:
    assert digest(list(islice(history(20), 5_000))) == FIRST_ROWS
    assert digest(list(history(1_000))) == WHOLE_AT_A_THOUSANDTH


def test_two_replays_at_once_do_not_disturb_each_other() -> None:
    one, other = history(1_000), history(1_000)
    assert all(a == b for a, b in zip(one, other, strict=True))


def test_contracts_and_departures_equal_the_scaled_published_cells(replayed: list[Row]) -> None:
    wanted = {(e.destination, e.year, e.sex): e.to_load for e in expected(20) if e.to_load}
    left = [row for row in replayed if isinstance(row, DepartureRow)]
    assert Counter((row.destination, row.occurred_at.year, row.person.sex) for row in left) == wanted
    year_of = {row.contract_id: row.occurred_at.year for row in left}
    signed = [row for row in replayed if isinstance(row, EmploymentContractRow)]
    assert Counter((row.destination, year_of[row.id], row.person.sex) for row in signed) == wanted


def test_memory_does_not_grow_with_the_history() -> None:
    def peak(scale: int) -> int:
        tracemalloc.start()
        for _ in batches(scale, size=100):
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(1_000)  # the tables that are kept once
    assert peak(40) < peak(1_000) + 2_000_000


def test_every_row_has_a_unique_id_with_its_time(replayed: list[Row]) -> None:
    assert len({row.id for row in replayed}) == len(replayed)
    for row in replayed:
        assert row.id.version == 7
        assert row.id.int >> 80 == int(row.occurred_at.timestamp() * 1000)


def test_rows_are_written_down_after_they_occur_and_before_the_replay_ends(replayed: list[Row]) -> None:
    for row in replayed:
        assert row.occurred_at.utcoffset() == row.recorded_at.utcoffset() == timedelta(hours=7)
        assert row.occurred_at <= row.recorded_at <= LAST_MOMENT
    late = [row for row in replayed if row.recorded_at - row.occurred_at > timedelta(days=1)]
    assert 0.02 < len(late) / len(replayed) < 0.1
    assert max(row.occurred_at for row in replayed).date() <= last_day()


def test_a_batch_is_of_one_channel_and_refers_only_to_rows_already_sent(replayed: list[Row]) -> None:
    sent: set[UUID] = set()
    count = 0
    for batch in batches(20, size=300):
        assert 0 < len(batch.rows) <= 300
        assert {CHANNELS[type(row)] for row in batch.rows} == {batch.channel}
        for row in batch.rows:
            assert sent.issuperset(references(row))
        sent.update(row.id for row in batch.rows)
        count += len(batch.rows)
    assert count == len(replayed)
    assert sent == {row.id for row in replayed}


def test_nobody_departs_before_birth_or_under_age_or_returns_before_departing(replayed: list[Row]) -> None:
    left: dict[int, DepartureRow] = {}
    for row in replayed:
        if isinstance(row, DepartureRow):
            left[row.person.who] = row
            assert row.occurred_at.year - row.person.birth.on.year >= 18
    back = [row for row in replayed if isinstance(row, ReturnRow | DeportedReturnRow)]
    for row in back:
        assert row.person.birth.on < row.occurred_at.date()
        if row.person.who in left:
            assert row.occurred_at > left[row.person.who].occurred_at
    regular = [row for row in back if row.person.who in left]
    assert len({row.person.who for row in regular}) == len(regular)


def test_a_person_is_the_same_person_in_all_records(replayed: list[Row]) -> None:
    seen: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    numbers: dict[tuple[str, str | None, str], set[int]] = defaultdict(set)
    for row in replayed:
        if person := getattr(row, "person", None):
            seen[person.who].add((person.name.khmer, person.sex, person.birth, person.home_province))
            for paper in person.documents:
                numbers[paper.kind, paper.issued_by, paper.number].add(person.who)
    assert all(len(truths) == 1 for truths in seen.values())
    assert all(len(holders) == 1 for holders in numbers.values())


def test_needs_are_those_of_the_survey_and_openings_are_never_exceeded(replayed: list[Row]) -> None:
    needs = [row.needs for row in replayed if isinstance(row, NeedsRow)]
    assert abs(sum("finding_a_job" in n for n in needs) / len(needs) - 0.784) < 0.03
    assert abs(sum("vocational_training" in n for n in needs) / len(needs) - 0.603) < 0.04
    accepted = Counter(
        row.vacancy_id for row in replayed if isinstance(row, MatchRow) and row.answer == "accepted"
    )
    openings = {row.id: row.openings for row in replayed if hasattr(row, "openings")}
    assert all(count <= openings[vacancy] for vacancy, count in accepted.items())
    assert {row.answer for row in replayed if isinstance(row, MatchRow)} == {"accepted", "declined", None}


def test_a_placement_follows_an_accepted_match_and_a_return(replayed: list[Row]) -> None:
    rows = {row.id: row for row in replayed}
    for row in replayed:
        if isinstance(row, PlacementRow):
            match, back = rows[row.match_id], rows[row.return_id]
            assert isinstance(match, MatchRow)
            assert match.answer == "accepted"
            assert match.answered_at is not None
            assert back.occurred_at < match.occurred_at < match.answered_at < row.occurred_at
