#!/usr/bin/env bash
# Kafka's tools are not among the locked jars: any request that a broker must answer does as well.
exec /opt/kafka/bin/kafka-configs.sh "$@" --describe --entity-type brokers
