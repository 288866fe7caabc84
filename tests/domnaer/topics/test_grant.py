"""The same access is granted by the command and by Strimzi."""

from __future__ import annotations

import asyncio
import json

import yaml

from chassis.base.settings import Settings
from domnaer.publishing import paths
from domnaer.topics.access import ADMIN, Grant, Resource
from domnaer.topics.declared import declared_access
from tests.domnaer.commands import domnaer


async def test_the_command_creates_every_user_and_says_what_is_wrong(settings: Settings) -> None:
    access = declared_access()
    given = {name: value for name, value in settings.environ().items() if name != "DOMNAER_KAFKA_PASSWORDS"}
    passwords = {user: secret.get_secret_value() for user, secret in settings.kafka_passwords.items()}

    async def grant(**changed: str) -> tuple[int, str]:
        known = {user: password for user, password in {**passwords, **changed}.items() if password}
        environment = {**given, "DOMNAER_KAFKA_PASSWORDS": json.dumps(known)}
        done = await asyncio.to_thread(domnaer, "kafka", "grant", **environment)
        return done.returncode, done.stdout + done.stderr

    code, said = await grant()
    assert code == 0, said
    assert f"{len(access.users)} users, {len(access.grants)} permissions" in said

    code, said = await grant(border="", skills="")
    assert code == 1
    assert "DOMNAER_KAFKA_PASSWORDS has no password for border, skills" in said

    code, said = await grant(**{ADMIN: "not the password"})
    assert code == 1
    assert "Kafka does not accept the superuser" in said
    assert not [each for each in ("Traceback", "not the password", *passwords.values()) if each in said]


def test_the_users_for_strimzi_have_the_same_access() -> None:
    found: set[Grant] = set()
    users = list(yaml.safe_load_all((paths.STRIMZI / "users.yaml").read_text(encoding="utf-8")))
    for user in users:
        assert (user["kind"], user["spec"]["authentication"]) == ("KafkaUser", {"type": "scram-sha-512"})
        for acl in user["spec"]["authorization"]["acls"]:
            resource = acl["resource"]
            prefix = {"literal": False, "prefix": True}[resource["patternType"]]
            found |= {
                Grant(
                    user["metadata"]["name"], Resource(resource["type"]), resource["name"], operation, prefix
                )
                for operation in acl["operations"]
            }
    access = declared_access()
    assert found == access.grants
    assert {user["metadata"]["name"] for user in users} == set(access.users)


def test_the_topics_for_strimzi_are_those_that_services_publish() -> None:
    topics = list(yaml.safe_load_all((paths.STRIMZI / "topics.yaml").read_text(encoding="utf-8")))
    written = {grant.name for grant in declared_access().grants if grant.operation == "Write"}
    assert {topic["metadata"]["name"] for topic in topics} == written
    for topic in topics:
        config = topic["spec"]["config"]
        assert (topic["kind"], config["retention.ms"]) == ("KafkaTopic", -1)
        assert config["min.insync.replicas"] < topic["spec"]["replicas"]
