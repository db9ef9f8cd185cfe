"""What the rooms hand to each other: sentences, batches, potentials, predictions; and in `printing` what they hand to
people: text that does nothing to a terminal, a log or a spreadsheet.

Shape suffixes name the axes: B sentences of a batch, W words, K labels, D hidden width, N valid words of a batch
(`mask_BW` picked them), R encoder rows (windows), S subwords of a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor


class UserError(Exception):
    """Something the user can mend. The text names the rule, the value received, where it was, and what to do.

    The command line prints it without a traceback and exits with 1.
    """


def listed(names: Iterable[object], most: int = 5) -> str:
    """Names for a message: the first of them, each cut to a readable length, and how many more there are.

    Examples:
        >>> listed(["a", "b", "c"]), listed(range(1000), most=2)
        ('a, b, c', '0, 1 and 998 more')
    """
    found = [str(name) for name in names]
    shown = ", ".join(shortened(name) for name in found[:most])
    return f"{shown} and {len(found) - most:,} more" if len(found) > most else shown


def shortened(text: str, most: int = 80) -> str:
    """A text for a message, without its end where it is long.

    Examples:
        >>> shortened("abcdefgh", most=6)
        'abc...'
    """
    return text if len(text) <= most else text[: most - 3] + "..."


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `tags` are IOB2, one a word, or None where nobody annotated; `origin` is `file:line`.

    `before` and `after` are the words of neighbouring sentences that the encoder reads beside it, in the order of the
    text; they are never scored.

    Examples:
        >>> Sentence(("Ada", "Lovelace", "wrote"), ("B-PER", "I-PER", "O"), document="1", origin="corpus.conll:7").tags
        ('B-PER', 'I-PER', 'O')
    """

    words: tuple[str, ...]
    tags: tuple[str, ...] | None = None
    document: str = ""
    origin: str = ""
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()


_POSITIONS = "word_N"  # of a mask: the attribute with the positions of its words


@dataclass(slots=True)
class Batch:
    """Sentences as tensors: R rows of S subwords for the encoder, B sentences of W words for everything after it.

    `begin_BW` and `end_BW` are the half-open range of each word's subwords in the flattened `R * S` positions.
    `labels_BW` holds label indices, -1 on padding and on words whose gold label the model does not know, or is None.
    `index_B` is the position of each sentence in its split. `step_words` is the number of words of the whole optimizer
    step that this batch is part of (all accumulated batches of all devices), so that any loss can be a mean per word.
    `word_N` has the positions of the words in the flattened `B * W`, and `subwords` is how many subwords they have:
    who makes a batch knows them, and to ask a GPU for a number waits for it. Where they are None they are asked for.
    `states_RSE` are the states of the encoder's frozen layers where they are known already; where all of it is frozen,
    they are those of the words (`states_BWE`), and there are no rows.
    """

    input_ids_RS: Tensor
    attention_mask_RS: Tensor
    begin_BW: Tensor
    end_BW: Tensor
    mask_BW: Tensor
    index_B: Tensor
    labels_BW: Tensor | None = None
    step_words: int = 0
    word_N: Tensor | None = None
    subwords: int | None = None
    states_RSE: Tensor | None = None

    def __post_init__(self) -> None:
        if self.word_N is not None:
            setattr(self.mask_BW, _POSITIONS, self.word_N)

    def to(self, device: Any, non_blocking: bool = False) -> Batch:
        """On a device; tensors that fill one memory, as those of a pinned batch do, travel as one."""
        parts: dict[int, int] = {}
        for tensor in self._tensors().values():
            parts[id(tensor._base)] = parts.get(id(tensor._base), 0) + tensor.numel()
        moved: dict[int, Tensor] = {}

        def change(tensor: Tensor) -> Tensor:
            whole = tensor._base
            if whole is None or whole.dtype != tensor.dtype or parts[id(whole)] != whole.numel():
                return tensor.to(device, non_blocking=non_blocking)
            if whole.storage_offset() or not whole.is_contiguous():
                return tensor.to(device, non_blocking=non_blocking)
            if id(whole) not in moved:
                moved[id(whole)] = whole.to(device, non_blocking=non_blocking)
            return moved[id(whole)].as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())

        return self._each(change)

    def pin_memory(self) -> Batch:
        """In memory that a GPU reads by itself, all tensors of a type in one; `DataLoader` calls it."""
        some: dict[Any, list[Tensor]] = {}
        for tensor in self._tensors().values():
            some.setdefault(tensor.dtype, []).append(tensor)
        pinned: dict[int, Tensor] = {}
        for tensors in some.values():
            sizes = [tensor.numel() for tensor in tensors]
            whole = tensors[0].new_empty(sum(sizes), pin_memory=True)
            for tensor, part in zip(tensors, whole.split(sizes), strict=True):
                pinned[id(tensor)] = part.view(tensor.shape).copy_(tensor)
        return self._each(lambda tensor: pinned[id(tensor)])

    def _tensors(self) -> dict[str, Tensor]:
        rows = ("input_ids_RS", "attention_mask_RS", "states_RSE")
        names = (*rows, "begin_BW", "end_BW", "mask_BW", "index_B", "labels_BW", "word_N")
        return {name: tensor for name in names if (tensor := getattr(self, name)) is not None}

    def _each(self, change: Callable[[Tensor], Tensor]) -> Batch:
        changed: dict[str, Any] = {name: change(tensor) for name, tensor in self._tensors().items()}
        return replace(self, **changed)


def words_of(values: Tensor, mask_BW: Tensor) -> Tensor:
    """`values_N` or `values_NK` of the words alone, from `values_BW` or `values_BWK`: `values[mask_BW]`.

    The mask of a `Batch` that has `word_N` knows where its words are, so that nobody waits for a GPU to count them.

    Examples:
        >>> import torch
        >>> from ner_lab.types import words_of
        >>> words_of(torch.tensor([[1, 2], [3, 0]]), torch.tensor([[True, True], [True, False]]))
        tensor([1, 2, 3])
    """
    word_N = getattr(mask_BW, _POSITIONS, None)
    return values[mask_BW] if word_N is None else values.flatten(0, 1).index_select(0, word_N)


class Potentials(Protocol):
    """What a head says about a batch; every loss and every decoder works from this alone.

    `mask_BW` (bool) is contiguous: each row is True for the words of the sentence and False after them.
    """

    mask_BW: Tensor

    def nll_B(self, labels_BW: Tensor) -> Tensor:
        """Negative log-likelihood of each sentence's label sequence, in nats; 0 for a sentence without words."""
        ...

    @property
    def log_probs_BWK(self) -> Tensor:
        """Token marginals (log), normalised over K; differentiable; computed on first use and kept."""
        ...

    def decode(self) -> Tensor:
        """`labels_BW`, the best label sequence of each sentence (long); 0 on padding."""
        ...

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]], labels_W: Sequence[int]) -> list[float]:
        """Probability, per half-open span of one sentence, that exactly this entity stands there: the words of the
        span carry the labels `labels_W` gives them and the next word does not continue the entity."""
        ...


@dataclass(frozen=True, slots=True)
class Entity:
    """A predicted span: half-open word indices, type, and the model's probability of it (0 to 1)."""

    begin: int
    end: int
    type: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one sentence: raw decoded `tags`, `entities`, log-probabilities per word (W lists of K),
    and the sentence's negative log-likelihood in nats, None without gold tags the model knows."""

    sentence: Sentence
    tags: tuple[str, ...]
    entities: tuple[Entity, ...]
    log_probs_WK: list[list[float]]
    loss: float | None
