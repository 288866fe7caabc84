"""Reference data: every kind of fault is found with its remedy, and rules look up what holds on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contracts.codes.crossings import Channel
from contracts.codes.documents import DocumentKind
from contracts.codes.places import CHECKPOINTS
from contracts.reference.current import ReferenceData, read_reference_data
from contracts.reference.reading import ReferenceDataInvalid
from contracts.reference.row import what_is_right
from contracts.reference.tables import TABLES

DAY = date(2020, 6, 1)
RELEASE = read_reference_data()
HEADS = {name: RELEASE.texts[name].partition("\n")[0] for name in TABLES}
CORRIDOR = "60,30,365,18,12,a letter"


def with_rows(**rows: str) -> ReferenceData:
    """Return the release's tables with other rows in some of them."""
    return ReferenceData(RELEASE.texts | {name: f"{HEADS[name]}\n{text}\n" for name, text in rows.items()})


def faults(**rows: str) -> list[str]:
    """Return the faults of tables with these rows."""
    with pytest.raises(ReferenceDataInvalid) as invalid:
        with_rows(**rows)
    return str(invalid.value).splitlines()


def test_the_tables_of_the_release_have_no_faults_and_every_checkpoint_has_a_position() -> None:
    assert {str(row.key[0]) for row in RELEASE.rows("posts")} == set(CHECKPOINTS)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            {"corridors": f"*,1990-01-01,,-5,30,365,18,12,a letter\nTHA,1990-01-01,,{CORRIDOR}"},
            "corridors.csv, line 2, leave_days: '-5' is not valid; give a whole number of days from 0 to 730",
        ),
        (
            {"corridors": "*,1990-01-01,,60.5,30,365,18,12,a letter"},
            "corridors.csv, line 2, leave_days: '60.5' is not valid; give a whole number of days from 0 to 730",
        ),
        (
            {"corridors": "*,1990-01-01,,60,30,365,180,12,a letter"},
            "corridors.csv, line 2, minimum_age: '180' is not valid; give a whole number of years from 12 to 45",
        ),
        (
            {"corridors": f"*,1990-01-01,,{CORRIDOR}\n\nKHM,1990-01-01,,{CORRIDOR}"},
            "corridors.csv, line 4, country: 'KHM' is not valid; give an ISO 3166-1 alpha-3 code of a country"
            " other than Cambodia, such as THA, or *",
        ),
        (
            {"corridors": f"*,01/01/1990,,{CORRIDOR}"},
            "corridors.csv, line 2, valid_from: '01/01/1990' is not valid; give a day as YYYY-MM-DD in the years"
            " 1950 to 2100, such as 2026-11-29",
        ),
        (
            {"corridors": f"*,2557-01-01,,{CORRIDOR}"},
            "corridors.csv, line 2, valid_from: '2557-01-01' is not valid; give a day as YYYY-MM-DD in the years"
            " 1950 to 2100, such as 2026-11-29",
        ),
        (
            {"corridors": "*,1990-01-01,,60,30,365,18,12, "},
            "corridors.csv, line 2, source: '' is not valid; give where the row comes from",
        ),
        (
            {"corridors": f"*,1990-01-01,,{CORRIDOR}\nTHA,2020-01-01,2019-12-31,{CORRIDOR}"},
            "corridors.csv, line 3, valid_to: '2019-12-31' is not valid; give a day that is not before valid_from,"
            " 2020-01-01",
        ),
        (
            {"corridors": f"*,1990-01-01,,{CORRIDOR}, of 2 May"},
            "corridors.csv, line 2, cells: '10 cells' is not valid; give 9 cells; put a cell that contains a comma"
            " into double quotes",
        ),
        (
            {"corridors": '*,1990-01-01,,60,30,365,18,12,"a letter'},
            "corridors.csv, line 2, line: 'unexpected end of data' is not valid; close the double quotes, and save"
            " the file as comma-separated values",
        ),
        (
            {"corridors": f"THA,1990-01-01,,{CORRIDOR}"},
            "corridors.csv, line 1, rows: 'no row of *' is not valid; give a row of *: one must hold on every day",
        ),
        (
            {"corridors": f"*,1990-01-01,2000-12-31,{CORRIDOR}\n*,2001-02-01,,{CORRIDOR}"},
            "corridors.csv, line 3, valid_from: '2001-02-01' is not valid; give 2001-01-01: no row of * holds on the"
            " days before",
        ),
        (
            {"corridors": f"*,1990-01-01,2030-12-31,{CORRIDOR}"},
            "corridors.csv, line 2, valid_to: '2030-12-31' is not valid; leave it empty: a row of * must hold on"
            " every later day",
        ),
        (
            {
                "corridors": f"*,1990-01-01,,{CORRIDOR}\nTHA,1990-01-01,,{CORRIDOR}\nTHA,2020-01-01,,{CORRIDOR}"
            },
            "corridors.csv, line 4, valid_from: '2020-01-01' is not valid; end the row of THA from 1990-01-01 before"
            " this one begins: the two overlap",
        ),
        (
            {"accreditations": ""},
            "accreditations.csv, line 1, rows: 'no rows' is not valid; give at least one row",
        ),
        (
            {"accreditations": "LON,GBR,1990-01-01,,embassy"},
            "accreditations.csv, line 2, mission: 'LON' is not valid; give the code of a mission such as BKK",
        ),
        (
            {"channels": "eps,2007-01-01,,perhaps,a letter"},
            "channels.csv, line 2, contract_needed: 'perhaps' is not valid; give yes or no",
        ),
        (
            {"posts": "KH-POI,1990-01-01,,nan,102.551,a map"},
            "posts.csv, line 2, latitude: 'nan' is not valid; give degrees north from 9 to 15.5, as 13.661",
        ),
        (
            {"posts": "KH-POI,1990-01-01,,13.661,13.661,a map"},
            "posts.csv, line 2, longitude: '13.661' is not valid; give degrees east from 101 to 108.5, as 102.551",
        ),
        (
            {"travel": "neighbour_km,1990-01-01,,60,a map\ntravel_kmh,1990-01-01,,900,a map"},
            "travel.csv, line 3, amount: '900' is not valid; give a number from 5 to 150 for travel_kmh",
        ),
        (
            {"travel": "neighbour_km,1990-01-01,1989-12-31,60,a map\ntravel_kmh,1990-01-01,,60,a map"},
            "travel.csv, line 2, valid_to: '1989-12-31' is not valid; give a day that is not before valid_from,"
            " 1990-01-01",
        ),
        (
            {"standards": "7112,2010-01-01,2009-12-31,1,4,a standard"},
            "standards.csv, line 2, valid_to: '2009-12-31' is not valid; give a day that is not before valid_from,"
            " 2010-01-01",
        ),
        (
            {"travel": "neighbour_km,1990-01-01,,inf,a map"},
            "travel.csv, line 2, amount: 'inf' is not valid; give a number above 0",
        ),
        (
            {"travel": "neighbour_km,1990-01-01,,60,a map"},
            "travel.csv, line 1, rows: 'no row of travel_kmh' is not valid; give a row of travel_kmh: one must hold on"
            " every day",
        ),
        (
            {"regularising_documents": "border_pass,THA,1990-01-01,,0,a letter"},
            "regularising_documents.csv, line 2, days: '0' is not valid; give a whole number of days from 1 to 3660,"
            " or leave it empty",
        ),
        (
            {
                "regularising_documents": "work_permit,*,1990-01-01,1999-12-31,,x\nwork_permit,*,2001-01-01,,,x"
            },
            "regularising_documents.csv, line 3, valid_from: '2001-01-01' is not valid; give 2000-01-01: no row of"
            " work_permit, * holds on the days before",
        ),
        (
            {"standards": "7112,2010-01-01,,4,2,a standard"},
            "standards.csv, line 2, highest_level: '2' is not valid; give a level from 4, the lowest_level, to 8",
        ),
        (
            {"standards": "79999,2010-01-01,,1,4,a standard"},
            "standards.csv, line 2, occupation: '79999' is not valid; give an ISCO-08 code of one to four digits, or *",
        ),
    ],
)
def test_a_fault_is_named_by_file_line_field_value_and_remedy(rows: dict[str, str], fault: str) -> None:
    assert faults(**rows) == [fault]


