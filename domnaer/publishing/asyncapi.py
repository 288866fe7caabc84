"""The AsyncAPI 3 document: topics, events, publishing services and readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.base.settings import Settings
from chassis.outbox.topic_configuration import topic_configs
from contracts.catalogue import Catalogue, modules, owner
from contracts.envelope import Fact
from domnaer.publishing.envelope_schema import HEADERS, STREAM_KEY
from domnaer.publishing.paths import Json
from domnaer.publishing.samples import headers_of, sample
from domnaer.publishing.schemas import (
    BASE,
    ENTRIES,
    entry_schema,
    event_schema,
    is_superseded,
    rewritten,
    sentence_of,
)
from domnaer.topics.declarations import DeclaredReader, DeclaredTopic, declared_readers, declared_topics

VERSION = "3.0.0"
_KAFKA = "0.5.0"
_PARTITIONS = Settings.model_fields["partitions"].default
_CONFIGS = topic_configs(Settings.model_fields["min_insync_replicas"].default)

_ABOUT = """\
Events about Cambodia's migrant workers. Each event is a CloudEvents 1.0 message in Kafka's binary mode: attributes in
`ce_` headers, the data in three parts as JSON. A type is never used again for another meaning. Within a version only
optional properties and codes are added, so readers must ignore properties that they do not know."""
_DELIVERY: Json = {
    "guarantee": "at least once; within one stream in the order of ce_streamversion",
    "repetition": "recognised by ce_id: a reader processes each id once",
    "unknownTypes": "stored as dead letters, and processed automatically by a version that knows them",
}
_RETRY: Json = {
    "where": "in place: the reader stops and retries with growing pauses, up to ten seconds",
    "when": "the database or the broker is unavailable, or the data that the effect depends on has changed",
}
_DEAD_LETTERS: Json = {
    "where": "table dead_letters in the reader's own database, written in the transaction that moves the offset past it",
    "reasons": ["poison", "unknown_type"],
    "afterwards": "domnaer dead-letters list, replay or discard",
}


def asyncapi_document(catalogue: Catalogue) -> Json:
    """Return the document."""
    topics = {
        str(module.TOPIC): [fact for fact in catalogue if _belongs_to(fact, module)] for module in modules()
    }
    published = declared_topics(catalogue)
    messages = {fact.wire: _message(fact) for facts in topics.values() for fact in facts}
    messages |= {topic: _entry_message(topic) for topic in ENTRIES}
    channels = {
        topic: _channel(topic, [fact.wire for fact in facts], entries=False)
        for topic, facts in topics.items()
    }
    channels |= {topic: _channel(topic, [topic], entries=True) for topic in ENTRIES}
    return {
        "asyncapi": VERSION,
        "id": "urn:kh:gov:domnaer",
        "info": {
            "title": "Domnaer",
            "version": "1",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [
                {"name": each.service, "description": each.title} for each in published if not each.entries
            ],
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "Apache Kafka 4; `domnaer up` writes its address into the data folder.",
                "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "Bootstrap server."}},
            }
        },
        "channels": channels,
        "operations": _operations(published, declared_readers(catalogue), channels),
        "components": {
            "schemas": {"CloudEventHeaders": HEADERS}
            | _schemas(fact for facts in topics.values() for fact in facts),
            "messages": messages,
            "correlationIds": {
                "correlation": {
                    "description": "Shared by all events that follow from one request.",
                    "location": "$message.header#/ce_correlationid",
                }
            },
        },
    }


def _belongs_to(fact: type[Fact], module: Any) -> bool:
    return bool(fact.__module__ == module.__name__)


def _channel(topic: str, names: list[str], *, entries: bool) -> Json:
    about = (
        "A read model: for each key the entry with the highest revision is valid. The topic is compacted: it keeps at"
        " least the last entry of each key."
        if entries
        else "Events, keyed by stream. All records are kept."
    )
    return {
        "address": topic,
        "title": topic,
        "description": about,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": _PARTITIONS,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if entries else "delete"],
                    "retention.ms": int(_CONFIGS["retention.ms"]),
                    "max.message.bytes": int(_CONFIGS["max.message.bytes"]),
                },
                "bindingVersion": _KAFKA,
            }
        },
        "x-partitions": "DOMNAER_PARTITIONS when the topic is created; only records with the same key are in order",
        "x-timestamp-type": _CONFIGS["message.timestamp.type"],
        "x-incarnation": "the header `incarnation` counts how often the topic was published from its beginning; offsets of another incarnation are invalid",
    }


def _message(fact: type[Fact]) -> Json:
    example = sample(fact.wire)
    return {
        "name": fact.wire,
        "title": fact.__name__,
        "summary": sentence_of(fact),
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEventHeaders"},
                {
                    "type": "object",
                    "properties": {
                        "ce_type": {"const": fact.wire},
                        "ce_source": {"const": f"/{owner(fact.wire)}"},
                    },
                },
            ]
        },
        "payload": {"$ref": f"#/components/schemas/{fact.wire}"},
        "correlationId": {"$ref": "#/components/correlationIds/correlation"},
        "tags": [{"name": owner(fact.wire)}],
        "bindings": {"kafka": {"key": STREAM_KEY, "bindingVersion": _KAFKA}},
        "examples": [
            {"name": "sample", "headers": headers_of(example["attributes"]), "payload": example["data"]}
        ],
        "x-owner": owner(fact.wire),
        "x-class": f"{fact.__module__}.{fact.__name__}",
        "x-dataschema": f"{BASE}{fact.wire}.json",
        "x-one-person": fact.one_person,
        "x-superseded": is_superseded(fact),
    }


def _entry_message(topic: str) -> Json:
    model = ENTRIES[topic]
    example = sample(topic)
    return {
        "name": topic,
        "title": model.__name__,
        "summary": sentence_of(model),
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{topic}"},
        "tags": [{"name": owner(topic)}],
        "bindings": {
            "kafka": {"key": {"type": "string", "pattern": r"^[0-9a-f]{32}$"}, "bindingVersion": _KAFKA}
        },
        "examples": [{"name": "sample", "payload": example["data"]}],
        "x-owner": owner(topic),
        "x-class": f"{model.__module__}.{model.__name__}",
        "x-dataschema": f"{BASE}{topic}.json",
    }


def _operations(published: list[DeclaredTopic], readers: list[DeclaredReader], channels: Json) -> Json:
    found: Json = {}
    for each in published:
        found[f"{each.topic.removeprefix('domnaer.').rpartition('.')[0]}.publish"] = {
            "action": "send",
            "title": f"{each.title} publishes",
            "channel": {"$ref": f"#/channels/{each.topic}"},
            "messages": _references(each.topic, list(channels[each.topic]["messages"])),
            "tags": [{"name": each.service}],
            "x-owner": each.service,
            "x-delivery": _DELIVERY,
        }
    for reader in readers:
        for topic in (*reader.topics, *reader.entry_topics):
            names = channels[topic]["messages"]
            taken = [name for name in names if name in reader.event_types or topic in reader.entry_topics]
            found[f"{reader.group}.from.{topic.removeprefix('domnaer.').rpartition('.')[0]}"] = {
                "action": "receive",
                "title": f"{reader.group} reads {topic}",
                "channel": {"$ref": f"#/channels/{topic}"},
                "messages": _references(topic, taken),
                "tags": [{"name": reader.service}],
                "bindings": {
                    "kafka": {"groupId": {"type": "string", "enum": [reader.group]}, "bindingVersion": _KAFKA}
                },
                "x-owner": reader.service,
                "x-delivery": _DELIVERY,
                "x-retry": _RETRY,
                "x-dead-letters": _DEAD_LETTERS,
            }
    return found


def _references(topic: str, names: Iterable[str]) -> list[Json]:
    return [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in names]


def _schemas(facts: Iterable[type[Fact]]) -> Json:
    """Return all schemas; those of facts have the name of their service as prefix, shared ones have not.

    Raises ValueError if two different schemas have the same name.
    """
    found: Json = {}
    for topic in ENTRIES:
        found[topic] = _without_defs(entry_schema(topic), owner(topic), found)
    for fact in facts:
        found[fact.wire] = _without_defs(event_schema(fact), owner(fact.wire), found)
    return dict(sorted(found.items()))


def _without_defs(document: Json, service: str, into: Json) -> Json:
    """Return a document without its ``$defs``, which are added to ``into`` under names that are unique."""
    own = _own_names(service)
    names = {name: f"{service}.{name}" if name in own else name for name in document.get("$defs", {})}

    def ref(old: str) -> str:
        return f"#/components/schemas/{names[old.removeprefix('#/$defs/')]}"

    for old, new in names.items():
        moved = rewritten(document["$defs"][old], ref)
        if into.setdefault(new, moved) != moved:
            raise ValueError(f"two different schemas are called {new}: rename one")
    kept = {key: value for key, value in document.items() if key not in ("$defs", "$schema", "$id")}
    return rewritten(kept, ref) | {"title": document["title"]}


def _own_names(service: str) -> set[str]:
    facts = {
        name
        for module in modules()
        if module.__name__ == f"contracts.{service}"
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Fact)
    }
    return facts | {f"Restated{name}" for name in facts}
