"""What the data sets whose files hold records share: the names of fields, and how spans meet words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ner_lab.data.formats.base import FileData
from ner_lab.data.formats.character_spans import SpanPolicy
from ner_lab.data.formats.records import RecordReader


class RecordData(FileData):
    """A data set of records with tokens and tags, or with a text and spans.

    Args:
        dir: where they are.
        tokens, tags, text, spans, document, names: see `RecordReader`.
        cut_words, overlaps: see `ner_lab.data.formats.character_spans`.
        settings: of every data set that reads files, see `FileData`.
    """

    def __init__(
        self,
        dir: str,
        tokens: str = "auto",
        tags: str = "auto",
        text: str = "auto",
        spans: str = "auto",
        document: str = "auto",
        names: Sequence[str] | None = None,
        cut_words: str = "widen",
        overlaps: str = "error",
        **settings: Any,
    ) -> None:
        super().__init__(dir, **settings)
        self.reader = RecordReader(tokens, tags, text, spans, document, names, SpanPolicy(cut_words, overlaps))
