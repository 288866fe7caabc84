"""Twenty processes fit into the connections of PostgreSQL, and the manual states how many each opens."""

from __future__ import annotations

import re

from tests.docs.pages import HOME
from tests.docs.reference import OPERATING, connection_rows, connections

PROCESSES = {"API": 3, "RELAY": 1, "PROJECTOR": 1}
"""Processes of the busiest service; the others have one of each."""
RESERVED = 3
"""Connections that PostgreSQL keeps for superusers."""


def test_twenty_processes_fit_into_the_connections_that_compose_sets() -> None:
    compose = (HOME / "docker-compose.yml").read_text(encoding="utf-8")
    found = re.search(r"--max_connections=(\d+)", compose)
    assert found is not None
    of_services = connections()
    total = processes = 0
    for service, of_roles in of_services.items():
        for role, one in PROCESSES.items():
            count = one if service == "border" else 1
            total, processes = total + count * of_roles[role], processes + count
    assert processes == 20
    assert total <= int(found[1]) - RESERVED
    assert f"open at most {total} connections" in OPERATING.read_text(encoding="utf-8")


def test_the_manual_lists_the_connections_of_every_service_and_role() -> None:
    section = OPERATING.read_text(encoding="utf-8").partition("### Connections to PostgreSQL")[2]
    listed = [line for line in section.partition("\n### ")[0].splitlines() if line.startswith("| `")]
    assert listed == connection_rows()
