"""The configuration of topics: everything is kept, or of a read model at least the last entry of each key."""

from __future__ import annotations

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from chassis.base.logs import get_log

LARGEST_RECORD = 2 * 1024 * 1024
_CLEANUP = "cleanup.policy"
_OF_THE_TOPIC = 1
"""The source of a value that was set for this topic, and is not a default of the broker."""

_log = get_log()


def topic_configs(min_insync_replicas: int, *, compacted: bool = False) -> dict[str, str]:
    """Return the configuration of a topic: it keeps everything, at the time at which the broker stored it.

    A ``compacted`` topic, of a read model, keeps the latest entry of each key.
    """
    return {
        "cleanup.policy": "compact" if compacted else "delete",
        "retention.ms": "-1",
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(LARGEST_RECORD),
        "min.insync.replicas": str(min_insync_replicas),
    }


async def set_cleanup(admin: AIOKafkaAdminClient, topic: str, configs: Mapping[str, str]) -> None:
    """Set the clean-up policy of an existing topic: earlier versions did not compact the topic of who is who.

    The topic can be written all the same, so a broker that refuses is only logged.
    """
    [described] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    code, _, _, _, entries = described.resources[0]
    found = {entry[0]: entry for entry in entries}
    if not code and found[_CLEANUP][1] != configs[_CLEANUP]:
        kept = {name: entry[1] for name, entry in found.items() if entry[3] == _OF_THE_TOPIC}
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, {**kept, _CLEANUP: configs[_CLEANUP]})
        [altered] = await admin.alter_configs([resource])
        code = altered.resources[0][0]
    if code:
        _log.warning("topic_not_configured", topic=topic, error=for_code(code).__name__)
