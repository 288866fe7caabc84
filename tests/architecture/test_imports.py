"""The import rules are kept, and the checker finds a planted violation of each rule."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "chassis", "services", "domnaer")
RULES = {
    "layers": "Imports run one way: domnaer, services, chassis, contracts",
    "apart": "No service imports another",
    "chassis": "The chassis knows no event and no service of ours",
    "packages": "The packages of the chassis form layers",
    "rooms": "The rooms of a service, and no others",
    "domain": "Domains are pure functions",
    "administration": "No service administers Kafka",
}


@dataclass(frozen=True)
class Planted:
    """A line of code that must not be in this module."""

    rule: str
    path: str
    line: str


VIOLATIONS = (
    Planted("layers", "contracts/planted.py", "import chassis.base.clock"),
    Planted("layers", "chassis/planted.py", "import services.border.main"),
    Planted("layers", "services/border/planted.py", "import domnaer.all_services"),
    Planted("apart", "services/border/planted.py", "import services.registry.api"),
    # A service that nobody has listed anywhere.
    Planted("apart", "services/newcomer/__init__.py", "import services.border.domain.crossing"),
    Planted("chassis", "chassis/planted.py", "import contracts.border"),
    Planted("packages", "chassis/base/planted.py", "import chassis.store.database"),
    Planted("packages", "chassis/outbox/planted.py", "import chassis.http.problems"),
    Planted("packages", "chassis/projections/planted.py", "import chassis.commands.execution"),
    # A flat module beside the packages, and a room that the design does not have.
    Planted("packages", "chassis/planted.py", "import json"),
    Planted("rooms", "services/border/planted.py", "import json"),
    Planted("rooms", "services/consular/pages.py", "import services.consular.api"),
    Planted("rooms", "services/border/projections/planted.py", "import services.border.api"),
    Planted("rooms", "services/border/domain/planted.py", "import services.border.projections.crossings"),
    Planted("rooms", "services/newcomer/api.py", "import services.newcomer.main"),
    Planted("domain", "services/border/domain/planted.py", "import asyncpg"),
    Planted("domain", "services/border/domain/planted.py", "import structlog"),
    Planted("domain", "services/border/domain/planted.py", "import chassis.base.clock"),
    Planted("administration", "chassis/outbox/planted.py", "import confluent_kafka"),
    # Not directly: over a module of the service that is no room.
    Planted("domain", "services/border/domain/planted.py", "import services.border.between"),
)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the checker in a folder."""
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False, timeout=150
    )


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, to plant things in."""
    folder = tmp_path_factory.mktemp("packages")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_import_rule_is_kept(packages: Path) -> None:
    found = lint(packages)
    assert found.returncode == 0, found.stdout + found.stderr
    assert f"Contracts: {len(RULES)} kept, 0 broken" in " ".join(found.stdout.split())


@pytest.mark.parametrize("planted", VIOLATIONS, ids=lambda each: f"{each.rule}: {each.path} {each.line}")
def test_a_planted_violation_breaks_its_rule(packages: Path, planted: Planted) -> None:
    made = [packages / planted.path]
    before = made[0].read_text() if made[0].exists() else None
    if planted.line.startswith("import services.newcomer"):
        made += [packages / "services/newcomer/__init__.py", packages / "services/newcomer/main.py"]
    if planted.line.endswith(".between"):
        made.append(packages / "services/border/between.py")
    try:
        for path in made:
            path.parent.mkdir(exist_ok=True)
            path.write_text('"""Planted."""\n')
        made[0].write_text(f'"""Planted."""\n\n{planted.line}\n')
        if planted.line.endswith(".between"):
            made[-1].write_text('"""Planted."""\n\nimport fastapi\n')
        found = lint(packages)
    finally:
        for path in made:
            path.unlink(missing_ok=True)
        if before is not None:
            made[0].write_text(before)
        shutil.rmtree(packages / "services/newcomer", ignore_errors=True)
    assert found.returncode == 1, found.stdout + found.stderr
    assert f"{RULES[planted.rule]} BROKEN" in " ".join(found.stdout.split())
