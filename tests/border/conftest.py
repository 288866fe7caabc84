"""The border service on a real PostgreSQL."""

from tests.border.fixtures import border, http, runtime
from tests.border.offline_fixtures import booth, post

__all__ = ["booth", "border", "http", "post", "runtime"]
