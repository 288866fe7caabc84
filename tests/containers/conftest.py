"""These tests need a container engine, so they are among the tests only if the servers run in containers."""

from __future__ import annotations

from tests.servers import in_containers

collect_ignore_glob = [] if in_containers() else ["test_*.py"]
