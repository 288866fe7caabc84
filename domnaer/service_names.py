"""The names of all services. They are found and not listed, and no service is imported for its name."""

from __future__ import annotations

import importlib.util
import pkgutil

import services


def service_names() -> tuple[str, ...]:
    """Return the names of all services, sorted: those of the folders of ``services`` that have a ``main.py``."""
    folders = (each.name for each in pkgutil.iter_modules(services.__path__) if each.ispkg)
    return tuple(sorted(name for name in folders if importlib.util.find_spec(f"services.{name}.main")))
