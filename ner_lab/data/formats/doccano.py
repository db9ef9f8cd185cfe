"""`data=doccano`: the JSONL (or JSON) export of doccano's sequence labelling."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ner_lab.data.formats.base import SpanFileData
from ner_lab.data.formats.character_spans import joined
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.json_objects import json_objects
from ner_lab.data.formats.records import RecordReader
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.writing import writable
from ner_lab.files import write_atomically
from ner_lab.tags import to_spans
from ner_lab.types import Sentence


class DoccanoData(SpanFileData):
    """Reads `{"text": .., "label": [[start, end, label], ..]}`, or `entities` with `start_offset` and `end_offset`.

    Each line of a text is a sentence. `tokens`, a list of `[start, end]` that `write` adds (doccano keeps what it does
    not know), are the words of the text, which is then one sentence. Relations and comments are not read.

    Args:
        dir: a folder with `{train,dev|valid,test}.*`, or one file.
        spans: the field with the spans; `auto` takes `label`, `labels` or `entities`.
        document: the field with the document id; `auto` takes `document`, `doc_id` and the like.
        cut_words, overlaps, settings: see `SpanFileData`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.jsonl").write_text('{"id": 1, "text": "Ada wrote", "label": [[0, 3, "PER"]]}')
        ...     DoccanoData(folder).read()["train"][0].tags
        ('B-PER', 'O')
    """

    def __init__(
        self,
        dir: str,
        spans: str = "auto",
        document: str = "auto",
        cut_words: str = "widen",
        overlaps: str = "error",
        **settings: Any,
    ) -> None:
        super().__init__(dir, cut_words, overlaps, **settings)
        self.reader = RecordReader(text="text", spans=spans, document=document, policy=self.policy)

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        for place, record in json_objects(source, self.encoding):
            yield from self.reader.sentences(record, place, remarks)


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes one text a sentence, its words joined by blanks, with `tokens` to say where they are.

    The format holds everything, so nothing is ever counted as lost.

    Raises:
        UserError: see `writable`.
    """
    numbered = enumerate(writable(path, sentences), 1)
    write_atomically(path, (json.dumps(_record(s, number), ensure_ascii=False) + "\n" for number, s in numbered))
    return Counter()


def _record(sentence: Sentence, number: int) -> dict[str, Any]:
    text, words = joined(sentence)
    record: dict[str, Any] = {"id": number, "text": text}
    if sentence.tags is not None:
        spans = to_spans(sentence.tags)
        record["label"] = [[words[span.begin].begin, words[span.end - 1].end, span.type] for span in spans]
    record["tokens"] = [[word.begin, word.end] for word in words]
    if sentence.document:
        record["document"] = sentence.document
    return record


def detect(sample: Sample) -> str:
    place, record = sample.record or ("", {})
    known = isinstance(record.get("text"), str) and ({"label", "entities"} & set(record)) and "id" in record
    return f"{place} has an id, a text and its spans" if known else ""


FORMAT = Format(DoccanoData, write, detect, ".jsonl", tags=False)
