"""The formats by name, and the data set that finds out which one a folder holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats import arrow, brat, csv_table, doccano, jsonl, label_studio, spacy_docbin
from ner_lab.data.formats.column import column_data
from ner_lab.data.formats.format import Sample
from ner_lab.types import Sentence, UserError

# Whether a folder is theirs they are asked from the last to the first: column takes what nobody else knows.
FORMATS = {
    "column": column_data.FORMAT,
    "jsonl": jsonl.FORMAT,
    "csv": csv_table.FORMAT,
    "doccano": doccano.FORMAT,
    "label_studio": label_studio.FORMAT,
    "spacy": spacy_docbin.FORMAT,
    "brat": brat.FORMAT,
    "parquet": arrow.FORMAT,
}


class AutoData(DataModule):
    """Reads the format that `detect` finds in a folder, and says why.

    Args:
        dir: the folder, or one file.
        scheme, repair, encoding: see `FileData`; `scheme` is for formats with tags.
        settings: of every data set, see `DataModule`. A setting of one format alone needs `data=FORMAT`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.txt").write_text('{"tokens": ["Ada", "wrote"], "tags": ["B-PER", "O"]}')
        ...     data = AutoData(folder)
        ...     data.read()["train"][0].tags, data.notes[0][:18]
        (('B-PER', 'O'), 'read as data=jsonl')
    """

    def __init__(
        self, dir: str, scheme: str = "auto", repair: str = "strict", encoding: str = "utf-8", **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.dir, self.scheme, self.reading = dir, scheme, {"repair": repair, "encoding": encoding}

    def read(self) -> dict[str, list[Sentence]]:
        name, reason = detect(Path(self.dir), self.reading["encoding"])
        self.notes.append(f"read as data={name}: {reason}")
        scheme = {"scheme": self.scheme} if FORMATS[name].tags else {}
        reader = FORMATS[name].reader(dir=self.dir, **self.reading, **scheme)
        try:
            splits = reader.read()
        except UserError as error:
            raise UserError(f"{error} (read as data={name}: {reason}; its own settings need data={name})") from error
        self.notes += reader.notes
        self.tagging = reader.tagging
        return {split: list(sentences) for split, sentences in splits.items()}


def detect(folder: Path, encoding: str = "utf-8") -> tuple[str, str]:
    """The format of a folder (or file) and the reason.

    Raises:
        UserError: no such folder, or no file that is a split.
    """
    sample = Sample(folder, encoding)
    return next((name, reason) for name, form in reversed(FORMATS.items()) if (reason := form.detect(sample)))
