"""What the tag scheme IOB2 forbids, for any number of entity types: tables for a CRF, and decoding without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ner_lab.models.crf.decode import RESCALE_EVERY
from ner_lab.tags import split_tag


def allowed_transitions(labels: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Which IOB2 labels may begin a sentence (`start_K`), and which may follow which (`follow_KK`, [previous][next]).

    `I-X` may only follow `B-X` or `I-X`; every label may end a sentence.

    Examples:
        >>> from ner_lab.models.crf.scheme import allowed_transitions
        >>> allowed_transitions(["O", "B-X", "I-X"])
        (tensor([ True,  True, False]), tensor([[ True,  True, False],
                [ True,  True,  True],
                [ True,  True,  True]]))
    """
    tags = [split_tag(label) for label in labels]
    numbers: dict[str, int] = {}
    types_K = torch.tensor([numbers.setdefault(type_, len(numbers)) for _, type_ in tags])
    start_K = torch.tensor([prefix != "I" for prefix, _ in tags])
    return start_K, start_K | (types_K[:, None] == types_K)


def few_of_each_kind(labels: Sequence[str]) -> list[str]:
    """The labels of at most three types of each kind (`B-` alone, `I-` alone, both): the scheme tells no more apart.

    A path between two types needs only one more of each kind on its way, so that the paths between labels are as long
    as with all types.
    """
    prefixes: dict[str, str] = {}
    for prefix, type_ in map(split_tag, labels):
        prefixes[type_] = prefixes.get(type_, "") + prefix
    seen: Counter[str] = Counter()
    few = set()
    for type_, kind in prefixes.items():
        seen["".join(sorted(kind))] += 1
        if seen["".join(sorted(kind))] <= 3:
            few.add(type_)
    return [label for label in labels if split_tag(label)[1] in few]


@torch.no_grad()
def best_allowed(emissions_BWK: Tensor, mask_BW: Tensor, inside_J: Tensor, before_J: Tensor) -> Tensor:
    """The label sequence of highest score of each sentence among those that IOB2 allows: K work a word, not K x K.

    Args:
        emissions_BWK: scores of labels at words, finite.
        mask_BW: contiguous from the first word; rows may be empty.
        inside_J, before_J: the J labels `I-X`, and the label `B-X` of each (or itself, where there is none).

    Returns:
        `labels_BW` (long), 0 on padding.
    """
    if not emissions_BWK.numel():
        return torch.zeros(emissions_BWK.shape[:2], dtype=torch.long, device=emissions_BWK.device)
    begin_K = inside_J.new_full(emissions_BWK.shape[-1:], -1).index_copy_(0, inside_J, before_J)
    # Nothing beats the likeliest label of each word, so where these keep to the scheme they are the answer.
    labels_BW = emissions_BWK.argmax(-1).masked_fill(~mask_BW, 0)
    begin_BW, before_BW = begin_K[labels_BW], functional.pad(labels_BW[:, :-1], (1, 0), value=-1)
    broken_BW = (begin_BW >= 0) & (before_BW != labels_BW) & (before_BW != begin_BW) & mask_BW
    rows_R = broken_BW.any(1).nonzero().squeeze(1)
    if rows_R.numel():
        labels_BW[rows_R] = _best_path(emissions_BWK[rows_R], mask_BW[rows_R], inside_J, begin_K)
    return labels_BW


def _best_path(emissions_BWK: Tensor, mask_BW: Tensor, inside_J: Tensor, begin_K: Tensor) -> Tensor:
    """Viterbi's max-sum, in which every label but `I-X` takes the best of all labels before it; `begin_K` is the `B-X`
    of each `I-X`, and -1 of other labels."""
    B, W, K = emissions_BWK.shape
    device, before_J = emissions_BWK.device, begin_K[inside_J]
    labels_WB = torch.zeros(W, B, dtype=torch.long, device=device)
    # Only differences within a word matter, so the best label of each word scores 0.
    emissions_BWK = torch.where(mask_BW[..., None], emissions_BWK - emissions_BWK.amax(-1, keepdim=True), 0)
    scores_WBK = emissions_BWK.transpose(0, 1).contiguous()
    scores_WBK[0].index_fill_(1, inside_J, -torch.inf)
    for t in range(1, W):
        before_BK = scores_WBK[t - 1]
        moved_BK = before_BK.amax(1, keepdim=True).repeat(1, K)
        moved_BK[:, inside_J] = torch.maximum(before_BK[:, inside_J], before_BK[:, before_J])
        scores_WBK[t] += moved_BK
        if t % RESCALE_EVERY == 0:
            scores_WBK[t] -= scores_WBK[t].amax(1, keepdim=True)

    last_B, b_B = mask_BW.sum(1) - 1, torch.arange(B, device=device)
    final_B = scores_WBK[last_B.clamp(min=0), b_B].argmax(1)
    current_B = labels_WB[W - 1] = final_B
    for t in range(W - 2, -1, -1):
        scores_BK, begin_B = scores_WBK[t], begin_K[current_B]
        first_B, second_B = torch.minimum(begin_B, current_B).clamp(min=0), torch.maximum(begin_B, current_B)
        own_B = torch.where(scores_BK[b_B, second_B] > scores_BK[b_B, first_B], second_B, first_B)
        best_B = torch.where(begin_B < 0, scores_BK.argmax(1), own_B)
        current_B = labels_WB[t] = torch.where(last_B == t, final_B, best_B)
    return labels_WB.T.masked_fill(~mask_BW, 0)