def test_all_faults_of_all_files_are_listed_at_once() -> None:
    found = faults(
        corridors=f"*,1990-01-01,,{CORRIDOR}\nXXX,1990,,a,b,c,d,e,", standards="*,2010-01-01,,0,9,x"
    )
    assert [each.split(":")[0] for each in found] == [
        *(
            f"corridors.csv, line 3, {field}"
            for field in ("valid_from", "source", "country", "leave_days", "grace_days", "overdue_days")
        ),
        "corridors.csv, line 3, minimum_age",
        "corridors.csv, line 3, duplicate_hours",
        "standards.csv, line 2, lowest_level",
        "standards.csv, line 2, highest_level",
    ]


def test_a_folder_is_read_over_the_release_and_what_is_no_table_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "corridors.csv").write_text(
        f"\ufeff{HEADS['corridors']}\r\n*,1990-01-01,,{CORRIDOR.replace('60', '75')}\r\n", encoding="utf-8"
    )
    (tmp_path / "README.txt").write_text("not a table")
    read = read_reference_data(tmp_path)
    assert read.own == {"corridors"}
    assert read.corridor("THA", DAY).leave_days == 75
    assert read.rows("posts") == RELEASE.rows("posts")
    (tmp_path / "corridor.csv").write_text("")
    (tmp_path / "posts.csv").write_bytes(b"post\n\xff")
    (tmp_path / "travel.csv").write_text("name;amount")
    with pytest.raises(ReferenceDataInvalid) as invalid:
        read_reference_data(tmp_path)
    assert [(each.file, each.line, each.field) for each in invalid.value.faults] == [
        ("corridor.csv", 1, "name"),
        ("posts.csv", 2, "encoding"),
        ("travel.csv", 1, "columns"),
    ]


