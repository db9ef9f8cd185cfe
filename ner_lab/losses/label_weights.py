"""Weights by name: of single labels (`B-PER`, `O`) or of entity types (`PER`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ner_lab.losses.ranges import number


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
