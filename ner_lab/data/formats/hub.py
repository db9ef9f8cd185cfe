"""`data=hub`: data sets of the Hugging Face hub, with the tag names of their features."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ner_lab.data.formats.arrow import datasets, named_splits, open_tables, rows
from ner_lab.data.formats.records import RecordData
from ner_lab.data.formats.remarks import Remarks
from ner_lab.types import Sentence, UserError

if TYPE_CHECKING:
    from datasets import Dataset


class HubData(RecordData):
    """Downloads (once; later runs read the cache) and reads the splits of a data set.

    Args:
        name: `organisation/name` on the hub, or a folder with a copy of it (as `data=parquet` reads them).
        config: which of its configurations, such as the language.
        revision: branch, tag or commit; `refs/convert/parquet` is the hub's own conversion of data sets that come as
            scripts, which are not executed.
        settings: see `RecordData`.
    """

    def __init__(self, name: str, config: str | None = None, revision: str | None = None, **settings: Any) -> None:
        super().__init__(name, **settings)
        self.config, self.revision = config, revision

    def sources(self) -> dict[str, tuple[str, Dataset]]:
        if Path(self.dir).is_dir():
            return open_tables(Path(self.dir))
        library = datasets()
        # Its retries, a line each, for which the one message that follows is enough.
        logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)
        try:
            loaded = library.load_dataset(self.dir, self.config, revision=self.revision)
        except Exception as error:  # the library raises whatever its downloads, its caches and its builders raise
            arguments = ", ".join(repr(a) for a in (self.dir, self.config) if a is not None)
            arguments += f", revision={self.revision!r}" if self.revision else ""
            raise UserError(
                f"data.name={self.dir} (config {self.config}, revision {self.revision}) cannot be had from the hub or "
                f"from its cache: {_first_line(error)}. Without a network, copy it on a machine that has one: "
                f"python -c \"from datasets import load_dataset as l; l({arguments}).save_to_disk('FOLDER')\", "
                "and say data.name=FOLDER"
            ) from error
        return named_splits(loaded, self.dir)

    def written(self, source: tuple[str, Dataset], remarks: Remarks) -> Iterator[Sentence]:
        place, table = source
        yield from rows(table, place, self.reader, remarks)


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
