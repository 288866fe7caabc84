"""Generates a realistic mix of events and publishes it to Kafka in the form that the relays use.

Workers show documents, two of them in 13% of the events. For 3% of the workers only a late event, which shows both
documents, joins two groups of events. A few commuters cross two thousand times. Six event types of three services.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.base.kafka import client_arguments
from chassis.base.settings import Settings
from domnaer.topics.access import ADMIN

TOPICS = (
    "domnaer.border.v1",
    "domnaer.consular.v1",
    "domnaer.recruitment.v1",
    "domnaer.reintegration.v1",
    "domnaer.skills.v1",
)
PARTITIONS = 4
_FAMILIES = ("SOK", "CHEA", "KEO", "CHHOEUN", "NGUON", "PRAK", "MEAS", "HENG", "LIM", "TEP")
_GIVEN = ("Chanthy", "Dara", "Sophea", "Vuthy", "Sreymom", "Bopha", "Rithy", "Phalla", "Sokha", "Kosal")
_KHMER = ("សុខ ចន្ធី", "ជា ដារ៉ា", "កែវ សុភា", "ឈឿន វុទ្ធី", "ងួន ស្រីមុំ", "ប្រាក់ បុប្ផា")
_START = datetime(2005, 1, 1, tzinfo=UTC)
_RECORDED = (
    '"recorded":{"by":"officer-7","office":"KH-POI","device":"booth-4","how":"live","precision":"second"}'
)
_TERMS = (
    '"terms":{"destination":"THA","sector":"F","occupation":"9313","wage":{"amount":"310.00","currency":"THB"},'
    '"wage_period":"day","starts_on":"%s","ends_on":"%s","clauses":["parties"]}'
)


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A Kafka record that is not yet published."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class EventMix:
    """Generates the mix; the same seed gives the same events."""

    def __init__(self, events: int, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._events = events
        self._bits = self._random.getrandbits

    def records(self) -> Iterator[TopicRecord]:
        """Yield ``events`` records; the records of many workers are mixed within windows, as on real topics."""
        window: list[TopicRecord] = []
        made = 0
        commuters = max(1, self._events // 50_000)
        for _ in range(commuters):
            for record in self.commuter(min(2_000, self._events // 10)):
                window.append(record)
        while made < self._events:
            while len(window) < 30_000:
                window.extend(self._worker())
            self._random.shuffle(window)
            for record in window[:20_000]:
                yield record
                made += 1
                if made == self._events:
                    return
            del window[:20_000]

    def _worker(self) -> Iterator[TopicRecord]:
        chance = self._random.random
        papers = [self._handle()]
        late = chance() < 0.03
        if late:
            papers.append(self._handle())
        second = self._handle() if chance() < 0.35 else None
        person = self._person()
        at = _START + timedelta(days=self._random.randrange(3500), seconds=self._random.randrange(80_000))
        sex = 1 if chance() < 0.5 else 2
        own = papers[0]

        def shown() -> list[str]:
            if second is not None and chance() < 0.37:
                return sorted([own, second])
            return [own]

        if chance() < 0.6:
            stream = f"employment-contract-{self._uuid(at)}"
            starts, ends = at.date().isoformat(), (at + timedelta(days=730)).date().isoformat()
            facts = f'"agency_id":"{UUID(int=9)}","employer_id":"{UUID(int=8)}",' + _TERMS % (starts, ends)
            yield self._event(
                "recruitment", "employment_contract_registered", stream, 1, at, facts, sex, person, shown()
            )
            yield self._event(
                "recruitment",
                "employment_contract_approved",
                stream,
                2,
                at + timedelta(days=5),
                "",
                None,
                None,
                [],
            )
        for trip in range(1 + (chance() < 0.5)):
            left = at + timedelta(days=30 + 800 * trip)
            yield self._cross(
                "worker_departed", left, '"destination":"THA","purpose":"work"', sex, person, shown()
            )
            if chance() < 0.1:
                stream = f"assistance-case-{self._uuid(left)}"
                opened = '"mission":"BKK","country":"THA","category":"wages","urgency":"soon"'
                yield self._event(
                    "consular",
                    "assistance_case_opened",
                    stream,
                    1,
                    left + timedelta(days=90),
                    opened,
                    sex,
                    person,
                    shown(),
                )
                yield self._event(
                    "consular",
                    "assistance_action_logged",
                    stream,
                    2,
                    left + timedelta(days=93),
                    '"action":"call"',
                    None,
                    None,
                    [],
                )
            if late and trip == 0:
                own = papers[1]
            back = left + timedelta(days=self._random.randrange(60, 700))
            kind = "worker_deported" if chance() < 0.2 else "worker_returned"
            yield self._cross(kind, back, '"returned_from":"THA"', sex, person, shown())
        if late:
            yield self._cross(
                "worker_departed",
                at + timedelta(days=3000),
                '"destination":"MYS","purpose":"work"',
                sex,
                person,
                sorted(papers),
            )

    def commuter(self, times: int) -> Iterator[TopicRecord]:
        """Yield the crossings of one commuter."""
        own, person = self._handle(), self._person()
        at = _START
        for nth in range(times):
            at += timedelta(hours=12)
            direction = "out" if nth % 2 == 0 else "in"
            yield self._cross(
                "border_crossed",
                at,
                f'"direction":"{direction}","country":"THA","purpose":"day_work"',
                1,
                person,
                [own],
            )

    def _cross(
        self, fact: str, at: datetime, facts: str, sex: int, person: str, shown: list[str]
    ) -> TopicRecord:
        stated = '"checkpoint":"KH-POI","documents_shown":[{"kind":"passport"}],"vehicle":"bus",' + facts
        return self._event("border", fact, f"crossing-{self._uuid(at)}", 1, at, stated, sex, person, shown)

    def _event(
        self,
        service: str,
        fact: str,
        stream: str,
        version: int,
        at: datetime,
        facts: str,
        sex: int | None,
        person: str | None,
        shown: list[str],
    ) -> TopicRecord:
        event_id = stream[-36:] if version == 1 else str(self._uuid(at))
        statistics = "" if sex is None else f'"sex":{sex},"age_band":"25-29","home_province":"01",'
        block = "" if person is None else ',"person":' + person.replace("EVIDENCE", event_id)
        handles = "[" + ",".join(f'"{handle}"' for handle in shown) + "]"
        value = (
            f'{{"facts":{{{statistics}{facts}{"," if facts else ""}{_RECORDED}}}{block},"handles":{handles}}}'
        )
        time = at.isoformat().replace("+00:00", "Z").encode()
        wire = f"domnaer.{service}.{fact}.v1"
        key = stream.encode()
        return TopicRecord(
            f"domnaer.{service}.v1",
            key,
            value.encode(),
            [
                ("ce_specversion", b"1.0"),
                ("content-type", b"application/json"),
                ("ce_id", event_id.encode()),
                ("ce_type", wire.encode()),
                ("ce_source", b"/" + service.encode()),
                ("ce_subject", key),
                ("ce_time", time),
                ("ce_partitionkey", key),
                ("ce_recordedtime", time),
                ("ce_streamversion", b"%d" % version),
                ("ce_correlationid", event_id.encode()),
                ("incarnation", b"1"),
            ],
        )

    def _person(self) -> str:
        pick = self._random.choice
        name = f'"khmer":"{pick(_KHMER)}","latin":"{pick(_FAMILIES)} {pick(_GIVEN)}"'
        number = f"N{self._bits(27):09d}"
        return (
            '{"form":"clear","evidence_id":"EVIDENCE","documents":[{"kind":"passport","number":"'
            + number
            + '"}],'
            '"name":{' + name + '},"birth":{"on":"1988-01-01","precision":"year"}}'
        )

    def _handle(self) -> str:
        return f"{self._bits(128):032x}"

    def _uuid(self, at: datetime) -> UUID:
        stamp = int(at.timestamp() * 1000)
        return UUID(int=(stamp << 80) | (7 << 76) | (self._bits(12) << 64) | (2 << 62) | self._bits(62))


async def publish(settings: Settings, records: Iterable[TopicRecord]) -> int:
    """Create missing topics and publish the records; return how many."""
    arguments = client_arguments(settings, ADMIN)
    admin = AIOKafkaAdminClient(**arguments)
    await admin.start()
    try:
        known = set(await admin.list_topics())
        wanted = [
            NewTopic(
                topic,
                PARTITIONS,
                1,
                topic_configs={"retention.ms": "-1", "message.timestamp.type": "LogAppendTime"},
            )
            for topic in TOPICS
            if topic not in known
        ]
        if wanted:
            await admin.create_topics(wanted)
    finally:
        await admin.close()
    producer = AIOKafkaProducer(
        **arguments, acks="all", linger_ms=20, max_batch_size=262_144, compression_type="zstd"
    )
    await producer.start()
    count = 0
    try:
        waiting = []
        for record in records:
            waiting.append(
                await producer.send(record.topic, record.value, record.key, headers=record.headers)
            )
            count += 1
            if len(waiting) >= 20_000:
                await waiting[-1]
                waiting.clear()
        await producer.flush()
    finally:
        await producer.stop()
    return count


def shuffled_with_repeats(records: Iterable[TopicRecord], seed: int = 11) -> list[TopicRecord]:
    """Return the same records in another order, with one in twenty repeated."""
    chance = random.Random(seed)
    found = list(records)
    found += [record for record in found if chance.random() < 0.05]
    chance.shuffle(found)
    return found
