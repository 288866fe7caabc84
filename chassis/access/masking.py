"""Secrets in pages, masked with a random pad.

Pages are compressed, and a secret that is the same on every page could be guessed from the lengths of compressed pages
(BREACH). With a pad of its own each page has other bytes, of which no guess is right twice.
"""

from __future__ import annotations

import secrets


def masked(secret: bytes) -> str:
    """Return a secret as hexadecimal digits: a random pad, then the secret combined with it (exclusive or)."""
    pad = secrets.token_bytes(len(secret))
    return (pad + _combined(pad, secret)).hex()


def unmasked(text: str) -> bytes | None:
    """Return the secret of :func:`masked`, or None if the text is none of its results."""
    try:
        both = bytes.fromhex(text)
    except ValueError:
        return None
    if not both or len(both) % 2:
        return None
    half = len(both) // 2
    return _combined(both[:half], both[half:])


def _combined(pad: bytes, text: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(pad, text, strict=True))
