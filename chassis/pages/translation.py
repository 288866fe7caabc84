"""The marker for messages in Python code that pages translate."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802  the extractor's name for a message that is translated later
    """Return the text unchanged; the extractor adds it to the catalogues."""
    return text
