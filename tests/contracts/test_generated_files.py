"""The generated files are fresh, and the command that writes them lets no incompatible change through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from domnaer.publishing import paths
from domnaer.publishing.__main__ import settle
from domnaer.publishing.files import Generated, write

SCHEMA = "contracts/generated/schemas/domnaer.border.worker_departed.v1.json"


@pytest.fixture(scope="module")
def made() -> Generated:
    return Generated.fresh()


@pytest.fixture
def elsewhere(made: Generated, tmp_path: Path) -> Generated:
    """Write the generated files to a temporary folder."""
    moved = replace(made, root=tmp_path)
    write(moved)
    return moved


def edit(generated: Generated, path: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a committed file."""
    target = generated.root / path
    document = json.loads(target.read_text("utf-8"))
    change(document)
    target.write_text(paths.text_of(document), "utf-8")


def test_the_committed_files_are_fresh_and_compatible(made: Generated) -> None:
    assert made.incompatible() == []
    assert made.stale() == []


def test_there_are_no_other_files_beside_the_generated_files(made: Generated) -> None:
    lying = {path.relative_to(paths.ROOT).as_posix() for path in paths.GENERATED.rglob("*") if path.is_file()}
    assert lying == {path for path in made.files if path.startswith("contracts/generated/")}


def test_generating_twice_gives_the_same_bytes(made: Generated) -> None:
    assert Generated.fresh().files == made.files


def test_a_file_just_written_is_fresh(elsewhere: Generated) -> None:
    assert elsewhere.stale() == []
    assert elsewhere.incompatible() == []


def test_a_file_edited_by_hand_or_missing_is_stale(elsewhere: Generated) -> None:
    (elsewhere.root / "docs/events.md").write_text("# Events\n", "utf-8")
    (elsewhere.root / SCHEMA).unlink()
    assert sorted(elsewhere.stale()) == [SCHEMA, "docs/events.md"]
    assert elsewhere.incompatible() == []


def test_a_property_that_the_committed_schema_has_and_the_model_lacks_is_refused(
    elsewhere: Generated,
) -> None:
    def plant(document: dict[str, Any]) -> None:
        document["$defs"]["WorkerDeparted"]["properties"]["gate"] = {"type": "integer"}

    edit(elsewhere, SCHEMA, plant)
    (line,) = elsewhere.incompatible()
    assert line.startswith(
        "domnaer.border.worker_departed.v1: facts.gate: the property is removed; keep the old class as ...V1"
    )
    assert "upcaster" in line
    assert "next version" in line


def test_a_type_that_is_gone_is_refused(elsewhere: Generated) -> None:
    gone = SCHEMA.replace("worker_departed.v1", "worker_vanished.v1")
    (elsewhere.root / gone).write_text("{}", "utf-8")
    (line,) = elsewhere.incompatible()
    assert line.startswith(
        "domnaer.border.worker_vanished.v1: the type is removed, but its events are kept for ever"
    )


def test_a_code_that_is_gone_is_refused(elsewhere: Generated) -> None:
    def plant(document: dict[str, Any]) -> None:
        document["countries"]["codes"]["ATL"] = "Atlantis"

    edit(elsewhere, "contracts/generated/codes.json", plant)
    (line,) = elsewhere.incompatible()
    assert line == "codes: countries: the code ATL is removed; keep it, since stored events use it"


def test_the_command_refuses_and_keeps_what_is_committed(
    elsewhere: Generated, capsys: pytest.CaptureFixture[str]
) -> None:
    def plant(document: dict[str, Any]) -> None:
        document["$defs"]["WorkerDeparted"]["properties"]["gate"] = {"type": "integer"}

    edit(elsewhere, SCHEMA, plant)
    committed = (elsewhere.root / SCHEMA).read_text("utf-8")
    for check in (False, True):
        with pytest.raises(typer.Exit) as ended:
            settle(elsewhere, check=check)
        assert ended.value.exit_code == 1
        assert (
            "domnaer.border.worker_departed.v1: facts.gate: the property is removed"
            in capsys.readouterr().err
        )
    assert (elsewhere.root / SCHEMA).read_text("utf-8") == committed


def test_the_command_names_what_is_stale_and_writes_it(
    made: Generated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = replace(made, root=tmp_path)
    with pytest.raises(typer.Exit):
        settle(moved, check=True)
    said = capsys.readouterr().err
    assert f"stale: {SCHEMA}" in said
    assert "run python -m domnaer.publishing" in said
    assert list(tmp_path.iterdir()) == []
    settle(moved, check=False)
    settle(moved, check=True)
    assert f"{len(made.files)} files, of which {len(made.files)} changed" in capsys.readouterr().out


def test_the_command_runs_as_ci_runs_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "domnaer.publishing", "--check"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
