"""Laws of a run, in this process."""

from __future__ import annotations

import json
import random

import pytest
import torch
from seqeval.metrics import f1_score

from ner_lab.files import RunFolder
from ner_lab.training import tagger
from ner_lab.training.assembly import load_run
from ner_lab.training.callbacks.checkpoint import Checkpoint
from ner_lab.training.checkpoint_files import read_checkpoint
from ner_lab.training.inference import annotate
from ner_lab.types import Sentence, UserError


def weights(result, which="last"):
    return read_checkpoint(getattr(RunFolder(result.folder), which))["state_dict"]


def same(a, b, tolerance=0.0):
    assert a.keys() == b.keys()
    return max(float((a[k].double() - b[k].double()).abs().max()) for k in a) <= tolerance


def test_the_run_folder_holds_what_a_run_is(train, corpus):
    result = train("logger=tensorboard", "trainer.max_epochs=2")
    folder = RunFolder(result.folder)
    for path in (
        folder.config,
        folder.overrides,
        folder.environment,
        folder.ledger,
        folder.train_entities,
        folder.last,
    ):
        assert path.is_file(), path
    assert list(folder.tensorboard.glob("events.out.tfevents.*"))
    metrics = json.loads(folder.metrics.read_text())
    assert metrics["objective"] == metrics["dev"]["f1"] == result.objective
    assert set(metrics["train"]) >= {"seconds", "words_per_s"}
    assert set(metrics["dev"]) >= {"f1", "f1_strict", "precision", "recall", "accuracy", "per_type"}
    environment = json.loads(folder.environment.read_text())
    assert environment["packages"]["torch"] and set(environment["data"]) == {"train", "dev", "test"}
    ledger = json.loads(folder.ledger.read_text())
    for split in ("dev", "test"):
        assert ledger[split]["read"]["words"] == ledger[split]["decoded"]["words"]
        assert ledger[split]["read"]["entities"] == ledger[split]["scored"]["entities"]


@pytest.mark.seconds
def test_scores_are_those_of_the_saved_predictions(train, corpus):
    result = train("trainer.max_epochs=3")
    rows = [json.loads(line) for line in RunFolder(result.folder).predictions("test").read_text().splitlines()]
    assert len(rows) == 24
    assert f1_score([r["gold"] for r in rows], [r["predicted"] for r in rows]) == result.metrics["test"]["f1"]
    lines = (corpus / "test.conll").read_text().splitlines()
    gold = [line.split("\t") for line in lines if line.strip() and not line.startswith(("#", "-DOCSTART-"))]
    assert [[w, t] for r in rows for w, t in zip(r["words"], r["gold"], strict=True)] == gold
    for row in rows:
        assert len(row["log_probs"]) == len(row["words"])
        for log_probs in row["log_probs"]:
            assert sum(2.718281828**x for x in log_probs) == pytest.approx(1, abs=1e-3)
        for span in row["spans"]:
            assert 0 <= span["confidence"] <= 1 and row["predicted"][span["begin"]].endswith(span["type"])


@pytest.mark.seconds
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(train):
    first, again, other = (train(f"seed={seed}", name=name) for seed, name in ((1, "a"), (1, "b"), (2, "c")))
    assert same(weights(first), weights(again))
    assert not same(weights(first), weights(other))


@pytest.mark.seconds
def test_accumulated_batches_step_as_one_large_batch(train):
    """Losses are means per word of the whole optimizer step, so 4 x 8 sentences are 1 x 32 of them."""
    # Without dropout, and with plain gradient descent, the weights after one step show the gradient itself.
    plain = ["model.dropout=0", "model.encoder.dropout=0", "optimizer=sgd", "optimizer.algorithm.momentum=0"]
    plain += ["optimizer.algorithm.nesterov=false", "trainer.max_steps=1", "data.size=32", "scheduler=constant"]
    one = train(*plain, "data.batch_size=32", name="one")
    four = train(*plain, "data.batch_size=8", "trainer.accumulate_grad_batches=4", name="four")
    start = train(*plain, "optimizer.lr=1e-30", name="start")
    assert same(weights(one, "best"), weights(four, "best"), tolerance=1e-6)
    assert not same(weights(one, "best"), weights(start, "best"), tolerance=1e-4)


