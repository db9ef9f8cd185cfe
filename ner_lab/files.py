"""The run folder: what lies where, written atomically. A folder without `metrics.json` is an unfinished run.

Its `config.yaml` names classes by their public names (`ner_lab.losses.Focal`), so that moving a file changes no run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ner_lab.tags import label_set
from ner_lab.types import UserError

# What classes were called in configs when a file's path was their name; runs and sweeps of that time still load.
OLD_NAMES = {
    "ner_lab.callbacks.checkpoint.Checkpoint": "ner_lab.callbacks.Checkpoint",
    "ner_lab.callbacks.hyperparameters.Hyperparameters": "ner_lab.callbacks.Hyperparameters",
    "ner_lab.callbacks.label_similarity.LabelSimilarity": "ner_lab.callbacks.LabelSimilarity",
    "ner_lab.callbacks.progress.TrainingBar": "ner_lab.callbacks.TrainingBar",
    "ner_lab.callbacks.pruning.Pruning": "ner_lab.callbacks.Pruning",
    "ner_lab.callbacks.stopwatch.Stopwatch": "ner_lab.callbacks.Stopwatch",
    "ner_lab.data.arrow.ArrowData": "ner_lab.data.ArrowData",
    "ner_lab.data.brat.BratData": "ner_lab.data.BratData",
    "ner_lab.data.column_data.ColumnData": "ner_lab.data.ColumnData",
    "ner_lab.data.csv_table.CsvData": "ner_lab.data.CsvData",
    "ner_lab.data.doccano.DoccanoData": "ner_lab.data.DoccanoData",
    "ner_lab.data.formats.AutoData": "ner_lab.data.AutoData",
    "ner_lab.data.hub.HubData": "ner_lab.data.HubData",
    "ner_lab.data.jsonl.JsonlData": "ner_lab.data.JsonlData",
    "ner_lab.data.label_studio.LabelStudioData": "ner_lab.data.LabelStudioData",
    "ner_lab.data.newswire_data.NewswireData": "ner_lab.newswire.NewswireData",
    "ner_lab.data.spacy_docbin.SpacyData": "ner_lab.data.SpacyData",
    "ner_lab.losses.compound.Compound": "ner_lab.losses.Compound",
    "ner_lab.losses.cross_entropy.CrossEntropy": "ner_lab.losses.CrossEntropy",
    "ner_lab.losses.dice.Dice": "ner_lab.losses.Dice",
    "ner_lab.losses.embedding_label_smoothing.EmbeddingLabelSmoothing": "ner_lab.losses.EmbeddingLabelSmoothing",
    "ner_lab.losses.focal.Focal": "ner_lab.losses.Focal",
    "ner_lab.losses.label_smoothing.LabelSmoothing": "ner_lab.losses.LabelSmoothing",
    "ner_lab.losses.nll.NLL": "ner_lab.losses.NLL",
    "ner_lab.losses.tversky.Tversky": "ner_lab.losses.Tversky",
    "ner_lab.losses.weighted_cross_entropy.WeightedCrossEntropy": "ner_lab.losses.WeightedCrossEntropy",
    "ner_lab.models.between.BiLSTM": "ner_lab.models.BiLSTM",
    "ner_lab.models.between.MLP": "ner_lab.models.MLP",
    "ner_lab.models.between.Nothing": "ner_lab.models.Nothing",
    "ner_lab.models.cosine.CosineHead": "ner_lab.models.CosineHead",
    "ner_lab.models.crf.CRFHead": "ner_lab.models.CRFHead",
    "ner_lab.models.encoder.Encoder": "ner_lab.models.Encoder",
    "ner_lab.models.linear.LinearHead": "ner_lab.models.LinearHead",
    "ner_lab.models.optimizers.build": "ner_lab.training.build_optimizer",
    "ner_lab.models.schedules.constant": "ner_lab.training.constant_schedule",
    "ner_lab.models.schedules.cosine": "ner_lab.training.cosine_schedule",
    "ner_lab.models.schedules.linear": "ner_lab.training.linear_schedule",
    "ner_lab.tagger.Tagger": "ner_lab.training.Tagger",
}


class RunFolder:
    """Paths of one run."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.config = self.path / "config.yaml"
        self.overrides = self.path / "overrides.yaml"
        self.environment = self.path / "environment.json"
        self.metrics = self.path / "metrics.json"
        self.pruned = self.path / "pruned.json"
        self.ledger = self.path / "ledger.json"
        self.train_entities = self.path / "train_entities.json"
        self.encoder = self.path / "encoder"
        self.tensorboard = self.path / "tensorboard"
        self.best = self.path / "checkpoints" / "best.ckpt"
        self.last = self.path / "checkpoints" / "last.ckpt"
        self.label_errors = self.path / "label_errors.json"
        self.page = self.path / "report.html"

    @property
    def finished(self) -> bool:
        return self.metrics.is_file()

    def predictions(self, split: str) -> Path:
        return self.path / "predictions" / f"{split}.jsonl"

    def report(self, split: str) -> Path:
        return self.path / "predictions" / f"{split}.report.txt"

    def labels(self) -> tuple[str, ...]:
        """The labels of the run's model in the order of its log-probabilities.

        Raises:
            UserError: the run did not get as far as its data.
        """
        return label_set(sorted({type_ for types in self.entities().values() for type_ in types}))

    def entities(self) -> dict[str, dict[str, int]]:
        """The training entities: `text -> type -> number`.

        Raises:
            UserError: the run did not get as far as its data.
        """
        try:
            entities: dict[str, dict[str, int]] = json.loads(self.train_entities.read_text(encoding="utf-8"))
            if not isinstance(entities, dict) or not all(isinstance(types, dict) for types in entities.values()):
                raise ValueError("it must be a mapping of texts to types to numbers")
            return entities
        except (OSError, ValueError, RecursionError) as error:
            raise UserError(f"{self.train_entities}: cannot be read ({error}); train the run again") from error

    @staticmethod
    def existing(path: str | Path) -> RunFolder:
        """The folder of a run that was started.

        Raises:
            UserError: no such folder, or it is not a run's.
        """
        if not isinstance(path, str | Path) or not str(path):
            raise UserError(f"run={path!r}: must be the path of a run folder")
        folder = RunFolder(path)
        if not folder.path.is_dir():
            what = "a file, where a run folder is wanted" if folder.path.is_file() else "no such folder"
            raise UserError(f"run={path}: {what}; runs lie where hydra.run.dir put them, by default in outputs/")
        if not folder.config.is_file():
            raise UserError(f"run={path}: no config.yaml in it, so this is not a run folder of `ner-lab train`")
        return folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` for a file or folder to be written, which takes its place at the end of the block.

    A reader sees the old one or the new one, never a half; after an error the old one is still there. The folders above
    are made; a folder replaces an empty folder only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    try:
        yield partial
        if partial.is_file():
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


def write_atomically(path: Path, text: str | Iterable[str]) -> None:
    """Writes a text file, given whole or in pieces, and the folders above it."""
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines([text] if isinstance(text, str) else text)


def write_json(path: Path, value: Any) -> None:
    write_atomically(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def with_public_names(settings: Any) -> Any:
    """Plain settings (mappings, lists and values) in which classes have the names they have today.

    >>> with_public_names({"loss": {"_target_": "ner_lab.losses.focal.Focal", "gamma": 2}})
    {'loss': {'_target_': 'ner_lab.losses.Focal', 'gamma': 2}}
    """
    if isinstance(settings, list):
        return [with_public_names(value) for value in settings]
    if not isinstance(settings, dict):
        return settings
    renamed = {key: with_public_names(value) for key, value in settings.items()}
    if isinstance(target := settings.get("_target_"), str):
        renamed["_target_"] = OLD_NAMES.get(target, target)
    return renamed
