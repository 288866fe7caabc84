"""The worked examples of CONTRIBUTING.md are true: applied to a copy of the repository, they pass all checks.

The grammar of their steps is described in :mod:`tests.architecture.worked_examples`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from domnaer.publishing import paths
from tests.architecture.worked_examples import Example, NotApplicable, Step, examples

ROOT = Path(__file__).parents[2]
EXAMPLES = examples((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
GENERATORS = ("domnaer.publishing", "tests.architecture.frozen_interfaces")
GENERATED = (
    *(
        path.relative_to(paths.ROOT).as_posix()
        for path in (paths.GENERATED, paths.REFERENCE, paths.LOCALE, paths.STRIMZI)
    ),
    "tests/architecture/frozen_interfaces.json",
)
TABLES = (
    "tests/architecture/test_names.py",
    "tests/architecture/test_plain_words.py",
    "tests/architecture/test_tidy.py",
    "tests/contracts/test_every_fact_is_described.py",
    "tests/contracts/test_samples.py",
    "tests/contracts/test_unions.py",
    "tests/deploy/test_compose.py",
    "tests/docs/test_documents.py",
    "tests/registry/test_tables.py",
)
"""The tests that compare tables, names and documents with the code."""
STYLE = (("ruff", "format", "--no-cache", "--check", "."), ("ruff", "check", "--no-cache", "."))
pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Copy:
    """A copy of the repository with all examples applied."""

    folder: Path
    changed: dict[str, tuple[str, ...]]
    """The files that each example alone changes or creates."""
    faults: dict[str, str]
    """The output of ruff when only this example is applied; empty if it finds nothing."""

    def run(self, *arguments: str) -> None:
        """Assert that a Python module succeeds in the copy."""
        found = _run(self.folder, sys.executable, "-m", *arguments)
        assert found.returncode == 0, f"{' '.join(arguments)}\n{found.stdout[-6000:]}{found.stderr[-3000:]}"


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOMNAER_")}
    environment |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=500
    )


def _git(folder: Path, *arguments: str) -> str:
    found = _run(folder, "git", "-c", "user.name=test", "-c", "user.email=test@localhost", *arguments)
    assert found.returncode == 0, found.stderr
    return found.stdout


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", message)


def _changed(folder: Path) -> tuple[str, ...]:
    lines = _git(folder, "status", "--porcelain", "--untracked-files=all").splitlines()
    return tuple(sorted(line[3:] for line in lines))


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The files of the repository, ignored ones apart; then the steps of each example. All of it is committed."""
    folder = tmp_path_factory.mktemp("copy")
    listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if (ROOT / ".mypy_cache").is_dir():  # it stays warm: the times and paths of the files are the same
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    _git(folder, "init", "--quiet")
    _commit(folder, "Before the examples")
    changed, faults = {}, {}
    for example in EXAMPLES:
        example.apply(folder)
        changed[example.name] = _changed(folder)
        style = [_run(folder, sys.executable, "-m", *command) for command in STYLE]
        faults[example.name] = "".join(found.stdout + found.stderr for found in style if found.returncode)
        _git(folder, "reset", "--quiet", "--hard")
        _git(folder, "clean", "--quiet", "--force", "-d")
    for example in EXAMPLES:
        example.apply(folder)
    # Two examples import the same name.
    _run(folder, sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "F811", "--fix", ".")
    _commit(folder, "After the examples")
    return Copy(folder, changed, faults)


@pytest.fixture(scope="module")
def generated(applied: Copy) -> Copy:
    """The copy with its generated files."""
    for generator in GENERATORS:
        applied.run(generator)
    return applied


def test_the_document_has_the_three_examples() -> None:
    assert [example.name for example in EXAMPLES] == ["Example 1", "Example 2", "Example 3"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.name))
def test_the_number_of_files_is_the_one_stated(example: Example, applied: Copy) -> None:
    changed = applied.changed[example.name]
    assert len(changed) == example.files, "\n".join(changed)


def test_mypy_finds_no_fault(applied: Copy) -> None:
    applied.run("mypy")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.name))
def test_the_code_has_the_style_of_the_project(example: Example, applied: Copy) -> None:
    assert applied.faults[example.name] == ""


def test_every_import_rule_is_kept(applied: Copy) -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    found = _run(applied.folder, sys.executable, "-c", code)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_generators_write_generated_files_alone(generated: Copy) -> None:
    written = _changed(generated.folder)
    assert written
    assert not [path for path in written if not path.startswith(GENERATED)]


def test_their_own_tests_and_those_of_the_tables_pass(generated: Copy) -> None:
    assert all(example.tests for example in EXAMPLES)
    own = dict.fromkeys(path for example in EXAMPLES for path in example.tests)
    # Of the tests of single events, only those of the services of the examples.
    services = " or ".join(f"domnaer.{example.service}." for example in EXAMPLES)
    generated.run(
        "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", f"not domnaer. or {services}", *own, *TABLES
    )


DOCUMENT = """### Example 1: planted

**Two files** and no more.

In `a.py`, after `def first`:

```python
def second() -> None: ...
```

Create `b.py`:

```python
x = 1
```

## Next
"""
A_PY = "def first() -> None:\n    x()\n\n\ndef last() -> None: ...\n"


def test_a_step_is_read_as_it_is_written() -> None:
    (example,) = examples(DOCUMENT)
    assert example.files == 2
    assert example.steps == (
        Step("after", "a.py", "def second() -> None: ...\n", "def first"),
        Step("create", "b.py", "x = 1\n"),
    )


def test_an_insertion_keeps_the_distance_and_the_depth_of_its_anchor(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(A_PY)
    examples(DOCUMENT)[0].apply(tmp_path)
    assert (tmp_path / "a.py").read_text() == A_PY.replace(
        "def last", "def second() -> None: ...\n\n\ndef last"
    )
    Step("before", "a.py", "y()\n", "x()").apply(tmp_path)
    Step("after", "a.py", "z()\n", "x()", outer="def first").apply(tmp_path)
    assert (
        (tmp_path / "a.py").read_text().startswith("def first() -> None:\n    y()\n    x()\n    z()\n\n\ndef")
    )
    Step("after", "a.py", "def end() -> None: ...\n", "def last").apply(tmp_path)
    assert (tmp_path / "a.py").read_text().endswith("def last() -> None: ...\n\n\ndef end() -> None: ...\n")


@pytest.mark.parametrize(
    "step",
    [
        Step("after", "a.py", "", "def nowhere"),
        Step("after", "a.py", "", "def "),
        Step("replace", "missing.py", "", "x"),
        Step("create", "a.py", ""),
    ],
    ids=lambda step: f"{step.how} {step.path} {step.anchor}",
)
def test_a_step_that_does_not_fit_is_refused(tmp_path: Path, step: Step) -> None:
    (tmp_path / "a.py").write_text(A_PY)
    with pytest.raises(NotApplicable):
        step.apply(tmp_path)
    assert (tmp_path / "a.py").read_text() == A_PY


@pytest.mark.parametrize(
    "planted",
    [
        DOCUMENT.replace("Create `b.py`:", "Make a file."),
        DOCUMENT.replace("Create `b.py`:\n", "Create `b.py`:"),
        DOCUMENT.replace("**Two files**", "Some files"),
    ],
)
def test_a_text_outside_of_the_grammar_is_refused(planted: str) -> None:
    with pytest.raises(NotApplicable):
        examples(planted)
