"""The border service on a real PostgreSQL."""

from tests.border.fixtures import border, http, runtime

__all__ = ["border", "http", "runtime"]
