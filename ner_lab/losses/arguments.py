"""Arguments of losses, checked: numbers within bounds, and weights by label (`B-PER`, `O`) or entity type (`PER`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor


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


def checked_weights(name: str, weights: Mapping[str, float]) -> dict[str, float]:
    """A plain copy of a mapping of names to weights >= 0.

    Raises:
        ValueError: a weight is negative or no number; names the parameter and the entry.
    """
    return {str(key): number(f"{name}.{key}", value, at_least=0) for key, value in weights.items()}


def weights_by_label(name: str, weights: Mapping[str, float], labels: Sequence[str]) -> Tensor:
    """`weight_K` (float64): a label's own entry, else that of its entity type, else 1.

    Raises:
        ValueError: an entry names neither a label nor an entity type of the training data.
    """
    types = {label[2:] for label in labels if label != "O"}
    unknown = [key for key in weights if key not in labels and key not in types]
    if unknown:
        raise ValueError(
            f"{name} must name labels or entity types of the training data ({', '.join([*labels, *sorted(types)])}), "
            f"got {', '.join(unknown)}"
        )
    return torch.tensor([weights.get(label, weights.get(label[2:], 1.0)) for label in labels], dtype=torch.float64)
