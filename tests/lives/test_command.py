"""``python -m tests.lives`` with an instance that runs in processes of its own: its output and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.domnaer.commands import ROOT, Command, environment

LIVES = """
cases:
- id: "1"
  lines: [2013-04-02 depart A KH-POI THA docs=passport]
  expect: [{read: A, at: 2013-05-01, W: {place: abroad, country: THA}}]
- id: "2"
  lines: [2013-04-02 depart A KH-POI THA docs=passport]
  expect:
  - {read: A, at: 2013-05-01, W: {place: home}}
  - read: A
    at: 2013-05-01
    F+?: [recorded_twice]
"""


def lives(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the player to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tests.lives", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment(),
    )


@pytest.mark.timeout(400)
def test_a_file_is_played_in_a_running_instance(tmp_path: Path) -> None:
    file, folder = tmp_path / "lives.yaml", tmp_path / "data"
    file.write_text(LIVES, encoding="utf-8")
    with Command("up", "--folder", folder, "--port", "0") as up:
        up.says("^http://", within=200)
        met = lives(file, "--folder", folder, "--life", "1")
        assert (met.returncode, met.stderr) == (0, ""), met.stderr
        assert met.stdout == "2 plays, 0 with 0 expectations that are not met\n"
        unmet = lives(file, "--folder", folder, "--life", "2", "--order", "reverse")
        assert (unmet.returncode, unmet.stderr) == (1, ""), unmet.stdout
        first, welcome, last = unmet.stdout.splitlines()
        assert first.startswith(
            "2 (reverse order): read A at 2013-05-01: W: expected {place: home}, found {place: abroad"
        )
        assert welcome.startswith(
            "2 (welcome, reverse order): read A at 2013-05-01: F+?: expected {name: recorded_twice}"
        )
        assert last == "1 plays, 1 with 1 expectations that are not met"
        assert "no life 3" in lives(file, "--folder", folder, "--life", "3").stdout


def test_a_file_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    file = tmp_path / "lives.yaml"
    file.write_text("cases: [", encoding="utf-8")
    told = lives(file, "--folder", tmp_path)
    assert (told.returncode, told.stderr) == (2, "")
    assert told.stdout.startswith(f"{file} is not YAML: ")


def test_a_folder_in_which_nothing_runs_is_told(tmp_path: Path) -> None:
    file = tmp_path / "lives.yaml"
    file.write_text(LIVES, encoding="utf-8")
    told = lives(file, "--folder", tmp_path / "nothing")
    assert (told.returncode, told.stderr) == (2, "")
    assert told.stdout.startswith(f"nothing runs in {tmp_path / 'nothing'}")
