"""The compose file: one entry for each service, secrets from the environment, one published port."""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.routing import Mount

from chassis.base.kafka import OPERATOR
from chassis.base.settings import Environment, KafkaSecurity, Settings
from chassis.service import RunningService
from deploy import probe
from domnaer.all_services import all_services_app, find_services
from domnaer.embedded.kafka import BROKER_SETTINGS
from domnaer.local.issuer import LocalIssuer
from domnaer.server import KEEP_ALIVE_SECONDS
from domnaer.topics.access import ADMIN
from tests.deploy.compose import FILE, GIVEN, HOME, read, service_folders, variables

SERVERS = {"postgres", "kafka", "gateway"}
ONCE = {"migrate", "kafka-access"}
SERVICES = service_folders()


@pytest.fixture
def entries() -> dict[str, Any]:
    found: dict[str, Any] = read()["services"]
    return found


def test_there_is_an_entry_for_each_service_and_the_servers_and_nothing_else(entries: dict[str, Any]) -> None:
    assert set(entries) == {*SERVICES, *SERVERS, *ONCE}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_served_under_its_own_name_and_asked_for_its_health(
    entries: dict[str, Any], service: str
) -> None:
    entry = entries[service]
    assert entry["command"] == ["serve", service]
    assert entry["healthcheck"]["test"] == ["CMD", "python", "/app/probe.py", service]
    for once in ONCE:
        assert entry["depends_on"][once]["condition"] == "service_completed_successfully"


