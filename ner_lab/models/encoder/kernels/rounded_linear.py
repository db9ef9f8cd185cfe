"""Linear layers of what is only read in bfloat16: their weights are rounded once and multiplied by oneDNN, which keeps
them in the order that the processor wants; torch's own product puts them into it in every call."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner_lab.models.encoder.kernels.fast_linear import Linear

FEW = 1024  # rows of a product; for more, what the order costs is little, and another kernel of oneDNN's is as fast


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    if not torch.backends.mkldnn.is_available():
        return f"torch {torch.__version__} has no oneDNN on this machine"
    for name in ("_linear_pointwise", "_reorder_linear_weight", "_is_mkldnn_bf16_supported"):
        if not hasattr(torch.ops.mkldnn, name):
            return f"torch {torch.__version__} has no mkldnn.{name}"
    supported = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return "" if supported else "oneDNN has no bfloat16 on this processor"


class RoundedLinear(nn.Linear):
    """`nn.Linear` with weights in bfloat16, for reading under autocast to it: the product of one without, up to the
    order of its sums. Once few rows have come, it holds the weights in both orders."""

    _ordered: tuple[tuple[int, int], Tensor] | None = None  # the weight it was made of, and that in oneDNN's order

    def forward(self, input: Tensor) -> Tensor:
        fast = (
            input.device.type == self.weight.device.type == "cpu"
            and input.numel()
            and input.dim() > 1
            and self.weight.dtype == torch.bfloat16
            and torch.bfloat16 in (input.dtype, torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu"))
            and not (torch.is_grad_enabled() and (input.requires_grad or self.weight.requires_grad))
        )
        if not fast:
            return functional.linear(input, self.weight, self.bias)
        x_PI = input.flatten(0, -2).to(torch.bfloat16)
        weight = self._in_order() if len(x_PI) < FEW else self.weight
        y_PO = torch.ops.mkldnn._linear_pointwise(x_PI, weight, self.bias, "none", [], "")
        return y_PO.unflatten(0, input.shape[:-1])

    def _in_order(self) -> Tensor:
        made_of = self.weight.data_ptr(), 0 if self.weight.is_inference() else self.weight._version
        if self._ordered is None or self._ordered[0] != made_of:
            self._ordered = made_of, torch.ops.mkldnn._reorder_linear_weight(self.weight.detach(), FEW)
        return self._ordered[1]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_ordered"}  # a copy makes its own


def round_linear(module: nn.Module, in_order: bool) -> None:
    """Rounds the weights of every linear layer inside a module to bfloat16.

    Args:
        module: of which nothing is trained from now on.
        in_order: every `nn.Linear` becomes a `RoundedLinear`, with the same parameters.
    """
    for part in module.modules():
        if isinstance(part, nn.Linear):
            part.to(torch.bfloat16)
            if in_order and type(part) in (nn.Linear, Linear):
                part.__class__ = RoundedLinear