@pytest.mark.seconds
@pytest.mark.parametrize("loss", ["nll", "embedding_label_smoothing"])
def test_a_run_resumed_in_mid_epoch_ends_with_the_same_weights(train, monkeypatch, loss):
    """Stopped at step 4 of 6 (in the second of two epochs), right after the checkpoint of step 4."""
    settings = (f"loss={loss}", "trainer.max_epochs=2", "callbacks.checkpoint.every_n_steps=2", "data.batch_size=32")
    whole = train(*settings, name="whole")
    calls = []
    saved = Checkpoint.on_train_batch_end

    def stop_after(self, trainer, *arguments):
        saved(self, trainer, *arguments)
        calls.append(trainer.global_step)
        if len(calls) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "on_train_batch_end", stop_after)
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        train(*settings, name="broken")
    assert calls == [1, 2, 3, 4, 5]
    monkeypatch.setattr(Checkpoint, "on_train_batch_end", saved)
    resumed = train(*settings, name="broken", resume=True)
    assert same(weights(whole), weights(resumed))
    assert same(weights(whole, "best"), weights(resumed, "best"))
    assert whole.metrics["dev"] == resumed.metrics["dev"] and whole.metrics["test"] == resumed.metrics["test"]


def test_checkpoints_hold_plain_types(train):
    folder = RunFolder(train().folder)
    for path in (folder.best, folder.last):
        torch.load(path, weights_only=True)  # raises on anything that could execute code


@pytest.mark.parametrize(
    ("keep", "left"), [("all", {"best.ckpt", "last.ckpt"}), ("best", {"best.ckpt"}), ("none", set())]
)
def test_a_finished_run_keeps_what_it_is_told_to(train, keep, left):
    folder = train(f"callbacks.checkpoint.keep={keep}").folder
    assert {path.name for path in (folder / "checkpoints").iterdir()} == left


@pytest.mark.seconds
def test_a_saved_run_predicts_what_it_predicted_in_any_batch(train):
    result = train("trainer.max_epochs=2", "model/head=crf", "model/between=bilstm")
    folder = RunFolder(result.folder)
    tagger, encoder, _ = load_run(folder)
    rows = [json.loads(line) for line in folder.predictions("test").read_text().splitlines()]
    sentences = [Sentence(tuple(row["words"])) for row in rows]
    order = list(range(len(sentences)))
    random.Random(0).shuffle(order)
    found = annotate(tagger, encoder, [sentences[i] for i in order], tagger.labels, batch_size=5)
    assert [list(found[order.index(i)].tags) for i in range(len(rows))] == [row["predicted"] for row in rows]


@pytest.mark.seconds
def test_a_non_finite_loss_names_step_and_batch(train, monkeypatch):
    said = []
    for every in (1, 2, 100):  # on a GPU losses are looked at some steps late
        monkeypatch.setitem(tagger.CHECK_EVERY, "cpu", every)
        with pytest.raises(UserError, match=r"the loss is (nan|inf) at step \d+ \(epoch 0, batch \d+, training") as one:
            train(
                "optimizer=sgd",
                "optimizer.lr=1e30",
                "trainer.gradient_clip_val=null",
                "scheduler=constant",
                name=str(every),
            )
        said.append(str(one.value))
    assert len(set(said)) == 1


@pytest.mark.seconds
def test_a_run_that_is_stopped_in_its_last_evaluation_goes_on_to_it(train, monkeypatch, capsys):
    steps = (
        "data.batch_size=32",
        "trainer.max_epochs=null",
        "trainer.max_steps=8",
        "callbacks.checkpoint.every_n_steps=4",
    )
    whole, real = train(*steps, name="whole"), tagger.Tagger.validation_step

    def stopped(self, *arguments):
        if self.trainer.global_step == 8:
            raise KeyboardInterrupt
        return real(self, *arguments)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(tagger.Tagger, "validation_step", stopped)
        train(*steps)
    capsys.readouterr()
    result = train(*steps, resume=True)
    assert "step 8 dev F1" in " ".join(capsys.readouterr().err.split())
    assert result.metrics["train"]["best_step"] == whole.metrics["train"]["best_step"]
    assert result.metrics["dev"] == whole.metrics["dev"]


