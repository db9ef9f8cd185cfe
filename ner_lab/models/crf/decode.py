"""The best label sequences of a chain: Viterbi and its k-best form, vectorised over the batch."""

from __future__ import annotations

import torch
from torch import Tensor

from ner_lab.models.crf.chain import Chain

RESCALE_EVERY = 8  # words; keeps scores near 0, where float32 is fine enough to tell paths apart
MOVES = 2**27  # numbers that Viterbi holds for the moves of one word of a batch; of more, it takes the batch in parts


@torch.no_grad()
def viterbi(emissions_BWK: Tensor, mask_BW: Tensor, start_K: Tensor, trans_KK: Tensor, end_K: Tensor) -> Tensor:
    """The label sequence of highest score of each sentence.

    Max-sum forward over all sentences at once, without back-pointers: the way back recomputes the arg max for the one
    label that was chosen, K numbers a word instead of K x K.

    Args:
        emissions_BWK: scores of labels at words, finite.
        mask_BW: contiguous from the first word; rows may be empty.
        start_K, trans_KK, end_K: scores of the first label, of [previous][next], and of the last label; -inf forbids.

    Returns:
        `labels_BW` (long), 0 on padding.

    Examples:
        >>> import torch
        >>> from ner_lab.models.crf import viterbi
        >>> emissions_BWK = torch.tensor([[[3.0, 2.0], [0.0, 3.0]]])  # label 0, then label 1
        >>> mask_BW, zero_K = torch.tensor([[True, True]]), torch.zeros(2)
        >>> trans_KK = torch.tensor([[0.0, -torch.inf], [0.0, 0.0]])  # but 1 may not follow 0
        >>> viterbi(emissions_BWK, mask_BW, zero_K, trans_KK, zero_K)
        tensor([[1, 1]])
    """
    B, W, _ = emissions_BWK.shape
    if B > 1 and B * trans_KK.numel() > MOVES:
        parts = zip(emissions_BWK.tensor_split(2), mask_BW.tensor_split(2), strict=True)
        return torch.cat([viterbi(*part, start_K, trans_KK, end_K) for part in parts])
    labels_WB = torch.zeros(W, B, dtype=torch.long, device=emissions_BWK.device)
    if W == 0 or B == 0:
        return labels_WB.T
    # Only differences within a word matter, so the best label of each word scores 0.
    emissions_WBK = torch.where(mask_BW[..., None], emissions_BWK - emissions_BWK.amax(-1, keepdim=True), 0)
    emissions_WBK = emissions_WBK.transpose(0, 1).contiguous()
    scores_WBK = torch.empty_like(emissions_WBK)
    emissions, scores = emissions_WBK.unbind(), scores_WBK.unbind()
    torch.add(emissions[0], start_K, out=scores[0])
    moves_BKK = emissions_WBK.new_empty(B, *trans_KK.shape)
    for t in range(1, W):
        torch.add(scores[t - 1][:, :, None], trans_KK, out=moves_BKK)
        torch.amax(moves_BKK, 1, out=scores[t]).add_(emissions[t])
        if t % RESCALE_EVERY == 0:
            scores[t].sub_(scores[t].amax(1, keepdim=True))

    last_B = mask_BW.sum(1) - 1
    final_BK = scores_WBK[last_B.clamp(min=0), torch.arange(B, device=last_B.device)] + end_K
    final_B = final_BK.argmax(1)
    is_last = (torch.arange(W, device=last_B.device)[:, None] == last_B).unbind()
    backward_KK = trans_KK.T.contiguous()
    labels = labels_WB.unbind()
    current_B = final_B
    labels[W - 1].copy_(current_B)
    for t in range(W - 2, -1, -1):
        best_B = (backward_KK[current_B] + scores[t]).argmax(1)
        current_B = torch.where(is_last[t], final_B, best_B)
        labels[t].copy_(current_B)
    return labels_WB.T.masked_fill(~mask_BW, 0)


@torch.no_grad()
def k_best(chain: Chain, count: int) -> tuple[Tensor, Tensor]:
    """The `count` label sequences of highest score of each sentence, best first.

    List Viterbi (Seshadri and Sundberg 1994): every label of every word keeps its `count` best paths.

    Returns:
        `labels_BNW` (long, 0 on padding) and `scores_BN` under the chain's shifted potentials; a score of -inf marks
        a path that does not exist.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"k is at least 1, not {count!r}")
    B, W, K = chain.emissions_BWK.shape
    device, rows_B1 = chain.last_B.device, torch.arange(B, device=chain.last_B.device)[:, None]
    labels_BNW = torch.zeros(B, count, W, dtype=torch.long, device=device)
    if W == 0 or B == 0:
        scores_BN = chain.emissions_BWK.new_full((B, count), -torch.inf)
        scores_BN[:, :1] = 0
        return labels_BNW, scores_BN
    scores_BNK = chain.emissions_BWK.new_full((B, count, K), -torch.inf)
    scores_BNK[:, 0] = chain.start_K + chain.emissions_BWK[:, 0]
    sources, kept = [], [scores_BNK]
    for t in range(1, W):
        # [b, from label, rank, to label]: all ways to arrive
        moves = scores_BNK.transpose(1, 2)[..., None] + chain.trans_KK[:, None]
        scores_BNK, source_BNK = moves.reshape(B, K * count, K).topk(count, 1)
        scores_BNK = scores_BNK + chain.emissions_BWK[:, t, None]
        sources.append(source_BNK)
        kept.append(scores_BNK)
    final_BNK = chain.last(torch.stack(kept, 1)) + chain.end_K
    scores_BN, final_BN = final_BNK.transpose(1, 2).reshape(B, -1).topk(count, 1)
    current_BN = final_BN
    for t in range(W - 1, -1, -1):
        current_BN = torch.where(chain.last_B[:, None] == t, final_BN, current_BN)
        label_BN, rank_BN = current_BN // count, current_BN % count
        labels_BNW[:, :, t] = label_BN
        if t:
            current_BN = sources[t - 1][rows_B1, rank_BN, label_BN]
    exists_BN = scores_BN > -torch.inf
    # An empty sentence has one labelling, the empty one.
    empty_B1 = ~chain.mask_BW.any(1, keepdim=True)
    scores_BN = torch.where(empty_B1, torch.where(torch.arange(count, device=device) == 0, 0.0, -torch.inf), scores_BN)
    return labels_BNW.masked_fill(~(chain.mask_BW[:, None] & exists_BN[..., None]), 0), scores_BN
