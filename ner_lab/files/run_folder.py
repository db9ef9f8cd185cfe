"""The run folder: what lies where. A folder without `metrics.json` is an unfinished run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeGuard

from ner_lab.files.plain import read_json
from ner_lab.tags import label_set
from ner_lab.types import UserError


class RunFolder:
    """Paths of one run.

    >>> RunFolder("outputs/a").predictions("dev").as_posix()
    'outputs/a/predictions/dev.jsonl'
    """

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
        self.notes = self.path / "notes.json"

    @property
    def own(self) -> tuple[Path, ...]:
        """The files that training wrote, and a user's notes; a report can be made again."""
        return tuple(file for name, file in vars(self).items() if name not in ("path", "page", "label_errors"))

    @property
    def hydra(self) -> Path:
        """Hydra's own record of the run, with the options that were chosen of each config group."""
        return self.path / ".hydra" / "hydra.yaml"

    @property
    def finished(self) -> bool:
        return self.metrics.is_file()

    @property
    def way_on(self) -> str:
        """How an unfinished run is finished."""
        if self.last.is_file():
            return f"go on with: ner-lab train resume={self.path}"
        return "it has no checkpoints/last.ckpt to go on from: give its command again"

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
    def existing(path: str | Path, key: str = "run") -> RunFolder:
        """The folder of a run that was started.

        Args:
            path: as the user gave it.
            key: where the user gave it, for messages.

        Raises:
            UserError: no such folder, or it is not a run's.
        """
        if not isinstance(path, str | Path) or not str(path):
            raise UserError(f"{key}={path!r}: must be the path of a run folder")
        folder = RunFolder(path)
        if not folder.path.is_dir():
            what = "a file, where a run folder is wanted" if folder.path.is_file() else "no such folder"
            raise UserError(f"{key}={path}: {what}; runs lie where hydra.run.dir put them, by default in outputs/")
        if not folder.config.is_file():
            raise UserError(f"{key}={path}: no config.yaml in it, so this is not a run folder of `ner-lab train`")
        return folder


def _is_entities(found: Any) -> TypeGuard[dict[str, dict[str, int]]]:
    return isinstance(found, dict) and all(
        isinstance(types, dict) and all(type(number) is int for number in types.values()) for types in found.values()
    )
