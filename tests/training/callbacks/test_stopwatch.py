"""Seconds of training are those of the device, too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from ner_lab.training.callbacks import Stopwatch, stopwatch


@pytest.mark.parametrize(("device", "waits"), [("cuda", ["step 4", "validation"]), ("cpu", [])])
def test_a_gpu_has_finished_before_the_watch_is_read(
    device: str, waits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end of an epoch and before an evaluation; in other steps nobody waits."""
    watch, waited, now = Stopwatch(), [], ""
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _: waited.append(now))
    module = SimpleNamespace(device=torch.device(device), log=lambda *_, **__: None)
    trainer = SimpleNamespace(
        accumulate_grad_batches=1, num_training_batches=4, global_step=0, max_steps=-1, log_every_n_steps=0
    )
    watch.on_train_start(trainer, module)
    for step in range(4):
        now = f"step {step + 1}"
        watch.on_train_batch_end(trainer, module, None, SimpleNamespace(step_words=3), step)
    now = "validation"
    watch.on_validation_start(trainer, module)
    assert waited == waits and watch.words == 12


def test_evaluations_and_checkpoints_take_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: now)
    module = SimpleNamespace(device=torch.device("cpu"), log=lambda *_, **__: None)
    trainer = SimpleNamespace(
        accumulate_grad_batches=1, num_training_batches=2, global_step=0, max_steps=-1, log_every_n_steps=0
    )
    watch, batch = Stopwatch(), SimpleNamespace(step_words=3)
    now = 50.0
    watch.on_validation_start(trainer, module)  # before any training
    watch.on_train_start(trainer, module)
    for step, others in enumerate([("on_save_checkpoint",), ("on_validation_start", "on_save_checkpoint"), ()]):
        watch.on_train_batch_start(trainer, module, batch, step % 2)
        now += 1
        if step == 0:  # by a callback that comes before, in the same step
            watch.on_save_checkpoint(trainer, module, {})
            now += 100
        watch.on_train_batch_end(trainer, module, None, batch, step % 2)
        for other in others:
            getattr(watch, other)(trainer, module, *[{}] * (other == "on_save_checkpoint"))
            now += 100
    assert watch.seconds == 3
