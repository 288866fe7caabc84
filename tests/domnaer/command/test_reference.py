"""``domnaer reference`` on a folder: faults, changes in words, versions beside each other, and services that start on them."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.base.settings import Settings
from contracts.reference.current import ReferenceData, read_reference_data
from domnaer.configuration import ServiceFolder, reference_folder
from domnaer.reference_files import NoLink, changes, load
from tests.domnaer.commands import domnaer

NOON = datetime(2027, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A folder with a changed table of corridors: home leave in Thailand is 90 days."""
    return changed(tmp_path / "new", 90)


def changed(folder: Path, days: int) -> Path:
    """Return a folder with a table of corridors in which home leave from Thailand has this length."""
    folder.mkdir()
    text = (
        read_reference_data().texts["corridors"].replace("\nTHA,1990-01-01,,60", f"\nTHA,1990-01-01,,{days}")
    )
    (folder / "corridors.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_table_is_shown_changed_checked_and_loaded_and_the_version_before_is_kept(tmp_path: Path) -> None:
    data = ("--folder", tmp_path / "data")
    printed = domnaer("reference", "show", "corridors", *data).stdout
    assert printed == read_reference_data().texts["corridors"]
    new = tmp_path / "new"
    new.mkdir()
    (new / "corridors.csv").write_text(printed.replace("\nTHA,1990-01-01,,60", "\nTHA,1990-01-01,,90"))

    checked = domnaer("reference", "check", new, *data)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == (
        "corridors: THA from 1990-01-01: leave_days is 90, was 60\nNo faults. Nothing was loaded.\n"
    )
    assert not (tmp_path / "data" / "reference").exists()

    loaded = domnaer("reference", "load", new, *data)
    assert loaded.returncode == 0, loaded.stderr
    assert "Before, the release's tables were in use." in loaded.stdout
    assert "domnaer rebuild registry --accept --by NAME" in loaded.stdout
    shown = domnaer("reference", "show", *data).stdout
    assert re.search(r"^corridors +6 +loaded *$", shown, re.MULTILINE)
    assert re.search(r"^posts +15 +release *$", shown, re.MULTILINE)
    first = (tmp_path / "data" / "reference").resolve()

    (new / "corridors.csv").write_text(printed)
    loaded = domnaer("reference", "load", new, *data)
    assert f"The version before is kept in {first}." in loaded.stdout
    assert read_reference_data(first).corridor("THA", NOON.date()).leave_days == 90
    back = domnaer("reference", "load", first, *data)
    assert "leave_days is 90, was 60" in back.stdout


def test_faults_are_listed_and_nothing_is_loaded(tmp_path: Path, new: Path) -> None:
    (new / "corridors.csv").write_text((new / "corridors.csv").read_text().replace(",,90,", ",,-90,"))
    (new / "corridor.csv").write_text("")
    for verb in ("check", "load"):
        refused = domnaer("reference", verb, new, "--folder", tmp_path / "data")
        assert refused.returncode == 1
        lines = refused.stderr.splitlines()
        assert lines[0] == "error: 2 faults"
        assert lines[1].startswith(
            "corridor.csv, line 1, name: 'corridor.csv' is not valid; name the file after"
        )
        assert lines[2].startswith(
            "corridors.csv, line 3, leave_days: '-90' is not valid; give a whole number"
        )
    assert not (tmp_path / "data").exists()


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    refused = domnaer("reference", "check", tmp_path)
    assert refused.returncode == 1 and "holds no table" in refused.stderr
    refused = domnaer("reference", "check", tmp_path / "absent")
    assert refused.returncode == 1 and "is not a folder" in refused.stderr
    refused = domnaer("reference", "show", "corridor")
    assert (
        refused.returncode == 1 and "there is no table 'corridor'; the tables are corridors" in refused.stderr
    )


def test_a_service_does_not_start_on_faulty_tables_and_names_them(new: Path) -> None:
    (new / "corridors.csv").write_text("country\n")
    keys = {"DOMNAER_HANDLE_KEY": "h" * 32, "DOMNAER_SESSION_KEY": "s" * 32}
    served = domnaer("serve", "border", "--port", "0", DOMNAER_REFERENCE_DATA=str(new), **keys)
    assert served.returncode == 1
    assert "corridors.csv, line 1, columns: 'country' is not valid" in served.stderr


def test_the_release_is_compared_if_the_tables_in_use_cannot_be_read(tmp_path: Path, new: Path) -> None:
    used = changed(tmp_path / "used", 90)
    (used / "corridors.csv").write_text("country\n")
    checked = domnaer("reference", "check", new, DOMNAER_REFERENCE_DATA=str(used))
    assert checked.returncode == 0, checked.stderr
    assert "The tables in use cannot be read, so the release's are compared" in checked.stdout
    assert "leave_days is 90, was 60" in checked.stdout


def test_rows_that_are_added_removed_and_changed_are_told_in_words() -> None:
    release = read_reference_data()
    ends = release.texts["corridors"].replace("\nTHA,1990-01-01,,", "\nTHA,1990-01-01,2026-12-31,")
    row = "THA,2027-01-01,,90,30,365,18,12,letter of 2 May"
    without = release.texts["posts"].replace("KH-OSM,1990-01-01,,14.432,103.699,general knowledge\n", "")
    after = ReferenceData(release.texts | {"corridors": f"{ends}{row}\n", "posts": without})
    assert list(changes(release, after)) == [
        "corridors: THA from 1990-01-01: valid_to is 2026-12-31, was empty",
        "corridors: THA from 2027-01-01 is added: valid_from 2027-01-01, valid_to empty, source letter of 2 May,"
        " country THA, leave_days 90, grace_days 30, overdue_days 365, minimum_age 18, duplicate_hours 12",
        "posts: KH-OSM from 1990-01-01 is removed",
    ]
    assert list(changes(release, release)) == []


def test_a_folder_that_was_not_loaded_is_not_replaced(tmp_path: Path, new: Path) -> None:
    with pytest.raises(NoLink):
        load(new, read_reference_data(new), NOON)
    assert (new / "corridors.csv").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["new"]


def test_a_version_is_complete_before_it_is_in_use(
    tmp_path: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = tmp_path / "data" / "reference"
    assert load(used, read_reference_data(new), NOON) is None
    first = used.resolve()
    assert first.name == "reference-2027-01-02T12-00-00Z"
    assert str(used.readlink()) == first.name, "it can be mounted elsewhere"

    def fail(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        load(used, read_reference_data(changed(tmp_path / "newer", 120)), NOON.replace(hour=13))
    assert used.resolve() == first
    assert read_reference_data(used).corridor("THA", NOON.date()).leave_days == 90


def test_a_process_and_its_further_processes_read_the_version_of_its_start(
    tmp_path: Path, new: Path, settings: Settings
) -> None:
    used = tmp_path / "reference"
    load(used, read_reference_data(new), NOON)
    started = Settings(**settings.model_dump() | {"reference_data": used})
    load(used, read_reference_data(changed(tmp_path / "newer", 120)), NOON.replace(hour=13))
    assert started.reference_data == tmp_path / "reference-2027-01-02T12-00-00Z"
    assert started.environ()["DOMNAER_REFERENCE_DATA"] == str(started.reference_data)


def test_a_link_to_a_folder_that_is_gone_is_refused_and_an_absent_folder_is_not(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "gone").symlink_to("nowhere")
    with pytest.raises(ValidationError, match="a link to one that does not exist"):
        Settings(**settings.model_dump() | {"reference_data": tmp_path / "gone"})
    Settings(**settings.model_dump() | {"reference_data": tmp_path / "absent"})


def test_the_folder_is_that_of_the_environment_or_of_the_data_folder(tmp_path: Path) -> None:
    data = ServiceFolder(tmp_path)
    named = {"DOMNAER_REFERENCE_DATA": "/srv/reference/current"}
    assert reference_folder(data, {}) == tmp_path / "reference"
    assert reference_folder(data, named) == Path("/srv/reference/current")
    assert reference_folder(data, {"DOMNAER_POSTGRES": "postgresql://postgres:5432"}) is None
