"""One service by itself, with addresses from the environment."""

from __future__ import annotations

import signal

import httpx2
import pytest

from chassis.base.settings import Settings
from tests.domnaer.commands import Command, domnaer

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def environ(settings: Settings) -> dict[str, str]:
    return {**settings.environ(), "DOMNAER_ENVIRONMENT": "production"}


def test_databases_are_made_and_migrated_once(environ: dict[str, str]) -> None:
    domnaer("migrate", "--service", "border", **environ)
    again = domnaer("migrate", "--service", "border", **environ)
    assert again.returncode == 0, again.stderr
    assert again.stdout == "border: 0 migrations applied\n"


def test_a_service_alone_answers_under_its_prefix_and_has_no_sign_in(environ: dict[str, str]) -> None:
    assert domnaer("migrate", "--service", "border", **environ).returncode == 0
    with Command(
        "serve", "border", "--role", "api", "--host", "127.0.0.1", "--port", "0", **environ
    ) as served:
        port = served.says(r'"port":(\d+)')[1]
        url = f"http://127.0.0.1:{port}"
        assert httpx2.get(f"{url}/border/health/ready").status_code == 200
        assert httpx2.get(f"{url}/border/crossings").status_code == 401
        assert httpx2.get(f"{url}/registry/health/ready").status_code == 404
        assert httpx2.get(f"{url}/sign-in").status_code == 404
        assert served.stop(signal.SIGTERM) == 128 + signal.SIGTERM


def test_a_service_that_is_not_there_is_named_with_those_that_are(environ: dict[str, str]) -> None:
    refused = domnaer("serve", "customs", **environ)
    assert refused.returncode == 1
    assert "no service 'customs'" in refused.stderr
    assert "border" in refused.stderr


def test_a_missing_key_is_named_and_no_value_is_shown() -> None:
    refused = domnaer("serve", "border", DOMNAER_SESSION_KEY="short and secret")
    assert refused.returncode == 1
    assert "DOMNAER_HANDLE_KEY" in refused.stderr
    assert "secret" not in refused.stderr


def test_the_local_issuer_makes_no_tokens_for_production(environ: dict[str, str]) -> None:
    refused = domnaer("token", "officer", **environ)
    assert refused.returncode == 1
    assert refused.stdout == ""
