"""Reads sentences with the best model of a run, in torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import torch

from ner_lab.data.windows import windows_read
from ner_lab.files import RunFolder
from ner_lab.training import console, inference
from ner_lab.training.assembly import load_run, slower
from ner_lab.training.precision import set_up_reading
from ner_lab.types import Prediction, Sentence

# A process that is forked off has no threads but its own, and a parallel region of GNU's OpenMP waits for the others
# for ever; so such a process, of `multiprocessing.Pool` for one, reads on one.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))


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
