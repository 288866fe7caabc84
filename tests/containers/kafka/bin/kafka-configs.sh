#!/usr/bin/env bash
exec /opt/kafka/bin/java kafka.admin.ConfigCommand "$@"
