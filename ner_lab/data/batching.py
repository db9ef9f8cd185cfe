"""The batches of a plan, as torch's loader takes them."""

from __future__ import annotations

from collections.abc import Iterator

from torch.utils.data import Dataset, Sampler

from ner_lab.data.collation import collate
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.plans import BatchPlan
from ner_lab.types import Batch


class Batches(Dataset[Batch]):
    """The batches of a plan, made on demand."""

    def __init__(
        self, split: EncodedSplit, plan: BatchPlan, encoder: SubwordEncoder, states: FrozenStates | None = None
    ) -> None:
        self.split, self.plan, self.encoder, self.states = split, plan, encoder, states

    def __len__(self) -> int:
        return len(self.plan.batches)

    def __getitem__(self, k: int) -> Batch:
        return collate(self.split, self.plan.batches[k], self.encoder, self.plan.step_words[k], self.states)


class From(Sampler[int]):
    """0..count in order, entered at `start`; its length stays `count`, since Lightning counts batches by epoch."""

    def __init__(self, count: int, start: int = 0) -> None:
        self.count, self.start = count, start

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.count))

    def __len__(self) -> int:
        return self.count