def test_without_a_folder_the_release_holds(tmp_path: Path) -> None:
    assert read_reference_data(tmp_path / "absent").digest == RELEASE.digest


def test_the_digest_changes_with_what_rows_say_and_not_with_sources_or_order() -> None:
    first, second = f"*,1990-01-01,,{CORRIDOR}", f"THA,1990-01-01,,{CORRIDOR}"
    before = with_rows(corridors=f"{first}\n{second}")
    assert with_rows(corridors=f"{second} of May\n\n{first}").digest == before.digest
    assert with_rows(corridors=f"{first}\n{second.replace('60', '61')}").digest != before.digest


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    data = with_rows(
        corridors=f"*,1990-01-01,,{CORRIDOR}\nTHA,2014-01-01,2014-12-31,{CORRIDOR.replace('60', '90')}"
    )
    days = [date(2013, 12, 31), date(2014, 1, 1), date(2014, 12, 31), date(2015, 1, 1)]
    assert [data.corridor("THA", day).leave_days for day in days] == [60, 90, 90, 60]
    assert data.corridor("MYS", days[1]).leave_days == data.corridor(None, days[1]).leave_days == 60
    early = with_rows(
        corridors=f"*,1990-01-01,1999-12-31,{CORRIDOR}\n*,2000-01-01,,{CORRIDOR.replace('60', '75')}"
    )
    assert early.corridor("THA", date(1950, 1, 1)).leave_days == 60, (
        "the first row holds before its first day"
    )