def test_all_services_and_the_migration_run_from_one_image(entries: dict[str, Any]) -> None:
    ours = [entries[name] for name in (*SERVICES, *ONCE)]
    assert len({entry["image"] for entry in ours}) == 1
    assert {entry["build"]["dockerfile"] for entry in ours} == {"deploy/Dockerfile"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_reads_the_reference_data_of_one_folder(entries: dict[str, Any], service: str) -> None:
    data = Path(entries[service]["environment"]["DOMNAER_REFERENCE_DATA"])
    mounted = {
        inside: (outside, how)
        for outside, inside, how in (each.split(":") for each in entries[service]["volumes"])
    }
    # The folder above is mounted: what loads a version changes the link in it.
    assert mounted[str(data.parent)] == ("./reference", "ro")


def test_services_run_without_privileges_on_a_file_system_they_cannot_write(entries: dict[str, Any]) -> None:
    for name in (*SERVICES, *ONCE):
        entry = entries[name]
        assert entry["read_only"] is True, name
        assert entry["cap_drop"] == ["ALL"], name
        assert "privileged" not in entry and "user" not in entry, name


@pytest.mark.parametrize("service", [*SERVICES, *sorted(ONCE)])
def test_the_environment_of_a_service_makes_settings_of_production(
    entries: dict[str, Any], service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = entries[service]["environment"]
    known = {f"DOMNAER_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in environment if name.startswith("DOMNAER_")} <= known
    for name in known:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        if value is not None:  # else compose passes on the variable of its own environment, if it is set
            monkeypatch.setenv(name, str(value))

    settings = Settings()

    of_mail = {name for name in known if name.startswith(("DOMNAER_SMTP_", "DOMNAER_DIGEST_"))}
    assert len(of_mail) == 8
    assert {name for name in environment if name in of_mail} == (of_mail if service == "consular" else set())
    assert (
        settings.smtp_host is None and settings.smtp_user is None
    )  # so that nobody is written to by default
    assert settings.environment is Environment.PRODUCTION
    assert settings.jwks is not None
    everybody = set(SERVICES)
    once = {"migrate": (everybody, set()), "kafka-access": (set(), {*everybody, OPERATOR, ADMIN})}
    passwords = set(settings.postgres_passwords), set(settings.kafka_passwords)
    assert passwords == once.get(service, ({service}, {service}))
    assert settings.kafka_security is KafkaSecurity.SASL_PLAINTEXT
    for name in settings.postgres_passwords:
        secret = GIVEN[f"DOMNAER_{name.upper()}_POSTGRES_PASSWORD"]
        assert settings.database(name) == f"postgresql://{name}:{secret}@postgres:5432/{name}"


@pytest.mark.parametrize("service", SERVICES)
def test_the_password_of_a_services_role_reaches_this_service_and_the_migration_alone(
    entries: dict[str, Any], service: str
) -> None:
    secret = GIVEN[f"DOMNAER_{service.upper()}_POSTGRES_PASSWORD"]
    assert {name for name, entry in entries.items() if secret in str(entry)} == {service, "migrate"}


def test_the_superusers_password_reaches_the_migration_alone(entries: dict[str, Any]) -> None:
    secret = GIVEN["DOMNAER_POSTGRES_ADMIN_PASSWORD"]
    assert {name for name, entry in entries.items() if secret in str(entry)} == {"postgres", "migrate"}


@pytest.mark.parametrize("user", [*SERVICES, "operator"])
def test_a_kafka_password_reaches_its_user_and_the_entry_that_creates_users(
    entries: dict[str, Any], user: str
) -> None:
    secret = GIVEN[f"DOMNAER_{user.upper()}_KAFKA_PASSWORD"]
    assert {name for name, entry in entries.items() if secret in str(entry)} - {user} == {"kafka-access"}


def test_kafka_denies_what_is_not_granted_and_its_superuser_is_no_service(entries: dict[str, Any]) -> None:
    broker = entries["kafka"]["environment"]
    secret = GIVEN["DOMNAER_KAFKA_ADMIN_PASSWORD"]
    assert {name for name, entry in entries.items() if secret in str(entry)} == {"kafka", "kafka-access"}
    assert broker["KAFKA_AUTHORIZER_CLASS_NAME"].endswith(".StandardAuthorizer")
    assert broker["KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND"] == "false"
    assert broker["KAFKA_SUPER_USERS"] == f"User:{ADMIN}"
    protocols = dict(each.split(":") for each in broker["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    listeners = {each.partition(":")[0] for each in broker["KAFKA_LISTENERS"].split(",")}
    assert {protocols[each] for each in listeners} == {"SASL_PLAINTEXT"}


def test_the_broker_has_the_listeners_of_the_embedded_one(entries: dict[str, Any]) -> None:
    broker = {str(name): str(value) for name, value in entries["kafka"]["environment"].items()}
    for name, value in BROKER_SETTINGS.items():
        if "sasl" in name or name in (
            "authorizer.class.name",
            "super.users",
            "listener.security.protocol.map",
        ):
            variable = "KAFKA_" + name.replace("-", "___").replace(".", "_").upper()
            assert broker[variable] == value, name


def test_secrets_have_no_default_and_are_not_in_the_file() -> None:
    used = variables(FILE.read_text(encoding="utf-8"))
    secrets = [name for name in used if name.endswith(("_KEY", "_PASSWORD"))]
    assert len(secrets) == 5 + 2 * len(SERVICES)
    assert {used[name][0] for name in secrets} == {"?"}


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_nothing_starts_without_a_required_variable(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        read({name: value for name, value in GIVEN.items() if name != missing})


def test_every_variable_used_is_documented_and_every_one_documented_is_used() -> None:
    page = (HOME / "docs" / "operating.md").read_text(encoding="utf-8")
    section = page.partition("## Installing with Docker Compose")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", section, re.MULTILINE))
    assert documented == set(variables(FILE.read_text(encoding="utf-8")))


def test_only_the_gateway_listens_outside(entries: dict[str, Any]) -> None:
    assert {name for name, entry in entries.items() if "ports" in entry or "network_mode" in entry} == {
        "gateway"
    }


def test_services_wait_only_for_services_with_a_health_check(entries: dict[str, Any]) -> None:
    for name, entry in entries.items():
        for other, how in entry.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in entries[other], f"{name} waits for {other}"
            else:
                assert entries[other]["restart"] == "no", f"{name} waits for the end of {other}"


def test_the_gateway_waits_until_every_service_is_healthy(entries: dict[str, Any]) -> None:
    waits_for = entries["gateway"]["depends_on"]
    assert waits_for == {service: {"condition": "service_healthy"} for service in SERVICES}


def test_images_are_official_and_named_with_a_version(entries: dict[str, Any]) -> None:
    images = {name: entries[name]["image"] for name in SERVERS}
    assert images["postgres"] == "postgres:18"
    assert images["kafka"].startswith("apache/kafka:4.")
    assert re.fullmatch(r"caddy:\d+", images["gateway"])


def test_data_is_kept_in_volumes(entries: dict[str, Any]) -> None:
    declared = set(read()["volumes"])
    kept = {
        volume.partition(":")[0]: name
        for name in SERVERS
        for volume in entries[name]["volumes"]
        if not volume.startswith(".")
    }
    assert set(kept) == declared
    assert "postgres:/var/lib/postgresql" in entries["postgres"]["volumes"]
    directory = entries["kafka"]["environment"]["KAFKA_LOG_DIRS"]
    assert f"kafka:{directory}" in entries["kafka"]["volumes"]


def test_the_broker_keeps_everything_and_makes_no_topic_by_itself(entries: dict[str, Any]) -> None:
    broker = entries["kafka"]["environment"]
    assert broker["KAFKA_PROCESS_ROLES"] == "broker,controller"
    assert broker["KAFKA_LOG_RETENTION_MS"] == -1
    assert broker["KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE"] == "LogAppendTime"
    assert broker["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert broker["KAFKA_ADVERTISED_LISTENERS"].endswith(entries["border"]["environment"]["DOMNAER_KAFKA"])


def served(routes: Iterable[Any]) -> Iterator[str]:
    """Yield an example of each path that an application serves; ``x`` stands for what varies."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from served(router.routes)
        elif isinstance(route, Mount):
            yield f"{route.path}/x"
        else:
            yield re.sub(r"\{[^}]*\}", "x", route.path)


def gateway(path: str) -> str:
    """Return what the gateway does with a path: the service that it asks, or the status that it answers with."""
    text = (HOME / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\t@(\w+) path (.+)$", text, re.MULTILINE))
    for matcher, does in re.findall(
        r"^\thandle (?:(\S+) )?\{\n\t\t((?:reverse_proxy|respond) \S+)", text, re.MULTILINE
    ):
        patterns = named[matcher.removeprefix("@")] if matcher.startswith("@") else matcher or "*"
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns.split()):
            return str(does).split()[1].removesuffix(":8080")
    raise AssertionError(f"the gateway has no handler for {path}")


def test_the_gateway_routes_every_path_that_the_composed_application_serves(tmp_path: Path) -> None:
    settings = Settings(
        environment="embedded", handle_key="h" * 32, session_key="s" * 32, jwks=tmp_path / "jwks.json"
    )
    running = [RunningService(each, settings) for each in find_services()]
    middleware: Any = all_services_app(running, settings, LocalIssuer(tmp_path, (), settings))
    paths = set(served(middleware._app.routes))
    assert {
        "/",
        "/sign-in",
        "/sign-out",
        "/session",
        "/language/x",
        "/static/x",
        "/border/x",
        "/border/docs",
    } <= paths
    asked = {path: gateway(path) for path in paths}
    for path, target in asked.items():
        first = path.split("/")[1]
        assert target in SERVICES or path in ("/health", "/metrics"), f"{path}: {target}"
        assert first not in SERVICES or target == first, f"{path}: {target}"
    assert (asked["/health"], asked["/metrics"], gateway("/elsewhere")) == ("200", "404", "404")


def test_the_gateway_answers_404_for_metrics_before_any_service_is_asked() -> None:
    text = (HOME / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    (paths,) = re.findall(
        r"^\t@metrics path (.+)\n\thandle @metrics \{\n\t\trespond 404\n\t\}$", text, re.MULTILINE
    )
    for path in ("/metrics", "/metrics/", *(f"/{service}/metrics" for service in SERVICES)):
        assert any(fnmatch.fnmatchcase(path, pattern) for pattern in paths.split()), path
    assert text.index("handle @metrics") < text.index("reverse_proxy")


def test_the_gateway_closes_an_idle_connection_before_the_service_does() -> None:
    text = (HOME / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    kept = re.findall(r"\bkeepalive (\d+)s$", text, re.MULTILINE)
    assert len(kept) == 1 and int(kept[0]) < KEEP_ALIVE_SECONDS


@pytest.mark.parametrize(("well", "code"), [({"live", "ready"}, 0), ({"live"}, 1), (set(), 1)])
def test_the_probe_succeeds_if_the_service_is_healthy(
    well: set[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/border/health/")
            self.send_response(200 if name in well else 503)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            assert probe.main("border", server.server_port) == code
        finally:
            server.shutdown()
            thread.join()
    assert bool(capsys.readouterr().err) == bool(code)


def test_the_probe_fails_if_the_service_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main("border", 9) == 1
    assert capsys.readouterr().err.startswith("live: ")


def _compose() -> str | None:
    docker = shutil.which("docker")
    if (
        docker
        and not subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        return docker
    return None


if COMPOSE := _compose():  # where it is not to be had there is nothing that could run

    def test_compose_itself_takes_the_file() -> None:
        environment = {**GIVEN, "PATH": "/usr/bin:/bin"}
        command = [str(COMPOSE), "compose", "--file", str(FILE), "config", "--quiet"]
        checked = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=150
        )
        assert checked.returncode == 0, checked.stderr
