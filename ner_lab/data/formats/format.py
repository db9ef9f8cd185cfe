"""What the registry holds of a format, and what a format is shown of a folder to say whether it is its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats.folder import find_splits
from ner_lab.data.formats.json_objects import json_objects
from ner_lab.data.formats.text import lines
from ner_lab.types import Sentence


class Sample:
    """A folder (or one file) of an unknown format, looked into as far as somebody asks.

    Attributes:
        path: its first file that is a split.
        suffix: of that file, in lower case.
        first_line: of that file, the first that is not blank.
        record: the first JSON object of that file and its place, None where the file does not look like JSON.

    Raises:
        UserError: by these attributes: no such folder, no file that is a split, or one that cannot be read.
    """

    def __init__(self, folder: Path, encoding: str = "utf-8") -> None:
        self.folder, self.encoding = folder, encoding

    @cached_property
    def path(self) -> Path:
        return next(paths[0] for paths in find_splits(self.folder, needed=()).values() if paths)

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @cached_property
    def first_line(self) -> str:
        return next((line for line in lines(self.path, self.encoding) if line.strip()), "")

    @cached_property
    def record(self) -> tuple[str, dict[str, Any]] | None:
        first = self.first_line.strip()
        if self.suffix in (".json", ".jsonl", ".ndjson") or first.startswith(('{"', "[{")) or first in ("[", "{"):
            return next(json_objects(self.path, self.encoding))
        return None


class Format(NamedTuple):
    """A format that can be read, written and recognised.

    `reader` makes the data set from `dir` and settings; `write(path, sentences)` returns what the format could not
    hold, counted by reason; `detect(sample)` says by what it knows the format, "" if it is another; a split is the file
    (or folder) `SPLIT + suffix`; `tags` says whether the format holds tags of any scheme, or spans; `untagged` are the
    settings with which the reader takes files without tags.
    """

    reader: Callable[..., DataModule]
    write: Callable[[Path, Sequence[Sentence]], Counter[str]]
    detect: Callable[[Sample], str]
    suffix: str
    tags: bool
    untagged: Mapping[str, Any] = {}
