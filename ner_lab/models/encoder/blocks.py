"""The blocks of a transformer: which of their states it gives, and from which it starts.

What is below the lowest trainable block gives the same states in every step. `Blocks` has the model start from them:
the blocks below hand on what they get, and the highest of them gives the states it is handed instead of its own.
Everything else (masks, relative positions, what lies above the blocks) stays the model's, whatever its architecture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner_lab.types import UserError


def find(model: Any) -> list[nn.Module]:
    """The transformer's blocks, lowest first.

    Raises:
        UserError: they share weights, or are arranged as in no architecture that is known.
    """
    count = model.config.num_hidden_layers
    for blocks in (module for module in model.modules() if isinstance(module, nn.ModuleList)):
        if len(blocks) == count:
            return list(blocks)
    raise UserError(f"cannot find the {count} layers of {type(model).__name__}; use freeze_layers 0 or -1 here")


class Blocks:
    """Calls a model for the states of some of its blocks.

    Args:
        model: of `transformers`; its blocks are called through this object from now on.
        layers: the blocks whose states it gives side by side, each standardised over its hidden units; -1 is the
            highest. None gives the last states as the model does.
        frozen: how many blocks, from the lowest, are the same in every step.

    Attributes:
        parts: the blocks whose states `states` gives, lowest first; `model` needs no other to start from them.
    """

    def __init__(self, model: Any, layers: Sequence[int] | None, frozen: int) -> None:
        blocks = find(model)
        self.layers = None if layers is None else [len(blocks) + number for number in layers]
        self.frozen = frozen
        below = [number for number in self.layers or () if number < frozen]
        self.parts = sorted({*below, frozen - 1}) if frozen else []
        self._seen: dict[int, Tensor] | None = None
        self._given: dict[int, Tensor] = {}
        for number, block in enumerate(blocks):
            block.forward = partial(self._call, number, block.forward)
        self._highest = len(blocks) - 1
        self._as_tuple: dict[int, int] = {}

    def __call__(self, model: Any, states: Tensor | None = None, **inputs: Tensor) -> Tensor:
        """`hidden_RSE` from what `model` takes; `states` of the `parts`, side by side, stand for its own."""
        self._seen = {}
        if states is not None:
            self._given = dict(zip(self.parts, states.chunk(len(self.parts), -1), strict=True))
        try:
            last_RSD = model(**inputs).last_hidden_state
            if self.layers is None:
                return last_RSD
            seen = {**self._seen, **self._given, self._highest: last_RSD}
            return torch.cat([standardised(seen[number]) for number in self.layers], -1)
        finally:
            self._seen, self._given = None, {}

    def states(self, model: Any, states: Tensor | None = None, **inputs: Tensor) -> Tensor:
        """The states of the `parts`, side by side: what a call may be given."""
        self._seen = {}
        try:
            model(**inputs)
            return torch.cat([self._seen[number] for number in self.parts], -1)
        finally:
            self._seen = None

    def _call(self, number: int, forward: Any, *arguments: Any, **settings: Any) -> Any:
        if self._given and number < self.frozen:
            taken = arguments[0] if arguments else next(iter(settings.values()))
            found = self._given[number] if number == self.frozen - 1 else taken
            return (found, *[None] * (self._as_tuple[number] - 1)) if self._as_tuple[number] else found
        found = forward(*arguments, **settings)
        self._as_tuple[number] = len(found) if isinstance(found, tuple) else 0
        if self._seen is not None:
            self._seen[number] = found[0] if isinstance(found, tuple) else found
        return found


def standardised(hidden_RSD: Tensor) -> Tensor:
    """Mean 0 and variance 1 over the hidden units of each subword: layers differ in scale by an order of magnitude."""
    return functional.layer_norm(hidden_RSD, hidden_RSD.shape[-1:])
