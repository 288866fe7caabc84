"""``domnaer status`` shows every metric that the services expose."""

from __future__ import annotations

import inspect

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from chassis.base.metrics import REGISTRY
from domnaer.all_services import find_services
from domnaer.command import status
from domnaer.command.status import ServiceStatus


def test_no_metric_is_missing_from_the_status() -> None:
    assert find_services()  # imports the modules that declare metrics
    exposed = {family.name for family in text_string_to_metric_families(generate_latest(REGISTRY).decode())}
    assert len(exposed) > 10
    shown = inspect.getsource(status)
    assert [name for name in sorted(exposed) if f'"{name}' not in shown] == []


def test_a_service_is_healthy_only_if_every_probe_succeeds() -> None:
    probes = {"api": {"status": "ok"}, "background": {"status": "unavailable"}}
    assert not ServiceStatus("registry", probes).healthy
    assert ServiceStatus("registry", {"api": {"status": "ok"}}).healthy
    assert not ServiceStatus("registry", trouble="ConnectError").healthy
