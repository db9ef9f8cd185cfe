"""Sequence negative log-likelihood, the default."""

from __future__ import annotations

from torch import Tensor

from ner_lab.losses.loss import Loss
from ner_lab.types import Potentials


class NLL(Loss):
    r"""$-\log p(y_{1..W} \mid x)$ summed over the sentences and divided by their words.

    For independent words (`linear`) this is the cross-entropy; for a CRF it is the likelihood of the whole path
    (Lafferty, McCallum and Pereira 2001, "Conditional random fields").

    Examples:
        >>> import torch
        >>> from ner_lab.losses import NLL
        >>> from ner_lab.models import IndependentPotentials
        >>> scores_BWK = torch.tensor([[[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]]).log()  # one sentence of two words
        >>> potentials = IndependentPotentials(scores_BWK, torch.tensor([[True, True]]), ["O", "B-PER", "I-PER"])
        >>> NLL()(potentials, labels_BW=torch.tensor([[0, 1]]))  # -log(0.7 * 0.6) / 2
        tensor(0.4338)
    """

    replayable = True

    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        return potentials.nll_B(labels_BW).sum() / potentials.mask_BW.sum().clamp_min(1)
