"""The annotated sentences of a corpus by split, as a run's settings want them: dealt, subset, made wrong on purpose."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from pytorch_lightning import LightningDataModule

from ner_lab.data import noise
from ner_lab.data.cache import digest
from ner_lab.data.context import with_context
from ner_lab.data.contract import check_read
from ner_lab.data.ledger import Ledger, count
from ner_lab.data.split import deal, subset
from ner_lab.data.statistics import unseen_types
from ner_lab.data.store import StoredSentences
from ner_lab.tags import label_set
from ner_lab.types import Sentence, UserError, listed


class AnnotatedCorpus(LightningDataModule):
    """What a `DataModule` knows of a corpus before an encoder reads it; arguments and attributes are told there."""

    def __init__(
        self,
        size: float | None,
        fold: int | None,
        folds: int,
        document_context: int,
        type_noise: float,
        boundary_noise: float,
        seed: int,
    ) -> None:
        super().__init__()
        if folds < 2:
            raise ValueError(f"folds must be at least 2, got {folds}")
        if fold is not None and not 0 <= fold < folds:
            raise ValueError(f"fold must be from 0 to {folds - 1} (folds={folds}), got {fold}")
        if document_context < 0:
            raise ValueError(f"document_context must be a number of sentences, at least 0, got {document_context}")
        self.size, self.seed = size, seed
        self.fold, self.folds, self.document_context = fold, folds, document_context
        self.type_noise, self.boundary_noise = type_noise, boundary_noise
        self.sentences: dict[str, Sequence[Sentence]] = {}
        self.labels: tuple[str, ...] = ()
        self.ledger = Ledger()
        self.notes: list[str] = []
        self.tagging: dict[str, dict[str, Any]] = {}
        self._digests: dict[str, str] = {}

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
        splits = dict(check_read(self.read(), type(self).__name__))
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

    def fingerprint(self) -> dict[str, str]:
        """SHA-256 of each split's words, tags and context."""
        for split, sentences in self.sentences.items():
            if split not in self._digests:
                self._digests[split] = digest(sentences)
        return dict(self._digests)


def _refuse_plain(splits: Mapping[str, Sequence[Sentence]]) -> None:
    for split, name in (("train", "training"), ("dev", "dev")):
        if splits.get(split) and all(sentence.tags is None for sentence in splits[split]):
            raise UserError(
                f"the {name} split has no tags: its sentences are text that nobody has annotated, or the field "
                "with the annotations has another name than the reader looks for"
            )
