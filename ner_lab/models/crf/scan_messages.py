"""Messages of a chain by a scan: a number of steps that grows with log W, for devices where a step costs a launch."""

from __future__ import annotations

import torch
from torch import Tensor

from ner_lab.models.crf.probability_messages import ProbabilityMessages


class ScanMessages(ProbabilityMessages):
    """As `ProbabilityMessages`, from a balanced tree of products (Blelloch 1990, "Prefix sums and their applications").

    Going from a word to the next is a K x K matrix, transitions times emissions of the next word. Upwards, neighbours
    are multiplied, K^3 work per word in all; downwards, every node passes the forward message at its left edge and the
    backward message at its right edge on to its halves, K^2 work per word. Both directions share the way up.
    """

    def _run(self) -> Tensor:
        B, W, K = self.weight_BWK.shape
        mask_BW = self.chain.mask_BW
        # Steps between words; beyond the end of a sentence the identity, also to fill up to a power of two.
        steps_BSKK = self.move_KK * self.weight_BWK[:, 1:, None]
        identity_KK = torch.eye(K, dtype=steps_BSKK.dtype, device=steps_BSKK.device)
        steps_BSKK = torch.where(mask_BW[:, 1:, None, None], steps_BSKK, identity_KK)
        missing = (1 << max(0, W - 2).bit_length()) - (W - 1)
        levels = [torch.cat((steps_BSKK, identity_KK.expand(B, missing, K, K)), 1)]
        while levels[-1].shape[1] > 1:
            product_BSKK = levels[-1][:, ::2] @ levels[-1][:, 1::2]
            levels.append(product_BSKK / product_BSKK.amax((2, 3), keepdim=True))

        left_BSK = _normalise(self.first_2K[0] * self.weight_BWK[:, :1])
        right_BSK = _normalise(self.first_2K[1].expand(B, 1, K))
        for halves_BSKK in reversed(levels[:-1]):
            first_BSKK, second_BSKK = halves_BSKK[:, ::2], halves_BSKK[:, 1::2]
            middle_left_BSK = _normalise((left_BSK[:, :, None] @ first_BSKK)[:, :, 0])
            middle_right_BSK = _normalise((second_BSKK @ right_BSK[..., None])[..., 0])
            left_BSK = torch.stack((left_BSK, middle_left_BSK), 2).flatten(1, 2)
            right_BSK = torch.stack((middle_right_BSK, right_BSK), 2).flatten(1, 2)
        # A leaf, the step from one word to the next, knows all before the one and all after the other.
        arriving_BSK = _normalise(right_BSK[:, : W - 1] * self.weight_BWK[:, 1:])
        before_2BWK = torch.empty((2, B, W, K), dtype=steps_BSKK.dtype, device=steps_BSKK.device)
        before_2BWK[:] = self.first_2K[:, None, None]
        before_2BWK[0, :, 1:] = left_BSK[:, : W - 1] @ self.move_KK
        before_2BWK[1, :, :-1] = torch.where(mask_BW[:, 1:, None], arriving_BSK @ self.move_KK.T, self.first_2K[1])
        return before_2BWK


def _normalise(message_BSK: Tensor) -> Tensor:
    return message_BSK / message_BSK.sum(2, keepdim=True)
