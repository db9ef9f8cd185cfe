"""The layer that scores labels, in full precision."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Emission(nn.Linear):
    """A linear layer `hidden_BWD -> emissions_BWK` in float32 (float64 for float64 input) under any autocast.

    bfloat16 scores keep three digits, too few for a sum over a sentence; the layer is K columns wide, so full precision
    costs next to nothing.
    """

    def forward(self, hidden_BWD: Tensor) -> Tensor:
        weight_KD, bias_K = self.weight, self.bias
        dtype = torch.promote_types(torch.promote_types(hidden_BWD.dtype, weight_KD.dtype), torch.float32)
        with torch.autocast(hidden_BWD.device.type, enabled=False):
            return functional.linear(hidden_BWD.to(dtype), weight_KD.to(dtype), bias_K.to(dtype))