def test_channels_that_need_a_contract() -> None:
    needing = {channel for channel in Channel if RELEASE.needs_contract(channel, DAY)}
    assert needing == {Channel.MEMORANDUM_AGENCY, Channel.EPS, Channel.TRAINEE, Channel.DIRECT}
    assert RELEASE.needs_contract(Channel.EPS, date(1990, 1, 1))


def test_a_regularising_document_of_a_country_comes_before_that_of_every_country() -> None:
    data = with_rows(
        regularising_documents="work_permit,*,1990-01-01,,,x\nwork_permit,THA,2014-01-01,,30,x\npink_card,THA,2014-06-26,,,x"
    )
    permit, card = DocumentKind.WORK_PERMIT, DocumentKind.PINK_CARD
    found = [data.regularising(permit, country, DAY) for country in ("THA", "MYS", None)]
    assert [each and each.days for each in found] == [30, None, None] and all(found)
    assert data.regularising(card, "THA", date(2014, 6, 25)) is None
    assert data.regularising(card, "THA", date(2014, 6, 26)) is not None
    assert data.regularising(card, "MYS", DAY) is None


@pytest.mark.parametrize(
    ("post", "other", "kilometres"),
    [
        ("KH-POI", "KH-BVT", 487),
        ("KH-BVT", "KH-POI", 487),
        ("KH-POI", "KH-DNG", 67),
        ("KH-POI", "KH-STB", 10),
        ("KH-POI", "KH-POI", 0),
    ],
)
def test_distances_between_checkpoints(post: str, other: str, kilometres: int) -> None:
    assert RELEASE.kilometres(post, other, DAY) == pytest.approx(kilometres, abs=1)


def test_neighbours_are_near_and_a_checkpoint_without_a_position_has_none() -> None:
    assert RELEASE.neighbours("KH-POI", "KH-STB", DAY) and RELEASE.neighbours("KH-POI", "KH-POI", DAY)
    assert not RELEASE.neighbours("KH-POI", "KH-DNG", DAY)
    assert RELEASE.kilometres("KH-POI", "KH-REP", date(1960, 1, 1)) is None
    assert not RELEASE.neighbours("KH-POI", "KH-REP", date(1960, 1, 1))
    moved = (
        RELEASE.kilometres("KH-POI", "KH-REP", DAY),
        RELEASE.kilometres("KH-POI", "KH-REP", date(2024, 1, 1)),
    )
    assert moved[0] and moved[1] and moved[1] - moved[0] > 30, "the airport moved in 2023"


def test_missions_help_in_the_countries_that_they_are_accredited_to_on_a_day() -> None:
    assert RELEASE.accredited("BKK", DAY) == {"THA", "ZAF"}
    data = with_rows(accreditations="BKK,THA,1990-01-01,,embassy\nBKK,ZAF,1990-01-01,2019-12-31,a note")
    assert data.accredited("BKK", DAY) == {"THA"}
    assert data.accredited("KUL", DAY) == set()


def test_the_levels_of_an_occupation_are_those_of_the_longest_group_that_has_a_standard() -> None:
    data = with_rows(
        standards="*,2010-01-01,,1,4,x\n71,2012-01-01,,1,3,x\n8,2010-01-01,,3,3,x\n7112,2015-01-01,2018-12-31,2,5,x\n0110,2010-01-01,,8,8,x"
    )
    assert [list(data.levels("7112", date(year, 1, 1))) for year in (2009, 2011, 2013, 2016, 2019)] == [
        [],
        [1, 2, 3, 4],
        [1, 2, 3],
        [2, 3, 4, 5],
        [1, 2, 3],
    ]
    assert list(data.levels("7", DAY)) == [1, 2, 3, 4]
    assert list(data.levels("0110", DAY)) == [8]
    assert list(data.levels("8341", DAY)) == [3]


def test_every_column_has_a_description_and_says_which_values_are_right() -> None:
    for model in TABLES.values():
        for name, field in model.model_fields.items():
            assert field.description and what_is_right(model, name), f"{model.__name__}.{name}"
