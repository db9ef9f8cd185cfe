"""From subwords to words: `pool(hidden_PD, begin_BW, end_BW, subwords) -> hidden_BWD`.

P are the flattened positions of all encoder rows; a word's subwords are the half-open range begin..end of them, at
least one. On padding both are 0 and the result is meaningless: the encoder zeroes it. `subwords` is how many all words
have together; without it (None) a GPU has to be asked.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def first(hidden_PD: Tensor, begin_BW: Tensor, end_BW: Tensor, subwords: int | None = None) -> Tensor:
    return hidden_PD[begin_BW]


def last(hidden_PD: Tensor, begin_BW: Tensor, end_BW: Tensor, subwords: int | None = None) -> Tensor:
    return hidden_PD[(end_BW - 1).clamp_min(0)]


def _ranges(begin_BW: Tensor, end_BW: Tensor, subwords: int | None = None) -> tuple[Tensor, Tensor]:
    """Every (position, word) pair of all words: `position_M`, `word_M` with words numbered 0..B*W."""
    length_N = (end_BW - begin_BW).flatten()
    word_M = torch.repeat_interleave(length_N, output_size=subwords)
    first_M = (length_N.cumsum(0) - length_N)[word_M]
    position_M = begin_BW.flatten()[word_M] + torch.arange(len(word_M), device=begin_BW.device) - first_M
    return position_M, word_M


def mean(hidden_PD: Tensor, begin_BW: Tensor, end_BW: Tensor, subwords: int | None = None) -> Tensor:
    position_M, word_M = _ranges(begin_BW, end_BW, subwords)
    total_ND = hidden_PD.new_zeros(begin_BW.numel(), hidden_PD.shape[1]).index_add(0, word_M, hidden_PD[position_M])
    length_BW1 = (end_BW - begin_BW).clamp_min(1).unsqueeze(-1)
    return total_ND.view(*begin_BW.shape, -1) / length_BW1


def maximum(hidden_PD: Tensor, begin_BW: Tensor, end_BW: Tensor, subwords: int | None = None) -> Tensor:
    position_M, word_M = _ranges(begin_BW, end_BW, subwords)
    top_ND = hidden_PD.new_zeros(begin_BW.numel(), hidden_PD.shape[1]).index_reduce(
        0, word_M, hidden_PD[position_M], "amax", include_self=False
    )
    return top_ND.view(*begin_BW.shape, -1)


POOLINGS: dict[str, Callable[[Tensor, Tensor, Tensor, int | None], Tensor]] = {
    "first": first,
    "mean": mean,
    "max": maximum,
    "last": last,
}
