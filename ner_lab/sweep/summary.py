"""What a sweep leaves beside its journal, written anew whenever it ends: `best.yaml` and `sweep.html`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from optuna import Study

from ner_lab.sweep import best, page
from ner_lab.sweep.history import History
from ner_lab.types import UserError


def write(study: Study, folder: Path) -> list[Path]:
    """Writes what there is to say of the study, and returns the files; without a complete trial there is no best."""
    history = History.of(study)
    texts = {"sweep.html": page.render(study)}
    if found := history.best():
        with suppress(UserError):  # a trial that no file can express; the page has its command
            texts["best.yaml"] = best.experiment(history, found[0])
    for name, text in texts.items():
        beside = folder / f".{name}.{os.getpid()}"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / name)
    return [folder / name for name in texts]
