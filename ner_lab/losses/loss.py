"""The contract of every loss: a mean per valid word, whatever the head."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ner_lab.types import Potentials, UserError, words_of


class Loss(nn.Module, ABC):
    """A training objective over a batch: a scalar, the mean per valid word.

    One normaliser for all losses, so that changing the loss is no hidden change of the learning rate, and
    L(A and B together) is the word-weighted mean of L(A) and L(B).

    State lives in parameters and buffers made by `setup`, so `setup` comes before the optimizer is built and before
    a checkpoint is loaded. Whatever `forward` gathers for `update` lives in buffers named `pending_*`, as sums.

    Attributes:
        needs_hidden: whether `forward` also wants the hidden states of the words, and `setup` their width.
        needs_label_vectors: whether `setup` wants the encoder's embeddings of the label names.
        split_invariant: False where L(A and B) is not the word-weighted mean of L(A) and L(B), so that accumulating
            gradients over several batches is not the same as one large batch.
        replayable: whether `of_padded` consists of the same operations for every batch of a shape, asks no tensor for
            a number and keeps nothing but what it logs, so that a GPU can replay it; a class says so for itself, not
            for those that inherit from it (see `replays`).
        logged: named scalars of the last `forward` (detached), for the curves.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import Loss
        >>> from ner_lab.models import IndependentPotentials
        >>> class LongestSentence(Loss):
        ...     split_invariant = False
        ...     def forward(self, potentials, labels_BW, hidden_BWD=None):
        ...         return potentials.nll_B(labels_BW).max() / max(1, int(potentials.mask_BW.sum()))
        >>> mask_BW, labels = torch.tensor([[True, True], [True, False]]), ["O", "B-PER", "I-PER"]
        >>> potentials = IndependentPotentials(torch.zeros(2, 2, 3), mask_BW, labels)
        >>> LongestSentence()(potentials, labels_BW=torch.tensor([[0, 1], [0, -1]]))  # 2 log 3, over three words
        tensor(0.7324)
    """

    needs_hidden = False
    needs_label_vectors = False
    split_invariant = True
    replayable = False

    def __init__(self) -> None:
        super().__init__()
        self.logged: dict[str, Tensor] = {}

    def __getattr__(self, name: str) -> Tensor | nn.Module:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if not any(name in vars(kind).get("__annotations__", ()) for kind in type(self).__mro__):
                raise
        raise AttributeError(
            f"{type(self).__name__} has no {name} before its setup: call setup(labels, counts_K) once, then the loss"
        )

    def setup(
        self,
        labels: Sequence[str],
        counts_K: Tensor,
        label_vectors_KD: Tensor | None = None,
        width: int | None = None,
    ) -> None:
        """What a loss may know of the training data, once, before training.

        Args:
            labels: the label names, IOB2, `O` first.
            counts_K: how many training words carry each label.
            label_vectors_KD: embeddings of the label names, only where `needs_label_vectors`.
            width: D, the size of a word's hidden state, only where `needs_hidden`.
        """

    @abstractmethod
    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        """The mean loss per valid word, in nats or the loss's own unit; a differentiable zero for zero words.

        Every valid word of `labels_BW` carries a known label (0 to K - 1); what stands on padding is not read.
        """

    def __call__(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        """`forward`, whose value is checked.

        Raises:
            UserError: it is no scalar.
        """
        value = super().__call__(potentials, labels_BW, hidden_BWD)
        if isinstance(value, Tensor) and not value.dim() and value.is_floating_point():
            return value
        kind = f"a tensor of shape {tuple(value.shape)} and type {value.dtype}" if isinstance(value, Tensor) else value
        raise UserError(
            f"loss {type(self).__name__}: forward must give a scalar tensor, the mean a word; it gave {kind}"
        )

    def of_padded(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        """The same as `forward`, which may pick the valid words out; here their number may not decide any shape."""
        loss: Tensor = self(potentials, labels_BW, hidden_BWD)
        return loss

    def update(self) -> None:
        """Called once after each optimizer step: the only place where the state of a loss may change."""

    def pending(self) -> list[Tensor]:
        """The sums gathered since the last `update`; with several devices, add them up over all before `update`."""
        return [buffer for name, buffer in self.named_buffers() if name.rpartition(".")[2].startswith("pending_")]


class TokenLoss(Loss):
    """A loss on single words: subclasses give one value a word from its label probabilities.

    Outside of a run: `setup` once, then the loss of a batch, `loss(potentials, labels_BW)`, or `word_losses` alone.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import TokenLoss
        >>> from ner_lab.models import IndependentPotentials
        >>> class Brier(TokenLoss):
        ...     def word_losses(self, log_probs_NK, labels_N):
        ...         gold_NK = torch.nn.functional.one_hot(labels_N, log_probs_NK.shape[1])
        ...         return (log_probs_NK.exp() - gold_NK).square().sum(1)
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> Brier().word_losses(log_probs_NK, torch.tensor([0, 1]))
        tensor([0.1400, 0.2600])
        >>> mask_BW, labels = torch.tensor([[True, True]]), ["O", "B-PER", "I-PER"]
        >>> potentials = IndependentPotentials(log_probs_NK[None], mask_BW, labels)
        >>> Brier()(potentials, torch.tensor([[0, 1]]))  # their mean
        tensor(0.2000)
    """

    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        mask_BW = potentials.mask_BW
        log_probs_NK, labels_N = words_of(potentials.log_probs_BWK, mask_BW), words_of(labels_BW, mask_BW)
        return self._mean(log_probs_NK, labels_N, lambda values_N: values_N.sum() / max(1, labels_N.numel()))

    def of_padded(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        """As of words alone: what the losses of padding are is dropped, and finite, as its log-probabilities are."""
        mask_N = potentials.mask_BW.flatten()
        return self._mean(
            potentials.log_probs_BWK.flatten(0, 1),
            labels_BW.flatten().clamp(min=0),
            lambda values_N: torch.where(mask_N, values_N, 0).sum() / mask_N.sum().clamp_min(1),
        )

    def _mean(self, log_probs_NK: Tensor, labels_N: Tensor, mean: Callable[[Tensor], Tensor]) -> Tensor:
        before, self.logged = self.logged, {}
        losses_N = self.word_losses(log_probs_NK, labels_N)
        if not isinstance(losses_N, Tensor) or losses_N.shape != labels_N.shape:
            shape = tuple(losses_N.shape) if isinstance(losses_N, Tensor) else type(losses_N).__name__
            raise UserError(
                f"loss {type(self).__name__}: word_losses must give a tensor with a value for each word, of shape "
                f"{tuple(labels_N.shape)}; it gave {shape}"
            )
        of_words = {name for name, value in self.logged.items() if isinstance(value, Tensor) and value.dim()}
        self.logged = before | {name: mean(v) if name in of_words else v for name, v in self.logged.items()}
        return mean(losses_N)

    @abstractmethod
    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        """`loss_N` from log-probabilities and gold labels.

        Log-probabilities are normalised over K and -inf on labels that are infeasible at that word, never on the gold.
        It may put scalars into `logged`, or values of words, of which `forward` makes the mean.
        """


def replays(part: nn.Module) -> bool:
    """Whether a loss, a head or a layer is `replayable`. A class that inherits from one that is may do something else,
    so that it has to say so again."""
    return "replayable" in vars(type(part)) and bool(part.replayable)
