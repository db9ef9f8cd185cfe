"""Messages of a chain in rescaled probability space: products of matrices, the fast way."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from ner_lab.models.crf.chain import Chain


class ProbabilityMessages:
    """Forward and backward messages of a `Chain`, word by word, each divided by its sum.

    Rabiner 1989, "A tutorial on hidden Markov models", section V.A. A step is a product with the K x K matrix
    exp(transitions), a product with exp(emissions) and a division by the sum: four small operations for the whole batch
    and both directions. Only right where no message underflows, which `CRFPotentials` decides.

    `before_2BWK` holds, at each word, what the words before it say of its label ([0], alpha without the word's own
    emission) and what the words after it say ([1], the usual beta), each up to a factor of its own.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.weight_BWK = chain.emissions_BWK.exp()
        self.move_KK = chain.trans_KK.exp()
        self.first_2K = torch.stack((chain.start_K, chain.end_K)).exp()
        self.before_2BWK = self._run()

    def _run(self) -> Tensor:
        weight_W2BK, moves_2KK = self.chain.to_steps(self.weight_BWK), self._moves_2KK()
        before_W2BK = torch.empty_like(weight_W2BK)
        before_W2BK[0] = self.first_2K[:, None]
        state_2BK = before_W2BK[0] * weight_W2BK[0]
        sum_2B1 = state_2BK.sum(2, keepdim=True)
        state_2BK.div_(sum_2B1)
        for before_2BK, weight_2BK in zip(before_W2BK.unbind()[1:], weight_W2BK.unbind()[1:], strict=True):
            torch.bmm(state_2BK, moves_2KK, out=before_2BK)
            torch.mul(before_2BK, weight_2BK, out=state_2BK)
            torch.sum(state_2BK, 2, keepdim=True, out=sum_2B1)
            state_2BK.div_(sum_2B1)
        return self.chain.to_words(before_W2BK)

    def _moves_2KK(self) -> Tensor:
        return torch.stack((self.move_KK, self.move_KK.T))

    @cached_property
    def _forward(self) -> tuple[Tensor, Tensor]:
        """The forward messages with the word's own emission (BWK) and their sums (BW1)."""
        state_BWK = self.before_2BWK[0] * self.weight_BWK
        return state_BWK, state_BWK.sum(2, keepdim=True)

    @cached_property
    def _joint(self) -> tuple[Tensor, Tensor]:
        """All there is to say of a word's label: products of both messages and the emission (BWK), their sums (BW1)."""
        joint_BWK = self._forward[0] * self.before_2BWK[1]
        return joint_BWK, joint_BWK.sum(2, keepdim=True)

    def log_partition_B(self) -> Tensor:
        """log of the sum over all label sequences, of the shifted potentials; junk for empty sentences."""
        state_BWK, sum_BW1 = self._forward
        step_BW = torch.where(self.chain.is_before_last_BW(), sum_BW1[..., 0].log(), 0)
        return step_BW.sum(1) + (self.chain.last(state_BWK) * self.first_2K[1]).sum(1).log()

    def log_before_2BWK(self) -> Tensor:
        return self.before_2BWK.log()

    def marginals_BWK(self) -> Tensor:
        joint_BWK, sum_BW1 = self._joint
        return joint_BWK / sum_BW1

    def pair_counts_KK(self, factor_BW: Tensor) -> Tensor:
        """Sum over words t >= 1 of P(label of t-1, label of t), each word times its factor."""
        state_BWK, sum_BW1 = self._forward
        arriving_BWK = self.before_2BWK[1] * self.weight_BWK * (factor_BW[..., None] / self._joint[1])
        K = self.move_KK.shape[0]
        leaving_NK = (state_BWK / sum_BW1)[:, :-1].reshape(-1, K)
        return self.move_KK * (leaving_NK.T @ arriving_BWK[:, 1:].reshape(-1, K))

    def pull_back(self, cotangent_BWK: Tensor) -> tuple[Tensor, Tensor]:
        """Gradients through the recursions of both directions.

        Args:
            cotangent_BWK: gradient with respect to the log of either message; 0 on padding and where a label is
                infeasible.

        Returns:
            The gradient with respect to the log messages `before_2BWK` with all that flows back into them from later
            words, and the gradient of the transitions (KK).
        """
        W = cotangent_BWK.shape[1]
        before_W2BK, weight_W2BK = self.chain.to_steps(self.before_2BWK), self.chain.to_steps(self.weight_BWK)
        moves_2KK = self._moves_2KK()
        state_W2BK = before_W2BK * weight_W2BK
        state_W2BK /= state_W2BK.sum(3, keepdim=True)
        inverse_W2BK = torch.where(before_W2BK > 0, 1 / before_W2BK, 0)
        gradient_W2BK = self.chain.to_steps(cotangent_BWK)
        # log state_t[j] takes from log before_{t+1}[k] the share that label j had in it:
        # state_t[j] move[j, k] / before_{t+1}[k].
        share_W2BK = torch.empty_like(gradient_W2BK)
        inverse, state, gradient, share = (x.unbind() for x in (inverse_W2BK, state_W2BK, gradient_W2BK, share_W2BK))
        for t in range(W - 1, 0, -1):
            torch.mul(gradient[t], inverse[t], out=share[t])
            gradient[t - 1].addcmul_(torch.bmm(share[t], moves_2KK.mT), state[t - 1])
        pairs_2KK = torch.einsum("wdbj,wdbk->djk", state_W2BK[:-1], share_W2BK[1:]) * moves_2KK
        gradient_2BWK = self.chain.to_words(gradient_W2BK)
        return gradient_2BWK, pairs_2KK[0] + pairs_2KK[1].T
