"""Python's collector of cycles, set for a server: it costs a fifth of the time where many live objects come and go."""

from __future__ import annotations

import gc

_YOUNG = 100_000
"""Objects between two looks: about what a page of events or a chunk of an upload makes."""


def tune_garbage_collection() -> None:
    """Called once, when the process has started: what is there by now lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)
