"""The choice between embedded servers and servers in containers, and what happens without a container engine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.containers.images import IMAGES
from tests.deploy.compose import FILE, HOME, variables
from tests.servers import in_containers

TOOLS = ("bash", "dirname", "env", "mktemp", "rm")
NO_ENGINE = 69


def test_the_servers_of_the_tests_are_embedded_unless_containers_are_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for choice, chosen in {"": False, "embedded": False, "containers": True}.items():
        monkeypatch.setenv("SERVERS", choice)
        assert in_containers() is chosen
    monkeypatch.setenv("SERVERS", "container")
    with pytest.raises(ValueError, match="SERVERS=container: this must be containers or embedded"):
        in_containers()


def test_a_stand_in_image_never_has_the_name_of_an_official_one() -> None:
    official = {name: default for name, (kind, default) in variables(FILE.read_text()).items() if kind == "-"}
    for variable, image in IMAGES.items():
        assert official[variable] and image.startswith("domnaer-standin/")


def test_without_a_container_engine_the_command_is_not_run_and_the_reason_is_printed(tmp_path: Path) -> None:
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(str(shutil.which(tool)))
    tried = subprocess.run(
        [str(HOME / "tests" / "containers" / "with_engine"), "touch", str(tmp_path / "ran")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert tried.returncode == NO_ENGINE
    assert tried.stderr == "no container engine: docker does not answer, and dockerd is not installed\n"
    assert not (tmp_path / "ran").exists()
