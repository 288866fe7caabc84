#!/usr/bin/env bash
exec /opt/kafka/bin/java kafka.tools.StorageTool "$@"
