"""Dropout whose random numbers cost a third of torch's on a CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    return ""


def keep_mask(count: int, p: float) -> Tensor:
    """`count` factors on the CPU: 0 with probability `p`, else 1 / (1 - p); `p` in steps of 1/65536.

    torch draws a number for each element; here one draw of 64 bits serves four of them.
    """
    dropped = min(round(p * 65536), 65535)
    bits = torch.empty(-(-count // 4), dtype=torch.int64).random_(-(2**63), None).view(torch.int16)[:count]
    # Compared as floats, of which processors compare more at once; 16 bits are exact.
    return bits.float().ge_(dropped - 32768).mul_(65536 / (65536 - dropped))


class Dropout(nn.Dropout):
    """`nn.Dropout`, with `keep_mask` on the CPU.

    Examples:
        >>> import torch
        >>> from ner_lab.models.encoder.kernels import Dropout
        >>> sorted(Dropout(0.5)(torch.ones(1000)).unique().tolist())  # dropped, or scaled to keep the mean
        [0.0, 2.0]
        >>> Dropout(0.5).eval()(torch.ones(3))
        tensor([1., 1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        if not self.training or self.p in (0.0, 1.0) or input.device.type != "cpu":
            return functional.dropout(input, self.p, self.training)
        return input * keep_mask(input.numel(), self.p).view(input.shape).to(input.dtype)


def replace_dropout(module: nn.Module) -> None:
    """Puts `Dropout` in the place of every `nn.Dropout` inside a module."""
    for name, child in module.named_children():
        if type(child) is nn.Dropout:
            setattr(module, name, Dropout(child.p).train(child.training))
        else:
            replace_dropout(child)
