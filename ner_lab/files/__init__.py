"""The run folder: what lies where, written atomically. A folder without `metrics.json` is an unfinished run.

Its `config.yaml` names classes by their public names (`ner_lab.losses.Focal`), so that moving a file changes no run.
`plain` reads JSON and YAML, whoever wrote it, and refuses what is more than plain values.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, TypeGuard

from ner_lab.files.plain import read_json
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

_FAULTS = ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO")
DISK_FAULTS = {getattr(errno, name) for name in _FAULTS if hasattr(errno, name)}


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
    def own(self) -> tuple[Path, ...]:
        """The files that training wrote; a report can be made again."""
        return tuple(file for name, file in vars(self).items() if name not in ("path", "page", "label_errors"))

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
        found = read_json(self.train_entities)
        if not _is_entities(found):
            raise UserError(f"{self.train_entities}: must be text -> type -> number; train the run again")
        return found

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


def _is_entities(found: Any) -> TypeGuard[dict[str, dict[str, int]]]:
    return isinstance(found, dict) and all(
        isinstance(types, dict) and all(type(number) is int for number in types.values()) for types in found.values()
    )


def output_path(
    key: str, path: str | Path, *, holds: Sequence[str] = (), overwrite: object = False, sources: Iterable[Path] = ()
) -> Path:
    """Where a user wants a result written, if that harms nothing else: the one rule of all commands.

    Args:
        key: what the user calls it, for errors: `output`, `json`.
        path: a file; or, with `holds`, a folder of which everything is written at once.
        holds: patterns of the names that such a folder has. One that holds anything else is never written over.
        overwrite: whether an earlier result may be replaced.
        sources: files and folders that the command reads; a result is none of them, and in none of the folders.

    Raises:
        UserError: no path, a folder above it is missing, a file where a folder is meant or the reverse, something is
            there already, or it would land in what is read.
    """
    if not isinstance(overwrite, bool):
        raise UserError(f"overwrite={overwrite}: must be true or false")
    if not isinstance(path, str | Path) or not str(path):
        raise UserError(f"{key}={path!r}: must be the path of a {'folder' if holds else 'file'}")
    target = Path(path)
    above = [place for place in reversed(target.absolute().parents) if not place.is_dir()]
    if above:
        raise UserError(f"{key}={path}: {no_folder(above[0])}")
    for source in (Path(source).resolve() for source in sources):
        if source in (target.resolve(), *target.resolve().parents):
            raise UserError(f"{key}={path}: lies in what is read, {source}; choose another place")
    if not target.exists():
        return target
    if target.is_dir() != bool(holds) or not (target.is_file() or target.is_dir()):
        found = "a folder" if target.is_dir() else "a file" if target.is_file() else "neither a file nor a folder"
        raise UserError(f"{key}={path}: is {found}, where a {'folder' if holds else 'file'} is wanted")
    if holds:
        _refuse_taken(f"{key}={path}", sorted(file.name for file in target.iterdir()), holds, overwrite)
    elif not overwrite:
        raise UserError(f"{key}={path} is there already; nothing is overwritten, choose another or say overwrite=true")
    elif RunFolder(target.parent).config.is_file() and target.resolve() in RunFolder(target.parent.resolve()).own:
        raise UserError(f"{key}={path}: belongs to the run {target.parent}, and is never overwritten; choose another")
    return target


def no_folder(path: Path) -> str:
    """What is wrong with a path that should be a folder, and what to do."""
    if path.exists():
        return f"{path} is a file, where a folder is meant; mend the path"
    return f"there is no folder {path}; make it first (mkdir -p), or mend the path"


def sources(data: Mapping[Any, Any]) -> list[Path]:
    """What the settings of a data set read: its `dir`, if it has one."""
    return [Path(str(data["dir"]))] if data.get("dir") else []


def _refuse_taken(place: str, names: Sequence[str], holds: Sequence[str], overwrite: bool) -> None:
    foreign = [name for name in names if not any(fnmatch(name, pattern) for pattern in holds)]
    if foreign or (names and not overwrite):
        listed = ", ".join((foreign or names)[:5]) + (" and more" if len(foreign or names) > 5 else "")
        way = "choose a new folder" if foreign else "choose another folder or say overwrite=true"
        raise UserError(f"{place} already holds {listed}; nothing is overwritten, {way}")


@contextmanager
def disk_faults(folder: Path | str, advice: Callable[[], str] = str) -> Iterator[None]:
    """What a disk refuses within the block (it is full, read-only, or not ours) as one message.

    Args:
        folder: what is written to, where the error does not know its file.
        advice: what to do, asked for when it has happened.

    Raises:
        UserError: the disk refused something.
    """
    report, threading.excepthook = threading.excepthook, _quiet_thread
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FAULTS:
            raise
        place = error.filename or folder
        raise UserError(f"{place}: cannot be written ({os.strerror(error.errno or 0)}){advice()}") from error
    finally:
        threading.excepthook = report


def _quiet_thread(arguments: threading.ExceptHookArgs) -> None:
    """A thread that writes (TensorBoard's) hands its error to the main one, which says it."""
    error = arguments.exc_value
    if not (isinstance(error, OSError) and error.errno in DISK_FAULTS):
        threading.__excepthook__(arguments)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` for a file or folder to be written, which takes its place at the end of the block.

    A reader sees the old one or the new one, never a half; after an error the old one is still there. The folders above
    are made. A folder that is replaced was looked at by `output_path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    try:
        yield partial
        if partial.is_file():
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        if partial.is_dir() and path.is_dir() and any(path.iterdir()):
            os.replace(path, before := path.with_name(f"{path.name}.before-{os.getpid()}"))
            os.replace(partial, path)
            shutil.rmtree(before, ignore_errors=True)
        else:
            os.replace(partial, path)
    except OSError as error:
        if error.filename is None:  # of a write, which knows no name
            error.filename = str(path)
        raise
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
