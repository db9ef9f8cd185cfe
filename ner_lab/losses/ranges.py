"""Parameters out of range are refused by name."""

from __future__ import annotations

import math
from typing import Any


def number(
    name: str,
    value: Any,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
) -> float:
    """`value` as a finite float within its bounds.

    Raises:
        ValueError: names the parameter, the rule and the value, as in "gamma must be >= 0, got -1".
    """
    bounds = [(">=", at_least), (">", above), ("<=", at_most), ("<", below)]
    rule = " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None) or "a finite number"
    valid = (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and (at_least is None or value >= at_least)
        and (above is None or value > above)
        and (at_most is None or value <= at_most)
        and (below is None or value < below)
    )
    if not valid:
        raise ValueError(f"{name} must be {rule}, got {value!r}")
    return float(value)
