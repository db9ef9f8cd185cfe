"""`data=column`: column files of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats.column.reader import ColumnReader
from ner_lab.data.formats.column.writer import write_fitted
from ner_lab.data.formats.folder import find_splits, passed_over
from ner_lab.data.formats.format import Format, Sample
from ner_lab.types import Sentence


class ColumnData(DataModule):
    r"""Reads `{train,dev|valid,test}.*` of a folder.

    Args:
        dir: the folder (or one file, for `ner-lab prepare`).
        word_column, tag_column, columns, separator, scheme, repair, encoding, document: see `ColumnReader`.
        settings: of every data set, see `DataModule`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.conll").write_text("Ada\tB-PER\nLovelace\tE-PER\nwrote\tO\n\nYes\tO\n")
        ...     data = ColumnData(folder)
        ...     data.read()["train"][0].tags, data.tagging["train"]["scheme"]
        (('B-PER', 'I-PER', 'O'), 'iobes')
    """

    def __init__(
        self,
        dir: str,
        word_column: int | str = 0,
        tag_column: int | str | None = -1,
        columns: Sequence[str] | None = None,
        separator: str = "auto",
        scheme: str = "auto",
        repair: str = "strict",
        encoding: str = "utf-8",
        document: int | str | None = "auto",
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.dir = dir
        self.reader = ColumnReader(word_column, tag_column, columns, separator, scheme, repair, encoding, document)

    def read(self) -> dict[str, Sequence[Sentence]]:
        paths = find_splits(self.dir, needed=())
        results = self.reader.read_splits(paths)
        for split, result in results.items():
            self.tagging[split] = {
                "scheme": result.scheme,
                "reason": result.reason,
                "repaired": dict(result.counts.repaired.most_common()),
            }
            repaired = ", ".join(f"{reason} ({n})" for reason, n in result.counts.repaired.most_common())
            self.notes.append(f"{split}: {result.layout}; {result.scheme} tags ({result.reason})")
            self.notes += [f"{split}: repaired {repaired}"] if repaired else []
            self.notes += result.notes
        self.notes += passed_over(self.dir, (path for own in paths.values() for path in own))
        return {split: result.sentences for split, result in results.items()}


def detect(sample: Sample) -> str:
    return f"{sample.path.name} is text, and neither JSON nor a table with a header"


FORMAT = Format(
    ColumnData, write_fitted, detect, ".conll", tags=True, untagged={"tag_column": None, "separator": "tab"}
)
