"""The published figures: read as printed, contradicted where they contradict each other, scaled."""

import csv
from datetime import date

import pytest

from domnaer.demo import published
from domnaer.demo.findings import Finding, findings
from domnaer.demo.published import ALL_DESTINATIONS, FEMALE, MALE, expected, last_day
from domnaer.demo.scaling import apportion, scale_table


def test_an_empty_cell_means_no_channel_and_a_zero_means_nobody() -> None:
    rows = {(f.destination, f.year): f for f in published.deployment()}
    assert rows["SGP", 2012].total is None
    assert rows["SGP", 2012].female is None
    assert rows["SGP", 2013].male == 0
    assert rows["JPN", 2007].female == 0


def test_every_row_of_every_file_is_read() -> None:
    readers = {
        "checkpoints": published.checkpoints,
        "deployment_by_year": published.deployment,
        "deportations_poipet_2015": published.deportations,
        "mass_return_june_2014": published.mass_return,
        "minimum_wages_2014": published.minimum_wages,
        "mou_recruited_by_thailand_2003_2014": published.recruited_by_thailand,
        "registered_in_thailand_2014": published.registered_in_thailand,
        "survey_of_returnees_2014": published.survey_of_returnees,
    }
    assert {path.stem for path in published.FIGURES.glob("*.csv")} == set(readers)
    for name, read in readers.items():
        with (published.FIGURES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            assert len(read()) == len(list(csv.DictReader(lines))), name


def test_the_aliases_of_a_checkpoint_are_a_list() -> None:
    daung = next(c for c in published.checkpoints() if c.code == "KH-DNG")
    assert daung.aliases == ("Doung", "Duong", "Laem Duong")


def test_the_count_of_lorries_that_the_source_lacks_stays_unknown() -> None:
    november = published.deportations()[-1]
    assert november.month == date(2015, 11, 1)
    assert november.transfers is None


def test_the_replay_ends_with_the_last_month_published() -> None:
    assert last_day() == date(2015, 11, 30)


def test_contradictions_are_listed_with_both_numbers() -> None:
    thailand = Finding("total_is_male_plus_female", "THA", 2011, "total", 16_837, 16_747)
    sums = [
        Finding("all_is_sum_of_destinations", ALL_DESTINATIONS, 2011, "male", 15_563, 15_562),
        Finding("all_is_sum_of_destinations", ALL_DESTINATIONS, 2011, "female", 10_656, 10_567),
        Finding("all_is_sum_of_destinations", ALL_DESTINATIONS, 2014, "total", 2_020, 20_749),
        Finding("all_is_sum_of_destinations", ALL_DESTINATIONS, 2014, "male", 1_247, 13_285),
        Finding("all_is_sum_of_destinations", ALL_DESTINATIONS, 2014, "female", 773, 7_464),
    ]
    assert list(findings()) == [*sums, thailand]


def test_a_misprinted_total_is_neither_corrected_nor_loaded() -> None:
    cells = {(e.destination, e.year, e.sex): e for e in expected(1)}
    assert cells["THA", 2011, MALE].published_total == 16_837
    assert cells["THA", 2011, MALE].to_load == 10_624
    assert cells["THA", 2011, FEMALE].to_load == 6_123


def test_at_one_to_one_every_cell_is_loaded_as_published() -> None:
    assert all(e.to_load == e.published for e in expected(1))
    assert len(expected(1)) == 5 * 10 * 2


@pytest.mark.parametrize("scale", [1, 2, 7, 20, 100, 1_000])
def test_scaled_cells_stay_within_one_of_their_share_and_add_up(scale: int) -> None:
    cells = [(e.published, e.to_load) for e in expected(scale) if e.published is not None]
    assert all(n is not None and abs(n - count / scale) < 1 for count, n in cells)
    whole = sum(count for count, _ in cells)
    assert sum(n or 0 for _, n in cells) == (2 * whole + scale) // (2 * scale)


def test_a_channel_that_did_not_exist_expects_nothing() -> None:
    gone = [e for e in expected() if e.published is None]
    assert ("THA", 2005) in {(e.destination, e.year) for e in gone}
    assert all(e.to_load is None and e.published_total is None for e in gone)


def test_largest_remainders_win_and_ties_go_to_the_earlier_cell() -> None:
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(0, [5, 3]) == [0, 0]
    assert apportion(7, [0, 0]) == [0, 0]
    assert scale_table({"a": 19, "b": 21, "c": 0}, 20) == {"a": 1, "b": 1, "c": 0}


def test_a_scale_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="1:0"):
        scale_table({"a": 1}, 0)
