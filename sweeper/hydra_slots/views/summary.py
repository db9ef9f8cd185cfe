"""What a sweep leaves beside its journal, written anew whenever it ends: `best.yaml` and `sweep.html`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from optuna import Study

from hydra_slots.errors import SweepError
from hydra_slots.files import write_whole
from hydra_slots.studies.history import History
from hydra_slots.views import best, page


def write(study: Study, folder: Path) -> list[Path]:
    """Writes what there is to say of the study, and returns the files; without a complete trial there is no best."""
    history = History.of(study)
    texts = {"sweep.html": page.render(study)}
    if found := history.best():
        with suppress(SweepError):  # a trial that no file can express; the page has its command
            texts["best.yaml"] = best.experiment(history, found[0], trusted=True)
    for name, text in texts.items():
        write_whole(folder / name, text)
    return [folder / name for name in texts]
