"""Messages of a chain in log space: right whatever the potentials."""

from __future__ import annotations

import torch
from torch import Tensor

from ner_lab.models.crf.chain import Chain


class LogMessages:
    """As `ProbabilityMessages`, in logarithms, each message normalised to sum to one.

    K x K exponentials a word instead of a matrix product: several times slower, and right where potentials differ by
    1e4 beside forbidden transitions, which no float of probabilities can hold.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.first_2K = torch.stack((chain.start_K, chain.end_K))
        self.before_2BWK = self._run()

    def _run(self) -> Tensor:
        W = self.chain.emissions_BWK.shape[1]
        emissions_W2BK, moves_21KK = self.chain.to_steps(self.chain.emissions_BWK), self._moves_21KK()
        before_W2BK = torch.empty_like(emissions_W2BK)
        before_W2BK[0] = self.first_2K[:, None]
        for t in range(1, W):
            state_2BK = (before_W2BK[t - 1] + emissions_W2BK[t - 1]).log_softmax(2)
            torch.logsumexp(state_2BK[..., None] + moves_21KK, 2, out=before_W2BK[t])
        return self.chain.to_words(before_W2BK)

    def _moves_21KK(self) -> Tensor:
        return torch.stack((self.chain.trans_KK, self.chain.trans_KK.T))[:, None]

    def log_partition_B(self) -> Tensor:
        """log of the sum over all label sequences, of the shifted potentials; junk for empty sentences."""
        state_BWK = self.before_2BWK[0] + self.chain.emissions_BWK
        step_BW = torch.where(self.chain.is_before_last_BW(), state_BWK.logsumexp(2), 0)
        return step_BW.sum(1) + (self.chain.last(state_BWK) + self.first_2K[1]).logsumexp(1)

    def log_before_2BWK(self) -> Tensor:
        return self.before_2BWK

    def marginals_BWK(self) -> Tensor:
        return (self.before_2BWK.sum(0) + self.chain.emissions_BWK).softmax(2)

    def pair_counts_KK(self, factor_BW: Tensor) -> Tensor:
        """Sum over words t >= 1 of P(label of t-1, label of t), each word times its factor."""
        state_BWK = (self.before_2BWK[0] + self.chain.emissions_BWK).log_softmax(2)
        arriving_BWK = self.before_2BWK[1] + self.chain.emissions_BWK
        counts_KK = torch.zeros_like(self.chain.trans_KK)
        for t in range(1, factor_BW.shape[1]):
            pairs_BKK = state_BWK[:, t - 1, :, None] + self.chain.trans_KK + arriving_BWK[:, t, None, :]
            pairs_BKK = pairs_BKK.flatten(1).softmax(1).view_as(pairs_BKK)
            counts_KK += torch.einsum("b,bjk->jk", factor_BW[:, t], pairs_BKK)
        return counts_KK

    def pull_back(self, cotangent_BWK: Tensor) -> tuple[Tensor, Tensor]:
        """See `ProbabilityMessages.pull_back`."""
        W = cotangent_BWK.shape[1]
        before_W2BK = self.chain.to_steps(self.before_2BWK)
        state_W2BK = (before_W2BK + self.chain.to_steps(self.chain.emissions_BWK)).log_softmax(3)
        before_W2BK = torch.where(before_W2BK == -torch.inf, torch.inf, before_W2BK)  # no share in what cannot be
        gradient_W2BK, moves_21KK = self.chain.to_steps(cotangent_BWK), self._moves_21KK()
        pairs_2KK = torch.zeros_like(moves_21KK[:, 0])
        for t in range(W - 1, 0, -1):
            shares_2BKK = (state_W2BK[t - 1][..., None] + moves_21KK - before_W2BK[t][:, :, None]).exp()
            shares_2BKK *= gradient_W2BK[t][:, :, None]
            gradient_W2BK[t - 1] += shares_2BKK.sum(3)
            pairs_2KK += shares_2BKK.sum(1)
        gradient_2BWK = self.chain.to_words(gradient_W2BK)
        return gradient_2BWK, pairs_2KK[0] + pairs_2KK[1].T
