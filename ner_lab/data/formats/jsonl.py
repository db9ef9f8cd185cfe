"""`data=jsonl`: JSON Lines, or a JSON array, of tokens and tags, or of text and character spans."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.json_objects import json_objects
from ner_lab.data.formats.records import RecordData
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.writing import writable
from ner_lab.files import write_atomically
from ner_lab.types import Sentence, listed


class JsonlData(RecordData):
    """Reads `{train,dev|valid,test}.*` of a folder, or one file; for its settings see `RecordData`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.jsonl").write_text('{"text": "Ada wrote", "spans": [[0, 3, "PER"]]}')
        ...     JsonlData(folder).read()["train"][0].tags
        ('B-PER', 'O')
    """

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        for place, record in json_objects(source, self.encoding):
            yield from self.reader.sentences(record, place, remarks)


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes `{"tokens": [..], "tags": [..], "document": ".."}` a line, without what a sentence does not have.

    The format holds everything, so nothing is ever counted as lost.

    Raises:
        UserError: see `writable`.
    """
    write_atomically(path, (json.dumps(_record(s), ensure_ascii=False) + "\n" for s in writable(path, sentences)))
    return Counter()


def _record(sentence: Sentence) -> dict[str, Any]:
    record: dict[str, Any] = {"tokens": list(sentence.words)}
    if sentence.tags is not None:
        record["tags"] = list(sentence.tags)
    if sentence.document:
        record["document"] = sentence.document
    return record


def detect(sample: Sample) -> str:
    return f"{sample.record[0]} is a JSON object with {listed(sample.record[1])}" if sample.record else ""


FORMAT = Format(JsonlData, write, detect, ".jsonl", tags=True)
