"""Metrics for Prometheus: the registry of this process, and one way to declare a metric.

A module declares the metrics that it measures, with the functions below. A name begins with ``domnaer_`` and ends with
its base unit or, for a counter, with ``_total``; it is written out where it is declared, so that a search finds it.
Every series has the label ``service``. Label values are codes with few values: route templates, states, names of
readers and topics; never a path, an id or personal data.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chassis.base.logs import get_log

REGISTRY = CollectorRegistry()
"""The one registry of this process, whichever services run in it."""
READ_WITHIN = 1.0
"""Seconds that a state may take to be read; after that its series are left out."""
DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper limits of the buckets of a duration, in seconds."""

_STATES: list[StateGauge] = []
_log = get_log()
disable_created_metrics()  # type: ignore[no-untyped-call]


def counter(name: str, about: str, *labels: str) -> Counter:
    """Declare a counter: a number that only grows while the process runs."""
    return Counter(name, about, ("service", *labels), registry=REGISTRY)


def gauge(name: str, about: str, *labels: str) -> Gauge:
    """Declare a gauge: a number that the code raises and lowers."""
    return Gauge(name, about, ("service", *labels), registry=REGISTRY)


def histogram(name: str, about: str, *labels: str) -> Histogram:
    """Declare a histogram of durations in seconds."""
    return Histogram(name, about, ("service", *labels), registry=REGISTRY, buckets=DURATIONS)


class StateGauge(Collector):
    """A gauge that is read when Prometheus asks, for all label values of a service at once.

    Series that no longer exist disappear, and all series of a service disappear while they cannot be read: an old
    number would look like a present one.
    """

    def __init__(self, name: str, about: str, *labels: str) -> None:
        self._name, self._about, self._labels = name, about, ("service", *labels)
        self._values: dict[str, Mapping[tuple[str, ...], float]] = {}
        REGISTRY.register(self)
        _STATES.append(self)

    def replace(self, service: str, values: Mapping[tuple[str, ...], float]) -> None:
        """Set the values of a service, by the values of the labels after ``service``."""
        self._values[service] = dict(values)

    async def read(self, service: str, reading: Awaitable[Mapping[tuple[str, ...], float]]) -> None:
        """Set the values of a service to what is read; leave them out if that fails."""
        try:
            async with asyncio.timeout(READ_WITHIN):
                self.replace(service, await reading)
        except Exception as error:  # a database or broker that is away must not hide the other metrics
            self.forget(service)
            _log.warning("metric_not_read", metric=self._name, error=type(error).__name__)

    def forget(self, service: str) -> None:
        """Leave out the values of a service."""
        self._values.pop(service, None)

    def describe(self) -> Iterator[Metric]:
        """Give the name to the registry, which refuses a second metric of it."""
        yield GaugeMetricFamily(self._name, self._about, labels=self._labels)

    def collect(self) -> Iterator[Metric]:
        """Give the series to the registry."""
        family = GaugeMetricFamily(self._name, self._about, labels=self._labels)
        for service, values in sorted(self._values.items()):
            for labels, value in sorted(values.items()):
                family.add_metric((service, *labels), value)
        yield family


def forget_states(service: str) -> None:
    """Leave out all states of a service: they cannot be read at present."""
    for state in _STATES:
        state.forget(service)
