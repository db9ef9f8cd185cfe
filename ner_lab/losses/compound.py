"""A weighted sum of losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ner_lab.losses.arguments import number
from ner_lab.losses.loss import Loss, replays
from ner_lab.types import Potentials


class Compound(Loss):
    r"""$\sum_i w_i L_i$ over named parts. Logs each part's value, unweighted, as its name, and what the part itself
    logs as `name.key`.

    Args:
        parts: name -> `{weight: w, loss: Loss}` with w >= 0; weights need not sum to 1.

    Raises:
        ValueError: a part is no weight and loss, its weight is negative, or its name is none for a module.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import Compound, CrossEntropy, Tversky
        >>> from ner_lab.models import IndependentPotentials
        >>> scores_BWK = torch.tensor([[[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]]).log()  # one sentence of two words
        >>> potentials = IndependentPotentials(scores_BWK, torch.tensor([[True, True]]), ["O", "B-PER", "I-PER"])
        >>> parts = {"ce": {"weight": 1.0, "loss": CrossEntropy()}, "tversky": {"weight": 2.0, "loss": Tversky()}}
        >>> loss = Compound(parts)
        >>> loss(potentials, torch.tensor([[0, 1]]))
        tensor(0.6786)
        >>> loss.logged
        {'ce': tensor(0.4338), 'tversky': tensor(0.1224)}
    """

    replayable = True

    def __init__(self, parts: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__()
        if not parts:
            raise ValueError("parts must name at least one loss, got none")
        for name, part in parts.items():
            if hasattr(nn.ModuleDict(), str(name)) or "." in str(name) or not str(name):
                raise ValueError(f"a part cannot be called {name!r}, as torch has other uses for it; rename it")
            if not isinstance(part, Mapping) or set(part) != {"weight", "loss"} or not isinstance(part["loss"], Loss):
                raise ValueError(f"parts.{name} must hold a weight and a loss, got {part}")
        self.weights = {
            str(name): number(f"parts.{name}.weight", part["weight"], at_least=0) for name, part in parts.items()
        }
        self.parts = nn.ModuleDict({str(name): part["loss"] for name, part in parts.items()})
        losses = self.losses().values()
        self.needs_hidden = any(loss.needs_hidden for loss in losses)
        self.needs_label_vectors = any(loss.needs_label_vectors for loss in losses)
        self.split_invariant = all(loss.split_invariant for loss in losses)
        self.replayable = all(replays(loss) for loss in losses)

    def losses(self) -> dict[str, Loss]:
        """The parts by name."""
        return {name: part for name, part in self.parts.items() if isinstance(part, Loss)}

    def setup(
        self,
        labels: Sequence[str],
        counts_K: Tensor,
        label_vectors_KD: Tensor | None = None,
        width: int | None = None,
    ) -> None:
        for loss in self.losses().values():
            loss.setup(labels, counts_K, label_vectors_KD, width)

    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        return self._sum({name: loss(potentials, labels_BW, hidden_BWD) for name, loss in self.losses().items()})

    def of_padded(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        return self._sum(
            {name: loss.of_padded(potentials, labels_BW, hidden_BWD) for name, loss in self.losses().items()}
        )

    def _sum(self, values: Mapping[str, Tensor]) -> Tensor:
        self.logged = {name: value.detach() for name, value in values.items()}
        for name, loss in self.losses().items():
            self.logged |= {f"{name}.{key}": value for key, value in loss.logged.items()}
        return torch.stack([self.weights[name] * value for name, value in values.items()]).sum()

    def update(self) -> None:
        for loss in self.losses().values():
            loss.update()
