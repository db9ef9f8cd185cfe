"""What a run goes on with: the same, or said, recorded and a caution; what would mix two runs is refused."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from ner_lab.files import RunFolder, read_curve_table
from ner_lab.report.compare.cautions import of_budgets
from ner_lab.report.compare.systems import System
from ner_lab.report.run_settings import RunSettings
from ner_lab.report.runs import Run, changes, find
from ner_lab.training.assembly import load_run
from ner_lab.training.checkpoint_files import read_checkpoint
from ner_lab.training.kept_settings import KeptSettings
from ner_lab.training.tagger import Tagger
from ner_lab.types import UserError


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def stopped(train, kept: Path, tmp_path: Path) -> RunFolder:
    """A run of two epochs that ended before its scores were written; trained once."""
    if not (kept / "run").exists():
        shutil.copytree(train("trainer.max_epochs=2", name="run").folder, kept / "run")
        shutil.rmtree(tmp_path / "run")
    shutil.copytree(kept / "run", tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    folder.metrics.unlink()
    return folder


@pytest.mark.seconds
def test_another_schedule_is_said_recorded_and_cautioned(train, stopped, capsys):
    train("trainer.max_epochs=3", resume=True)
    assert "with changes: trainer.max_epochs 2 -> 3" in capsys.readouterr().err
    environment = json.loads(stopped.environment.read_text())
    assert environment["resumed"][0]["changes"] == ["trainer.max_epochs 2 -> 3"]
    assert environment["resumed"][0]["step"] == 6
    (run,) = find([str(stopped.path)])
    assert changes(run.environment) == ["trainer.max_epochs 2 -> 3"]
    stopped.metrics.unlink()
    train("trainer.max_epochs=3", resume=True)  # without a change: what was changed before stays known
    entries = json.loads(stopped.environment.read_text())["resumed"]
    assert [entry["changes"] for entry in entries] == [["trainer.max_epochs 2 -> 3"], []]


def cautions(runs: list[Run]) -> list[str]:
    system = System("x", tuple(runs), (), cast(Any, None), {})
    return [line for line in of_budgets([system], RunSettings(runs), []) if "resumed" in line]


def test_a_resumed_run_with_changes_is_no_plain_draw_of_its_system():
    plain = Run(Path("a"), config={"seed": 1})
    changed = {"resumed": [{"changes": ["trainer.max_epochs 1 -> 2"]}, {"changes": []}, "damaged"]}
    runs = [plain, Run(Path("b"), config={"seed": 2}, environment=changed)]
    (said,) = cautions(runs)
    assert "1 of 2 runs were resumed with changes" in said and "b: trainer.max_epochs 1 -> 2" in said
    assert not cautions([plain])


def test_other_training_data_is_refused_and_nothing_changes(train, stopped):
    before = {file: file.read_bytes() for file in stopped.path.rglob("*") if file.is_file()}
    with pytest.raises(UserError, match=r"split train.* changed\), and a run on two corpora"):
        train("trainer.max_epochs=2", "data.size=40", resume=True)
    assert {file: file.read_bytes() for file in stopped.path.rglob("*") if file.is_file()} == before


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ("model/head=crf", "state_dict"),
        ("optimizer=sgd", r"state was made with optimizer\.algorithm\._target_=torch\.optim\.AdamW"),
        ("+optimizer.algorithm.amsgrad=true", r"optimizer\.algorithm\.amsgrad"),
        ("optimizer.head_lr=0.1", "parameter groups"),  # they are other groups
        ("optimizer.weight_decay=0", "parameter groups"),
        ("objective=dev/f1_strict", "chosen by dev/f1"),
        ("loss=label_smoothing loss.epsilon=0.3", None),  # it keeps nothing
        ("loss=weighted_cross_entropy", "state of the loss"),
        ("scheduler._target_=torch.optim.lr_scheduler.ConstantLR ~scheduler.warmup", "nothing is known of torch"),
    ],
)
def test_settings_that_the_checkpoint_does_not_fit_are_one_message_and_change_nothing(
    train, stopped, overrides, why, capsys
):
    said = [stopped.config, stopped.overrides, stopped.environment]
    before = [file.read_text() for file in said]
    if why is None:
        train("trainer.max_epochs=2", *overrides.split(), resume=True)
        assert "with changes: loss." in capsys.readouterr().err
        return
    with pytest.raises(UserError, match=rf"last\.ckpt does not fit these settings \(.*{why}"):
        train("trainer.max_epochs=2", *overrides.split(), resume=True)
    assert [file.read_text() for file in said] == before
    capsys.readouterr()
    train("trainer.max_epochs=2", resume=True)
    assert "with changes" not in capsys.readouterr().err


@pytest.mark.seconds
def test_curves_in_a_csv_table_go_on_too(train, tmp_path):
    logged = ["logger=csv", "trainer.log_every_n_steps=1"]
    run = RunFolder(train("trainer.max_epochs=2", *logged, name="run").folder)
    table = run.path / "curves" / "metrics.csv"
    before = read_curve_table(table)
    steps = 1 + before[-1][0]
    later = f"{','.join(str(steps) for _ in table.read_text().splitlines()[0].split(','))}\n"
    whole, said = table.read_text(), run.overrides.read_text()
    table.write_text("step,dev/f1\n3,x\n")
    run.metrics.unlink()
    with pytest.raises(UserError, match=r"metrics\.csv: cannot be read as a table of curves"):
        train("trainer.max_epochs=3", *logged, resume=True)
    assert run.overrides.read_text() == said
    table.write_text(f"{whole}{later}0.5,0.")  # killed after its checkpoint, in the middle of a line
    train("trainer.max_epochs=3", *logged, resume=True)
    after = read_curve_table(table)
    assert after[: len(before)] == before
    assert [step for step, row in after if "dev/f1" in row] == [steps // 2 - 1, steps - 1, steps * 3 // 2 - 1]
    assert [step for step, row in after if "train/loss" in row] == list(range(steps * 3 // 2))


@pytest.mark.seconds
def test_a_checkpoint_of_weights_alone_is_nothing_to_go_on_from(train, stopped):
    shutil.copy(stopped.best, stopped.last)
    with pytest.raises(UserError, match=r"last\.ckpt does not fit .*holds weights alone"):
        train("trainer.max_epochs=2", resume=True)


@pytest.mark.seconds
def test_a_new_rate_decay_and_schedule_are_what_the_run_goes_on_with(train, stopped):
    old = read_checkpoint(stopped.last)["optimizer_states"][0]["param_groups"]
    changes = [
        "optimizer.lr=0.5", "optimizer.weight_decay=0.25", "optimizer.algorithm.betas=[0.5,0.75]", "scheduler=constant",
    ]  # fmt: skip
    train("trainer.max_epochs=3", *changes, resume=True)
    saved = read_checkpoint(stopped.last)
    groups = saved["optimizer_states"][0]["param_groups"]
    assert [group["weight_decay"] for group in old] == [0.01, 0] and old[0]["initial_lr"] != 0.5
    assert [group["weight_decay"] for group in groups] == [0.25, 0]
    assert all(group["lr"] == group["initial_lr"] == 0.5 for group in groups)
    assert all(group["betas"] == (0.5, 0.75) and group["eps"] == old[0]["eps"] for group in groups)
    assert saved["lr_schedulers"][0]["base_lrs"] == saved["lr_schedulers"][0]["_last_lr"] == [0.5, 0.5]


@pytest.mark.seconds
def test_a_new_rate_is_that_of_the_first_step(train, stopped):
    before = read_checkpoint(stopped.last)["state_dict"]
    train("trainer.max_epochs=3", "optimizer.lr=1e-20", "optimizer.weight_decay=1e-20", resume=True)
    after = read_checkpoint(stopped.last)
    assert after["global_step"] == 9
    assert all(value.equal(after["state_dict"][name]) for name, value in before.items())


@pytest.mark.seconds
def test_a_new_rate_outlives_an_interruption(train, stopped, monkeypatch):
    """config.yaml has it from the start, and the checkpoint when it is next saved."""

    def interrupted(self: Any, batch: Any, batch_idx: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises((KeyboardInterrupt, SystemExit)):
        patched.setattr(Tagger, "training_step", interrupted)
        train("trainer.max_epochs=3", "optimizer.lr=0.5", "scheduler=constant", resume=True)
    assert read_checkpoint(stopped.last)["optimizer_states"][0]["param_groups"][0]["lr"] != 0.5
    train("trainer.max_epochs=3", "optimizer.lr=0.5", "scheduler=constant", resume=True)
    saved = read_checkpoint(stopped.last)
    assert all(group["lr"] == 0.5 for group in saved["optimizer_states"][0]["param_groups"])
    (run,) = find([str(stopped.path)])
    assert "optimizer.lr 0.002 -> 0.5" in changes(run.environment)


@pytest.mark.seconds
def test_what_a_callback_has_set_is_no_setting_and_stays(train, stopped):
    saved = torch.load(stopped.last, weights_only=True)
    saved["optimizer_states"][0]["param_groups"][1]["weight_decay"] = 0.125
    torch.save(saved, stopped.last)
    train("trainer.max_epochs=3", "optimizer.weight_decay=0.25", resume=True)
    groups = read_checkpoint(stopped.last)["optimizer_states"][0]["param_groups"]
    assert [group["weight_decay"] for group in groups] == [0.25, 0.125]


@pytest.mark.seconds
def test_an_earlier_version_kept_no_settings(train, stopped):
    saved = torch.load(stopped.last, weights_only=True)
    del saved["callbacks"]["KeptSettings"]
    torch.save(saved, stopped.last)
    with pytest.raises(UserError, match=r"an earlier version saved it, and optimizer\.lr can be changed in runs of"):
        train("trainer.max_epochs=2", "optimizer.lr=0.5", resume=True)
    train("trainer.max_epochs=3", resume=True)


def test_a_schedule_of_others_goes_on_from_its_own_rate():
    """Its first rate may depend on the number of steps, which may be another."""
    kept, weight = KeptSettings(), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=1.0, momentum=0.5)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25)
    trainer = cast(
        Any, SimpleNamespace(optimizers=[optimizer], lr_scheduler_configs=[SimpleNamespace(scheduler=schedule)])
    )
    kept.on_fit_start(trainer, cast(Any, None))
    (group,) = kept.state_dict()["groups"]
    kept.load_state_dict({"groups": [{**group, "lr": 0.5, "momentum": 0.25}]})
    optimizer.param_groups[0] |= {"lr": 0.75, "momentum": 0.25}  # restored
    kept.on_train_start(trainer, cast(Any, None))
    assert (optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]) == (0.75, 0.5)


@pytest.mark.seconds
def test_a_new_patience_is_heeded(train, tmp_path):
    few = ("trainer.max_epochs=1", "callbacks=early_stopping")
    folder = RunFolder(train(*few).folder)
    folder.metrics.unlink()
    train(*few, "trainer.max_epochs=2", "callbacks.early_stopping.patience=9", resume=True)
    (state,) = [state for key, state in read_checkpoint(folder.last)["callbacks"].items() if "EarlyStopping" in key]
    assert state["patience"] == 9


def test_a_run_that_was_moved_goes_on_without_changes(train, stopped, capsys):
    stopped.path.rename(stopped.path.with_name("moved"))
    train("trainer.max_epochs=2", name="moved", resume=True)
    assert "with changes" not in capsys.readouterr().err


@pytest.mark.seconds
def test_early_stopping_waits_for_an_evaluation_and_names_what_there_is_to_watch(train):
    train("trainer.max_steps=1", "callbacks=early_stopping", name="cut short")
    with pytest.raises(UserError, match=r"callbacks: .*`dev/f2`.*`dev/f1`"):
        watched = "callbacks.early_stopping.monitor=dev/f2"
        train("trainer.max_epochs=1", "callbacks=early_stopping", watched, name="unknown")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("config.yaml", "data: [", r"config\.yaml:2: no YAML"),
        ("config.yaml", "", r"config\.yaml: must be a mapping"),
        ("environment.json", '{"data"', r"environment\.json:1: no JSON .*train a run of its own"),
        ("checkpoints/last.ckpt", "", r"last\.ckpt: is damaged.*best\.ckpt beside it is whole"),
    ],
)
def test_a_damaged_file_of_the_run_is_named(train, stopped, file, text, message):
    (stopped.path / file).write_text(text)
    with pytest.raises(UserError, match=message):
        train("trainer.max_epochs=2", resume=True)
    assert (stopped.path / file).read_text() == text


@pytest.mark.seconds
def test_two_flipped_bytes_are_found_and_the_other_checkpoint_is_named(stopped):
    draw = random.Random(0)
    whole = stopped.best.read_bytes()
    reference = read_checkpoint(stopped.best)["state_dict"]
    for _ in range(100):
        bytes_ = bytearray(whole)
        for place in draw.sample(range(len(bytes_)), 2):
            bytes_[place] ^= 1 << draw.randrange(8)
        stopped.best.write_bytes(bytes_)
        try:
            found = read_checkpoint(stopped.best)["state_dict"]
        except UserError as error:
            assert "is damaged" in str(error) and f"cp {stopped.last} {stopped.best}" in str(error)
        else:  # the flipped bytes are padding
            assert all(value.equal(found[name]) for name, value in reference.items())
    shutil.copy(stopped.last, stopped.best)
    load_run(stopped)
    stopped.best.write_bytes(whole[:-1000])
    with pytest.raises(UserError, match="is damaged"):
        load_run(stopped)
    stopped.last.unlink()
    with pytest.raises(UserError, match="train again"):
        load_run(stopped)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("trainer.max_steps=0", "trainer.max_steps must be from 1 to .* got 0"),
        ("callbacks.checkpoint.every_n_steps=0", "every_n_steps must be at least 1"),
        ("callbacks.checkpoint.keep=some", "callbacks.checkpoint.keep must be all, best or none"),
        ("callbacks.checkpoint.monitor=dev/f2", "callbacks.checkpoint.monitor must be one of dev/f1"),
        ("callbacks.checkpoint.folder=elsewhere", "callbacks.checkpoint.folder must be .*/run/checkpoints"),
    ],
)
def test_odd_checkpoint_settings_are_refused_before_training(train, tmp_path, override, message):
    with pytest.raises(UserError, match=message):
        train(override)
    assert not (tmp_path / "run").exists()
