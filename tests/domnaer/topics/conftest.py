"""The service with a reader of the projector's tests."""

from tests.chassis.projector.conftest import machine

__all__ = ["machine"]
