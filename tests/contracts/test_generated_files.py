"""The generated files are fresh, and the command that writes them lets no incompatible change through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domnaer.publishing import places
from domnaer.publishing.files import Generated, write

SCHEMA = "contracts/generated/schemas/domnaer.border.worker_departed.v1.json"


@pytest.fixture(scope="module")
def made() -> Generated:
    return Generated.fresh()


@pytest.fixture
def elsewhere(made: Generated, tmp_path: Path) -> Generated:
    """The generated files, written to a folder of their own."""
    moved = replace(made, root=tmp_path)
    write(moved)
    return moved


def edit(generated: Generated, path: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a committed file."""
    target = generated.root / path
    document = json.loads(target.read_text("utf-8"))
    change(document)
    target.write_text(places.text_of(document), "utf-8")


def test_the_committed_files_are_fresh_and_compatible(made: Generated) -> None:
    assert made.incompatible() == []
    assert made.stale() == []


def test_nothing_else_lies_with_the_generated_files(made: Generated) -> None:
    lying = {path.relative_to(places.ROOT).as_posix() for path in places.GENERATED.rglob("*") if path.is_file()}
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


def test_a_property_that_the_committed_schema_has_and_the_model_lacks_is_refused(elsewhere: Generated) -> None:
    def plant(document: dict[str, Any]) -> None:
        document["$defs"]["WorkerDeparted"]["properties"]["gate"] = {"type": "integer"}

    edit(elsewhere, SCHEMA, plant)
    (line,) = elsewhere.incompatible()
    assert line.startswith("domnaer.border.worker_departed.v1: facts.gate: the property is removed; keep the old class as ...V1")
    assert "upcaster" in line
    assert "next version" in line


def test_a_type_that_is_gone_is_refused(elsewhere: Generated) -> None:
    gone = SCHEMA.replace("worker_departed.v1", "worker_vanished.v1")
    (elsewhere.root / gone).write_text("{}", "utf-8")
    (line,) = elsewhere.incompatible()
    assert line.startswith("domnaer.border.worker_vanished.v1: the type is gone, but its events are kept for ever")


def test_a_code_that_is_gone_is_refused(elsewhere: Generated) -> None:
    def plant(document: dict[str, Any]) -> None:
        document["countries"]["codes"]["ATL"] = "Atlantis"

    edit(elsewhere, "contracts/generated/codes.json", plant)
    (line,) = elsewhere.incompatible()
    assert line == "codes: countries: the code ATL is removed; keep it, since events are written in it"


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, on a copy of the project."""
    return subprocess.run(
        [sys.executable, "-m", "domnaer.publishing", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the command needs: generated files and samples of its own, the sources by link."""
    for name in ("chassis", "services", "domnaer"):
        (tmp_path / name).symlink_to(places.ROOT / name)
    (tmp_path / "contracts").mkdir()
    for source in (places.ROOT / "contracts").iterdir():
        if source.name not in ("generated", "__pycache__"):
            (tmp_path / "contracts" / source.name).symlink_to(source)
    return tmp_path


def test_the_command_writes_once_checks_and_refuses_what_breaks_readers(project: Path) -> None:
    missing = run(project, "--check")
    assert missing.returncode == 1
    assert f"stale: {SCHEMA}" in missing.stderr
    assert "run python -m domnaer.publishing" in missing.stderr
    assert not (project / "docs").exists()

    assert run(project).returncode == 0
    assert run(project, "--check").returncode == 0

    committed = project / SCHEMA
    planted = json.loads(committed.read_text("utf-8"))
    planted["$defs"]["WorkerDeparted"]["properties"]["gate"] = {"type": "integer"}
    committed.write_text(json.dumps(planted), "utf-8")
    for arguments in ((), ("--check",)):
        refused = run(project, *arguments)
        assert refused.returncode == 1
        assert "domnaer.border.worker_departed.v1: facts.gate: the property is removed" in refused.stderr
        assert json.loads(committed.read_text("utf-8")) == planted, "what is refused is not overwritten"
