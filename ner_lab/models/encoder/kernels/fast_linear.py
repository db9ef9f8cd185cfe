"""Linear layers through oneDNN on the CPU: torch multiplies float32 matrices with MKL, which leaves half of the vector
units of an AMD processor with AVX-512 idle (measured: 220 GFLOP/s against 500 on two cores)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

AVAILABLE = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    return "" if AVAILABLE else f"torch {torch.__version__} has no oneDNN linear layer on this machine"


def product(x_PI: Tensor, weight_OI: Tensor, bias_O: Tensor | None = None) -> Tensor:
    """`x_PI @ weight_OI.T + bias_O` in float32 on the CPU, without gradient."""
    return torch.ops.mkldnn._linear_pointwise(x_PI, weight_OI, bias_O, "none", [], "")


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x_PI: Tensor, weight_OI: Tensor, bias_O: Tensor | None) -> Tensor:
        ctx.save_for_backward(x_PI, weight_OI)
        return product(x_PI, weight_OI, bias_O)

    @staticmethod
    @once_differentiable  # oneDNN's product has no derivative: a second one would be 0 without a word
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        x_PI, weight_OI = ctx.saved_tensors
        to_x, to_weight, to_bias = ctx.needs_input_grad
        gradient_PO = gradients[0]
        return (
            product(gradient_PO, weight_OI.t()) if to_x else None,
            product(gradient_PO.t(), x_PI.t()) if to_weight else None,
            gradient_PO.sum(0) if to_bias else None,
        )


class Linear(nn.Linear):
    """`nn.Linear`, through oneDNN where that can be."""

    def forward(self, input: Tensor) -> Tensor:
        fast = (
            AVAILABLE
            and input.device.type == "cpu"
            and input.dtype == self.weight.dtype == torch.float32
            and input.numel()
            and input.dim() > 1
            and not torch.is_autocast_enabled("cpu")
        )
        if not fast:
            return functional.linear(input, self.weight, self.bias)
        return _Linear.apply(input.flatten(0, -2), self.weight, self.bias).unflatten(0, input.shape[:-1])


def replace_linear(module: nn.Module) -> None:
    """Makes every `nn.Linear` inside a module a `Linear`, with the same parameters."""
    for part in module.modules():
        if type(part) is nn.Linear:
            part.__class__ = Linear
