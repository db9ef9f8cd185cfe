"""pytorch-crf, the library, as a backend of the CRF: to compare with."""

from __future__ import annotations

from typing import Any

import torch
import torchcrf
from torch import Tensor

from ner_lab.models.crf.potentials import CRFPotentials
from ner_lab.types import UserError


class PytorchCRFPotentials(CRFPotentials):
    """Likelihood and decoding by `torchcrf.CRF` (pytorch-crf), with the parameters of `CRFHead`.

    The library has no marginals. Without gradients (evaluation, prediction) the native recursion gives them, and with
    it k-best paths and confidences; a loss that has to differentiate them is refused.
    """

    def nll_B(self, labels_BW: Tensor) -> Tensor:
        """As `CRFPotentials.nll_B`."""
        if self.mask_BW.numel() == 0:
            return self.emissions_BWK.sum((1, 2))
        gold_B = self._gold_B(labels_BW)
        usable_B = self.mask_BW[:, 0] & (gold_B > -torch.inf)  # the library refuses an empty sentence in a batch
        nll_B = torch.where(self.mask_BW[:, 0], torch.inf, 0).to(self.emissions_BWK) + self.emissions_BWK.sum() * 0
        if not bool(usable_B.any()):
            return nll_B
        emissions_BWK, mask_BW = self.emissions_BWK[usable_B], self.mask_BW[usable_B]
        log_likelihood = self._library()(emissions_BWK, labels_BW[usable_B].clamp(min=0), mask_BW, reduction="none")
        return nll_B.masked_scatter(usable_B, -log_likelihood)

    @property
    def log_probs_BWK(self) -> Tensor:
        if torch.is_grad_enabled() and self.emissions_BWK.requires_grad:
            raise UserError(
                "model.head.backend=pytorch-crf has no token marginals to differentiate, which this loss needs; use "
                "loss=nll with it, or model.head.backend=native"
            )
        return self._marginals_BWK

    def decode(self) -> Tensor:
        labels_BW = torch.zeros_like(self.mask_BW, dtype=torch.long)
        used_B = self.mask_BW.any(1)
        if bool(used_B.any()):
            with torch.no_grad():
                paths = self._library().decode(self.emissions_BWK[used_B], self.mask_BW[used_B])
            labels = [label for path in paths for label in path]
            labels_BW[self.mask_BW] = torch.tensor(labels, device=labels_BW.device)
        return labels_BW

    def _library(self) -> Any:
        crf = torchcrf.CRF(len(self.labels), batch_first=True)
        for name, scores in (
            ("start_transitions", self.start_K),
            ("transitions", self.trans_KK),
            ("end_transitions", self.end_K),
        ):
            delattr(crf, name)  # its own parameters give way to the head's
            setattr(crf, name, scores)
        return crf
