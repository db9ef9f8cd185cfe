"""The datamodule: from a corpus to batches. A data set is a subclass with `read`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from pytorch_lightning import LightningDataModule
from torch.utils.data import DataLoader
from transformers import PreTrainedTokenizerBase

from ner_lab.data import noise
from ner_lab.data.batching import Batches, From
from ner_lab.data.cache import cache_key, cached, digest
from ner_lab.data.context import with_context
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit, count_encoded
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.ledger import Ledger, count
from ner_lab.data.plans import BatchPlan, reading_plan, training_plan
from ner_lab.data.split import deal, subset
from ner_lab.data.statistics import unseen_types
from ner_lab.data.store import StoredSentences
from ner_lab.tags import label_set
from ner_lab.types import Sentence, UserError, listed


class DataModule(LightningDataModule):
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
        super().__init__()
        sizes = {"batch_size": batch_size, "eval_batch_size": eval_batch_size, "batch_tokens": batch_tokens}
        for name, value in sizes.items():
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        if folds < 2:
            raise ValueError(f"folds must be at least 2, got {folds}")
        if fold is not None and not 0 <= fold < folds:
            raise ValueError(f"fold must be from 0 to {folds - 1} (folds={folds}), got {fold}")
        if document_context < 0:
            raise ValueError(f"document_context must be a number of sentences, at least 0, got {document_context}")
        self.batch_size, self.eval_batch_size, self.num_workers = batch_size, eval_batch_size, num_workers
        self.batch_tokens, self.cache = batch_tokens, Path(cache) if cache else None
        self.bucketed, self.size, self.seed = bucketed, size, seed
        self.fold, self.folds, self.document_context = fold, folds, document_context
        self.type_noise, self.boundary_noise = type_noise, boundary_noise
        self.label_names = dict(label_names or {})
        self.sentences: dict[str, Sequence[Sentence]] = {}
        self.labels: tuple[str, ...] = ()
        self.ledger = Ledger()
        self.notes: list[str] = []
        self.tagging: dict[str, dict[str, Any]] = {}
        self._digests: dict[str, str] = {}
        self.order_seed = 0
        self._resume = {"epoch": -1, "batch": 0}

    @abstractmethod
    def read(self) -> Mapping[str, Sequence[Sentence]]:
        """The corpus by split: `train` and `dev`, and `test` where there is one, with IOB2 tags."""

    def setup(self, stage: str | None = None) -> None:
        if self.labels:
            return
        self.load()
        for split in ("train", "dev"):
            if not self.sentences.get(split):
                raise UserError(
                    f"the corpus has no sentences in split {split!r} (has: {', '.join(self.sentences) or 'nothing'}); "
                    "`ner-lab prepare` makes train, dev and test splits by ratio, data.fold=0 takes dev from train"
                )
        self.labels = label_set(
            sorted({tag[2:] for s in self.sentences["train"] for tag in s.tags or () if tag != "O"})
        )
        _refuse_plain(self.sentences)
        if len(self.labels) == 1:
            raise UserError(
                "the training split has no entity, so there is nothing to learn; check where its tags or spans are"
            )
        self._leave_out_what_no_score_can_be_of()
        for split, sentences in self.sentences.items():
            if unseen := unseen_types(sentences, self.labels):
                named = listed(f"{type_} ({n})" for type_, n in unseen.most_common())
                self.notes.append(f"types in {split} that training never saw, counted as missed: {named}")

    def _leave_out_what_no_score_can_be_of(self) -> None:
        for split in [name for name in self.sentences if name != "train"]:
            sentences = self.sentences[split]
            if sentences and all(sentence.tags is None for sentence in sentences):  # a test set without its key
                note = f"{split} is text that nobody has annotated, and is not scored; `ner-lab predict` tags it"
                self.ledger.enter(split, "left out", count(self.sentences.pop(split), note))
                self.notes.append(note)
            elif not any(tag != "O" for sentence in sentences for tag in sentence.tags or ()):
                self.notes.append(f"{split} has no entity: its F1 is 0, whatever a model does")

    def corpus(self) -> dict[str, Sequence[Sentence]]:
        """The corpus by split, dealt into folds if that is wanted, every sentence with its context.

        Sentences that nobody has annotated are left out of a split in which others are, and counted.
        """
        # Context first, so that it does not depend on who is in which fold.
        splits = dict(self.read())
        if self.document_context:
            splits = {name: list(with_context(rows, self.document_context)) for name, rows in splits.items()}
        splits = {name: self._annotated(name, rows) for name, rows in splits.items()}
        if self.fold is None:
            return splits
        _refuse_plain(splits)
        dealt, note = deal(splits, self.fold, self.folds, self.seed)
        for step, found in (("read", splits), ("dealt", dealt)):
            pool = (s for name in ("train", "all", "dev") for s in found.get(name, ()))
            self.ledger.enter("train and dev", step, count(pool, note if step == "dealt" else ""))
        self.ledger.same("train and dev", "read", "dealt", ("sentences", "words", "entities"))
        self.notes.append(note)
        return dict(dealt)

    def _annotated(self, split: str, rows: Sequence[Sentence]) -> Sequence[Sentence]:
        plain = sum(row.tags is None for row in rows)
        if plain in (0, len(rows)):
            return rows
        origin = next(row.origin for row in rows if row.tags is None)
        note = f"{plain:,} sentences without annotation left out, such as {origin or 'one without origin'}"
        self.ledger.enter(split, "found", count(rows, note))
        self.notes.append(f"{split}: {note}")
        kept = (row for row in rows if row.tags is not None)
        return list(kept) if self.document_context else StoredSentences(kept)

    def load(self) -> None:
        """Fills `sentences`: the corpus, with the subset and the noise that the settings want."""
        self.sentences = self.corpus()
        for split, sentences in self.sentences.items():
            self.ledger.enter(split, "read", count(sentences, self._repairs(split)))
        self._keep_and_corrupt()

    def _repairs(self, split: str) -> str:
        """What the reader mended in a split, by reason; empty if nothing."""
        repaired = self.tagging.get(split, {}).get("repaired", {})
        return "repaired: " + ", ".join(f"{reason} ({n})" for reason, n in repaired.items()) if repaired else ""

    def _keep_and_corrupt(self) -> None:
        if self.size is None and not self.type_noise and not self.boundary_noise:
            return
        if not self.sentences.get("train"):
            raise UserError(
                "data.size, data.type_noise and data.boundary_noise change the training split, but the corpus has "
                f"only {', '.join(self.sentences) or 'nothing'}; `ner-lab prepare` makes splits by ratio"
            )
        train = self.sentences["train"]
        if self.size is not None:
            train = subset(train, self.size, self.seed)
            self.ledger.enter("train", "kept", count(train, f"data.size={self.size}"))
        if self.type_noise or self.boundary_noise:
            train, changes = noise.corrupt(train, self.type_noise, self.boundary_noise, self.seed)
            note = f"label noise: {len(changes)} entities changed on purpose"
            self.ledger.enter("train", "corrupted", count(train, note))
            self.notes.append(note)
        self.sentences["train"] = list(train)

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

    def fingerprint(self) -> dict[str, str]:
        """SHA-256 of each split's words, tags and context."""
        for split, sentences in self.sentences.items():
            if split not in self._digests:
                self._digests[split] = digest(sentences)
        return dict(self._digests)

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


def _refuse_plain(splits: Mapping[str, Sequence[Sentence]]) -> None:
    for split, name in (("train", "training"), ("dev", "dev")):
        if splits.get(split) and all(sentence.tags is None for sentence in splits[split]):
            raise UserError(
                f"the {name} split has no tags: its sentences are text that nobody has annotated, or the field "
                "with the annotations has another name than the reader looks for"
            )
