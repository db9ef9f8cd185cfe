"""What all that reads sentences with a trained model has in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ner_lab.types import Prediction, Sentence


class Reader(Protocol):
    """A trained model that reads sentences.

    Attributes:
        folder: of the run, or of the export.
        labels: the IOB2 labels that the model knows.
        context: sentences of the document on either side that it reads, too; `with_context` gives them.
        at_once: sentences, of a file, that are worth handing over together.
        note: what is to be said of it.
    """

    folder: Path
    labels: tuple[str, ...]
    context: int
    at_once: int
    note: str

    def annotate(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        """Tags and entities of sentences, in order."""
        ...

    def windows(self, sentences: Sequence[Sentence]) -> list[int]:
        """Rows of the encoder that each sentence takes: one, or more where it is too long for a row."""
        ...
