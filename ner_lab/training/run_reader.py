"""Reads sentences with the best model of a run, in torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ner_lab.data.windows import windows_read
from ner_lab.files import RunFolder
from ner_lab.training import console, inference
from ner_lab.training.assembly import load_run, slower
from ner_lab.training.precision import set_up_reading
from ner_lab.types import Prediction, Sentence


class RunReader:
    """See `ner_lab.training.reader.Reader`.

    Attributes:
        note: what is to be said of the run.
    """

    def __init__(self, run: RunFolder, device: Any, batch_size: int | None, precision: Any, trust: bool) -> None:
        console.quiet_imported()
        chosen = inference.device(device)
        self._tagger, self._encoder, config = load_run(run, trust, only_read=chosen.type == "cpu")
        self._tagger.to(chosen)
        self._precision = set_up_reading(self._tagger, precision, chosen)
        self._batch_size = batch_size
        self.folder, self.labels, self.note = run.path, self._tagger.labels, slower(config)
        self.context = config.data.get("document_context", 0)
        self.at_once = 16 * (batch_size or (512 if chosen.type == "cuda" else 64))

    def annotate(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        return inference.annotate(
            self._tagger,
            self._encoder,
            sentences,
            self.labels,
            self._batch_size,
            details=False,
            precision=self._precision,
        )

    def windows(self, sentences: Sequence[Sentence]) -> list[int]:
        return windows_read(self._encoder, sentences)
