"""Garbage collector settings for a server: with the defaults, collections take a fifth of the time of a busy process."""

from __future__ import annotations

import gc

PAGE_OF_OBJECTS = 100_000
"""New objects between two collections: about as many as a page of events or a chunk of an upload creates."""


def tune_garbage_collection(between: int = PAGE_OF_OBJECTS) -> None:
    """Set the thresholds and exempt existing objects from collection; call this once, at the end of start-up.

    ``between`` is the number of new objects between two collections.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(between, 20, 100)