def test_selecting_on_test_is_refused(train):
    with pytest.raises(UserError, match="choosing by a test score"):
        train("objective=test/f1")


@pytest.mark.parametrize("more", [(), ("trainer.limit_val_batches=0",)])
def test_max_steps_ends_a_run_before_its_first_epoch(train, capsys, more):
    result = train("trainer.max_steps=1", *more)
    assert result.metrics["train"]["steps"] == result.metrics["train"]["best_step"] == 1
    assert RunFolder(result.folder).best.is_file()
    assert ("step 1 dev F1" in " ".join(capsys.readouterr().err.split())) == (more == ())


@pytest.mark.seconds
def test_the_last_step_is_evaluated_within_an_epoch_or_it_is_said(train, capsys):
    steps = (
        "data.batch_size=32",
        "trainer.max_epochs=null",
        "trainer.max_steps=8",
        "trainer.accumulate_grad_batches=1",
    )
    result = train(*steps)  # of 3 steps an epoch
    said = " ".join(capsys.readouterr().err.split())
    assert "step 6 " in said and "step 8 " in said and "not evaluated" not in said
    last = read_checkpoint(RunFolder(result.folder).last)
    assert last["global_step"] == 8
    evaluated = [value["evaluated_step"] for value in last["callbacks"].values() if "evaluated_step" in value]
    assert evaluated == [8]
    train(*steps, "trainer.check_val_every_n_epoch=2", name="rarely")
    said = " ".join(capsys.readouterr().err.split())
    assert "2 steps were not evaluated, and could not be chosen: no evaluation came after step 6," in said


@pytest.mark.seconds
def test_a_checkpoint_holds_what_callbacks_say_of_its_step(train, monkeypatch):
    """Also those that the config names after it: the checkpoint within an epoch, which a run that ends replaces."""
    monkeypatch.setattr(Checkpoint, "save_last", lambda *_: None)
    settings = ["callbacks.checkpoint.every_n_steps=2", "data.batch_size=32"]
    saved = read_checkpoint(RunFolder(train(*settings, name="three").folder).last)
    (clock,) = [state for name, state in saved["callbacks"].items() if "Stopwatch" in name]
    two = train(*settings, "trainer.max_steps=2").metrics["train"]
    trained = two["words_per_s"] * two["seconds"]
    assert saved["global_step"] == 2 and clock["words"] == pytest.approx(trained, rel=0.02)


def test_early_stopping_stops(train):
    result = train(
        "callbacks=early_stopping", "callbacks.early_stopping.patience=1", "trainer.max_epochs=20", "optimizer.lr=1e-9"
    )
    assert result.metrics["train"]["epochs"] < 20


def test_weights_that_are_no_numbers_are_named_not_read(train):
    folder = RunFolder(train().folder)
    saved = torch.load(folder.best, weights_only=True)
    name = next(name for name in saved["state_dict"] if name.startswith("head."))
    saved["state_dict"][name].view(-1)[0] = float("nan")
    torch.save(saved, folder.best)
    for only_read in (False, True):
        with pytest.raises(UserError, match=rf"best\.ckpt: {name} is not a number"):
            load_run(folder, only_read=only_read)


@pytest.fixture
def splits(tmp_path):
    """`splits(dev=..., test=...)`: overrides of a corpus whose sentences have these tags; None for no annotation."""

    def made(**tags_of):
        for split in ("train", "dev", "test"):
            row = {"words": ["Ada", "sleeps"], "tags": tags_of.get(split, ["B-PER", "O"])}
            row = {key: value for key, value in row.items() if value is not None}
            (tmp_path / f"{split}.jsonl").write_text(f"{json.dumps(row)}\n" * 8)
        return "data=jsonl", f"data.dir={tmp_path}"

    return made


