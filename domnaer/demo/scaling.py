"""Scales tables of whole numbers so that the parts still add up to the whole."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Cell = TypeVar("Cell")


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` in proportion to `weights` by largest remainders; ties go to the earlier cell."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def scale_table(cells: Mapping[Cell, int], scale: int) -> dict[Cell, int]:
    """Scale a table 1:`scale` by largest remainders: the cells add up to the scaled sum, half rounded up."""
    if scale < 1:
        raise ValueError(f"a scale is 1:1 or smaller, not 1:{scale}")
    total = (2 * sum(cells.values()) + scale) // (2 * scale)
    return dict(zip(cells, apportion(total, list(cells.values())), strict=True))
