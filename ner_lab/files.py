"""The run folder: what lies where, written atomically. A folder without `metrics.json` is an unfinished run."""

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
            return json.loads(self.train_entities.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"{self.train_entities}: cannot be read ({error}); train the run again") from error

    @staticmethod
    def existing(path: str | Path) -> RunFolder:
        """The folder of a run that was started.

        Raises:
            UserError: no such folder, or it is not a run's.
        """
        folder = RunFolder(path)
        if not folder.path.is_dir():
            raise UserError(
                f"run={path}: no such folder; runs lie where hydra.run.dir put them, by default in outputs/"
            )
        if not folder.config.is_file():
            raise UserError(f"run={path}: no config.yaml in it, so this is not a run folder of `ner-lab train`")
        return folder


def write_atomically(path: Path, text: str | Iterable[str]) -> None:
    """Writes a text file (given whole or in pieces) so that a reader sees the old one or the new one, never a half."""
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines([text] if isinstance(text, str) else text)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write a file or make a folder at, which becomes `path` when the block ends without error.

    Whoever reads sees the old or the new, never a half, and nothing is left of what fails. The folder above is made;
    a folder takes the place of an empty one alone (OSError).
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
        partial.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    write_atomically(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
