"""Messages that pages translate, marked where they are written down in Python."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802  the extractor's name for a message that is translated later
    """Mark a message id."""
    return text
