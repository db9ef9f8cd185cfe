"""Powers of 1 - p whose gradient stays finite where p is 1."""

from __future__ import annotations

import torch
from torch import Tensor


def complement_power(log_probs_NK: Tensor, exponent: float) -> Tensor:
    r"""`value_NK` $= (1 - p_k)^{exponent}$, with $0^0 = 1$, from log-probabilities normalised over K.

    For an exponent below 1 the slope of $(1-p)^{exponent}$ grows without bound as p approaches 1, and `1 - p` itself
    rounds to 0. Here the complement of the likeliest label of a word is the sum of its other labels,
    $\log(1-p) = \mathrm{logsumexp}_{j \ne k} \log p_j$, whose gradient is bounded by the exponent; every other
    label has $p \le 1/2$, where `log1p` is exact and steep nowhere.
    """
    if exponent == 0:
        return torch.ones_like(log_probs_NK)
    top_N1 = log_probs_NK.detach().argmax(1, keepdim=True)
    is_top_NK = torch.zeros_like(log_probs_NK, dtype=torch.bool).scatter(1, top_N1, True)
    # The other labels of the top one; where all of them are infeasible, p is exactly 1 and there is no slope.
    others_NK = log_probs_NK.masked_fill(is_top_NK, -torch.inf)
    certain_N1 = torch.isneginf(others_NK.detach()).all(1, keepdim=True)
    top_complement_N1 = others_NK.masked_fill(certain_N1, 0.0).logsumexp(1, keepdim=True)
    rest_NK = torch.log1p(-log_probs_NK.masked_fill(is_top_NK, -torch.inf).exp())
    power_NK = (exponent * torch.where(is_top_NK, top_complement_N1, rest_NK)).exp()
    return power_NK.masked_fill(is_top_NK & certain_N1, 0.0)