def test_a_test_set_without_its_key_is_left_out_and_said(train, splits, capsys):
    result = train(*splits(test=None))
    assert "test is text that nobody has annotated, and is not scored" in capsys.readouterr().err
    assert "test" not in result.metrics and result.metrics["dev"]["per_type"]["PER"]["support"] == 8
    ledger = json.loads(RunFolder(result.folder).ledger.read_text())
    assert list(ledger["test"]) == ["read", "left out"]


def test_a_dev_split_that_nobody_has_annotated_is_refused(train, splits):
    with pytest.raises(UserError, match="the dev split has no tags"):
        train(*splits(dev=None))


def test_a_split_without_an_entity_is_said(train, splits, capsys):
    train(*splits(dev=["O", "O"]))
    said = capsys.readouterr().err
    assert "dev has no entity: its F1 is 0" in said and "test has no entity" not in said


def test_the_log_of_a_run_has_what_the_console_said(train, caplog, capsys):
    caplog.set_level("INFO")
    train("trainer.max_epochs=2", "objective=dev/f1_strict")
    console = capsys.readouterr().err
    assert "by dev/f1_strict" in " ".join(console.split())
    said = [record.getMessage() for record in caplog.records if record.name.startswith("ner_lab")]
    for start in ("epoch 1: step ", "epoch 2: step ", "dev F1 ", "test: 24 sentences"):
        (line,) = (line for line in said if line.startswith(start))
        assert line in console


@pytest.mark.seconds
def test_lora_trains_adapters_only_and_loads_again(train):
    pytest.importorskip("peft", reason="needs ner-lab[lora]")
    result = train("model.lora.r=4", "trainer.max_epochs=2")
    folder = RunFolder(result.folder)
    tagger, encoder, _ = load_run(folder)
    rows = [json.loads(line) for line in folder.predictions("test").read_text().splitlines()]
    found = annotate(tagger, encoder, [Sentence(tuple(row["words"])) for row in rows], tagger.labels)
    assert [list(p.tags) for p in found] == [row["predicted"] for row in rows]
    start = train("model.lora.r=4", "trainer.max_epochs=1", "optimizer.lr=1e-30", name="start")
    changed = {k for k, v in weights(result, "best").items() if not v.equal(weights(start, "best")[k])}
    assert changed and all("lora_" in name or name.startswith("head.") for name in changed), changed


@pytest.mark.seconds
def test_curves_reach_tensorboard(train):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    result = train("logger=tensorboard", "trainer.log_every_n_steps=1", "trainer.max_epochs=2")
    events = EventAccumulator(str(RunFolder(result.folder).tensorboard))
    events.Reload()
    assert set(events.Tags()["scalars"]) >= {"train/loss", "dev/loss", "dev/accuracy", "dev/f1", "lr", "words_per_s"}
    scores = [event.value for event in events.Scalars("dev/f1")]
    assert len(scores) == 2 and max(scores) == pytest.approx(result.objective)


@pytest.mark.parametrize(
    "override",
    ["model.encoder.gradient_checkpointing=true", "trainer.precision=bf16-mixed", "scheduler=cosine", "logger=csv"],
)
def test_settings_of_the_trainer_work(train, override):
    assert train(override, "trainer.max_epochs=1").metrics["train"]["steps"] == 3


@pytest.mark.seconds
def test_batches_made_by_workers_are_the_same(train):
    assert same(weights(train(name="main")), weights(train("data.num_workers=2", name="workers")))


def test_out_of_memory_says_what_to_lower(train, monkeypatch):
    def no_memory(self, batch):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr("ner_lab.models.encoder.encoder.Encoder.forward", no_memory)
    given_back: list[tagger.Tagger] = []
    monkeypatch.setattr(tagger.Tagger, "forget_recordings", lambda one: given_back.append(one))
    with pytest.raises(UserError, match=r"out of memory with data.batch_size=32: lower it") as plain:
        train()
    assert len(given_back) == 1
    with pytest.raises(UserError, match=r"set model\.encoder\.kernels=stock \(recordings") as recorded:
        train("model.encoder.kernels=[graphs]", name="recorded")
    assert "stock" not in str(plain.value) and "\n" not in str(recorded.value)
