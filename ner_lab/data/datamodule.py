"""The datamodule: from a corpus to batches. A data set is a subclass with `read`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import PreTrainedTokenizerBase

from ner_lab.data.annotated_corpus import AnnotatedCorpus
from ner_lab.data.batching import Batches, From
from ner_lab.data.cache import cache_key, cached
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit, count_encoded
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.plans import BatchPlan, reading_plan, training_plan


class DataModule(AnnotatedCorpus):
    """Reads, subsets, encodes and batches a corpus.

    Subclasses implement `read`; everything else is shared, whatever the format.

    Args:
        batch_size: training sentences a batch (of one device).
        eval_batch_size: sentences a batch in evaluation and prediction.
        batch_tokens: instead of the two: subwords a batch holds at most with its padding (its sentences times the
            longest of them, special tokens not counted); a longer sentence is a batch of its own.
        bucketed: batches of sentences of similar length; False draws them at random. Random batches cost little, since
            the encoder reads rows of similar length together, and do not weigh words by the length of their sentence.
        num_workers: processes that make batches; 0 makes them in the main process, which is fast enough for one device.
        size: training sentences kept: a number, a share below 1.0, or null for all. Subsets of one seed are nested.
        fold, folds: with a fold, train and dev are dealt anew into so many, and dev is this one; see `split.deal`.
        document_context: sentences of the same document, on either side, that the encoder reads beside each sentence.
            They come from the whole file, also where only a subset or a fold of its sentences is trained on.
        type_noise, boundary_noise: share of training entities given a wrong type or a wrong boundary.
        seed: decides the corpus (where it is generated), folds, subset and noise; not the order of batches.
        label_names: what a type is called when a loss embeds it, such as `{"PER": "person"}`.
        cache: a folder for encoded splits, shared by all runs; null keeps none.

    Attributes:
        sentences: split name -> sentences.
        labels: IOB2 labels of the training data, `O` first.
        ledger: counts of every step so far.
        states: split name -> states of the encoder's frozen layers, where they are known.
        notes: lines worth printing with the data.
        tagging: split name -> its tags as they were written: `scheme`, `reason` why it was taken for that, and
            `repaired` (reason -> number), where the format has tags to read.

    Examples:
        >>> from ner_lab.types import Sentence
        >>> class Greetings(DataModule):
        ...     def read(self):
        ...         hello = Sentence(("Hello", "Ada"), ("O", "B-PER"))
        ...         return {"train": [hello] * 8, "dev": [hello]}
        >>> data = Greetings(size=0.5)
        >>> data.setup()
        >>> data.labels, len(data.sentences["train"])
        (('O', 'B-PER', 'I-PER'), 4)
    """

    def __init__(
        self,
        batch_size: int = 32,
        eval_batch_size: int = 64,
        batch_tokens: int | None = None,
        bucketed: bool = False,
        num_workers: int = 0,
        size: float | None = None,
        fold: int | None = None,
        folds: int = 5,
        document_context: int = 0,
        type_noise: float = 0.0,
        boundary_noise: float = 0.0,
        seed: int = 0,
        label_names: Mapping[str, str] | None = None,
        cache: str | None = None,
    ) -> None:
        super().__init__(size, fold, folds, document_context, type_noise, boundary_noise, seed)
        sizes = {"batch_size": batch_size, "eval_batch_size": eval_batch_size, "batch_tokens": batch_tokens}
        for name, value in sizes.items():
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        self.batch_size, self.eval_batch_size, self.num_workers = batch_size, eval_batch_size, num_workers
        self.batch_tokens, self.cache = batch_tokens, Path(cache) if cache else None
        self.bucketed, self.label_names = bucketed, dict(label_names or {})
        self.order_seed = 0
        self._resume = {"epoch": -1, "batch": 0}

    def encode(self, tokenizer: PreTrainedTokenizerBase, max_subwords: int, order_seed: int) -> None:
        """Encodes every split for an encoder; `order_seed` decides the order of training batches."""
        self.setup()
        self.order_seed = order_seed
        self.subword_encoder = SubwordEncoder(tokenizer, max_subwords)
        self.encoded: dict[str, EncodedSplit] = {}
        self.states: dict[str, FrozenStates] = {}
        subwords, contents = self.subword_encoder.fingerprint(), self.fingerprint()
        for split, sentences in self.sentences.items():
            key = cache_key(contents[split], subwords, *self.labels)
            make = partial(self.subword_encoder.encode, sentences, self.labels)
            encoded = cached(self.cache, key, make, EncodedSplit.from_arrays)
            self.encoded[split] = encoded
            before = next(reversed(self.ledger.steps[split]))
            self.ledger.enter(split, "encoded", count_encoded(encoded, self.labels, sentences))
            self.ledger.same(split, before, "encoded", ("sentences", "words", "entities"))

    def counts_K(self) -> torch.Tensor:
        """Training words of each label."""
        labels_N = self.encoded["train"].labels_N
        assert labels_N is not None
        return torch.bincount(torch.from_numpy(labels_N.astype("int64")), minlength=len(self.labels))

    def train_plan(self, epoch: int) -> BatchPlan:
        """The batches of an epoch for the attached trainer's device, or for one device without a trainer."""
        trainer = self.trainer
        return training_plan(
            self.encoded["train"],
            self.batch_size,
            self.order_seed,
            epoch,
            self.bucketed,
            trainer.accumulate_grad_batches if trainer else 1,
            trainer.global_rank if trainer else 0,
            trainer.world_size if trainer else 1,
            self.batch_tokens,
        )

    def train_dataloader(self) -> DataLoader[Any]:
        # Called anew each epoch (reload_dataloaders_every_n_epochs=1), so the order needs no state but the epoch.
        epoch = self.trainer.current_epoch if self.trainer else 0
        plan = self.train_plan(epoch)
        start = self._resume["batch"] if epoch == self._resume["epoch"] else 0
        batches = Batches(self.encoded["train"], plan, self.subword_encoder, self.states.get("train"))
        return self._loader(batches, From(len(batches), start))

    def val_dataloader(self) -> DataLoader[Any]:
        rank, world = (self.trainer.global_rank, self.trainer.world_size) if self.trainer else (0, 1)
        plan = reading_plan(self.encoded["dev"], self.eval_batch_size, rank, world, self.batch_tokens)
        return self._loader(Batches(self.encoded["dev"], plan, self.subword_encoder, self.states.get("dev")))

    def _loader(self, batches: Batches, sampler: From | None = None) -> DataLoader[Any]:
        trainer = self.trainer if torch.cuda.is_available() else None
        pinned = trainer is not None and trainer.strategy.root_device.type == "cuda"
        return DataLoader(batches, batch_size=None, sampler=sampler, num_workers=self.num_workers, pin_memory=pinned)

    def state_dict(self) -> dict[str, int]:
        """Where the run is in its epoch: all that resuming needs, since the order is a function of seed and epoch."""
        assert self.trainer is not None
        done = self.trainer.fit_loop.epoch_loop.batch_progress.current.ready
        return {"epoch": self.trainer.current_epoch, "batch": done}

    def load_state_dict(self, state_dict: dict[str, int]) -> None:
        self._resume = dict(state_dict)
