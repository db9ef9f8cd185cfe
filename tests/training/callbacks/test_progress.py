"""The training bar on a terminal: it moves often, and reads numbers only where there are new ones."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from ner_lab.training.callbacks import progress


class _Trainer(SimpleNamespace):
    """Counts the steps at which its numbers are read."""

    @property
    def callback_metrics(self) -> dict[str, float]:
        self.read.append(self.global_step)
        return {"train/loss": 1 / self.global_step, "words_per_s": 1234.0}


@pytest.mark.parametrize(("every", "read"), [(10, {10, 20, 30}), (0, set()), (15, {15, 30})])
def test_numbers_are_read_where_there_are_new_ones(monkeypatch: pytest.MonkeyPatch, every: int, read: set[int]) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(progress, "stderr", Console(file=screen, force_terminal=True, width=120))
    trainer = _Trainer(
        is_global_zero=True, estimated_stepping_batches=30, global_step=0, log_every_n_steps=every, read=[]
    )
    bar = progress.TrainingBar()
    bar.on_train_start(trainer, None)
    moves = []
    for trainer.global_step in range(1, 31):
        bar.on_train_batch_end(trainer, None, None, None, 0)
        moves.append(bar.bar.tasks[0].completed)
    bar.teardown(trainer, None, "fit")
    assert set(trainer.read) == read and bar.bar is None
    assert moves == [step - step % 5 for step in range(1, 31)]
    assert ("1234 words/s" in screen.getvalue()) == bool(read)
