"""The samples: one hand-written event for each version of each type, kept for ever."""

from __future__ import annotations

import json

from domnaer.publishing.paths import SAMPLES, Json


class SampleMissing(LookupError):
    """A published event has no sample."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"contracts/samples/{name}.json is missing: write a sample by hand, like those beside it"
        )


def sample_names() -> list[str]:
    """Return the types, and the topics of read models, that have a sample."""
    return sorted(path.name.removesuffix(".json") for path in SAMPLES.glob("*.json"))


def sample(name: str) -> Json:
    """Return the sample of a type or of a read model's topic. Raises SampleMissing."""
    path = SAMPLES / f"{name}.json"
    if not path.is_file():
        raise SampleMissing(name)
    found: Json = json.loads(path.read_text("utf-8"))
    return found


def headers_of(attributes: Json) -> dict[str, str]:
    """Return the Kafka headers with an event's attributes in binary mode."""
    found = {"content-type": attributes["datacontenttype"]}
    return found | {
        f"ce_{name}": str(value) for name, value in attributes.items() if name != "datacontenttype"
    }
