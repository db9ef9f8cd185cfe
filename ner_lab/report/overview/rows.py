"""What a run shows of itself in a list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ner_lab.files import RunFolder
from ner_lab.report.overview.notes import Notes, read_notes
from ner_lab.report.runs import Run
from ner_lab.types import UserError

# By the name that where= and sort= have for it.
STATES = ("finished", "running", "unfinished", "damaged", "pruned", "failed", "paused", "promoted", "waiting")
COLUMNS = ("folder", "state", "date", "dev.f1", "test.f1", "seconds", "bytes", "note", "tags")


@dataclass(frozen=True)
class RunRow:
    """A run in a list.

    Attributes:
        run: as its folder describes it.
        state: in a word, one of `STATES`.
        date: when it ended, or began if it has not, as YYYY-MM-DD HH:MM.
        bytes: of all its files.
        notes: of the user.
    """

    run: Run
    state: str
    date: str
    bytes: int
    notes: Notes

    @property
    def overrides(self) -> tuple[str, ...]:
        return self.run.overrides

    def value(self, key: str) -> Any:
        """Of a column, of a config group (its option), or of a key of the config; None where there is none."""
        if key in ("dev.f1", "test.f1"):
            f1 = self.run.metrics.get(key.partition(".")[0], {}).get("f1")
            return None if f1 is None else 100 * f1
        own = {
            "folder": str(self.run.path),
            "state": self.state,
            "date": self.date,
            "seconds": self.run.metrics.get("train", {}).get("seconds"),
            "bytes": self.bytes,
            "note": self.notes.note,
            "tags": ",".join(self.notes.tags),
        }
        if key in own:
            return own[key]
        chosen = self.run.choices.get(key.replace(".", "/"))
        return chosen if chosen is not None else _leaf(self.run.config, key)


def row(run: Run, running: bool) -> RunRow:
    """The row of a run; `running` is whether a process writes its folder now."""
    folder = RunFolder(run.path)
    state = run.state
    try:
        notes = read_notes(folder)
    except UserError as error:
        notes, state = Notes(), f"damaged: {error}"
    word = "running" if running else state.partition(":")[0].removeprefix("still ").partition(" ")[0]
    return RunRow(run, word, _date(folder), _bytes(folder), notes)


def _leaf(config: Mapping[str, Any], key: str) -> Any:
    node: Any = config
    for name in key.replace("/", ".").split("."):
        node = node.get(name) if isinstance(node, Mapping) else None
    return None if isinstance(node, Mapping) else node


def _date(folder: RunFolder) -> str:
    for file in (folder.metrics, folder.config, folder.path):
        try:
            return datetime.fromtimestamp(file.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
        except OSError:
            continue
    return ""


def _bytes(folder: RunFolder) -> int:
    total, waiting = 0, [folder.path]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry)  # type: ignore[arg-type]
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:  # deleted meanwhile, or nobody's to read
            continue
    return total
