"""The command line as users call it: processes, exit codes, what they print, what they leave behind."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from warm_start import WarmStart

from ner_lab.files import RunFolder
from ner_lab.training.checkpoint_files import read_checkpoint

TINY = ("model=tiny", "data=column", "trainer=cpu", "trainer.max_epochs=1", "logger=none")


@pytest.fixture(scope="module")
def run(corpus: Path, tmp_path_factory: pytest.TempPathFactory, warm_start: WarmStart) -> Path:
    """A finished run, trained by the command line."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    arguments = [*TINY, f"data.dir={corpus}", "trainer.max_epochs=12", "data.batch_size=4", f"hydra.run.dir={folder}"]
    done = warm_start.run(["train", *arguments], folder.parent, None, None, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "test F1" in done.stderr and str(folder) in done.stderr and "Traceback" not in done.stderr
    return folder


def refused(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """The command failed with a message that has all the parts, and without a traceback."""
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.mark.seconds
def test_help_names_every_command_and_shows_examples(ner_lab):
    overview = ner_lab("--help")
    assert overview.returncode == 0
    for command in ("train", "evaluate", "predict", "export", "prepare", "pipeline", "tensorboard"):
        assert f"\n  {command} " in overview.stdout
        own = ner_lab(command, "--help")
        assert own.returncode == 0 and f"ner-lab {command}" in own.stdout and "xample" in own.stdout


@pytest.mark.seconds
def test_help_and_config_import_nothing_heavy():
    # The same code path as a shell's, with the modules that were imported to show for it.
    for arguments in (["--help"], ["train", "--cfg", "job"], ["train", "--help"]):
        code = f"import sys; sys.argv = ['ner-lab', *{arguments!r}]; from ner_lab.cli import main; main()"
        code += "\nheavy = {'torch', 'pytorch_lightning', 'transformers', 'numpy', 'optuna'} & set(sys.modules)"
        code += "\nassert not heavy, heavy"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.seconds
def test_predict_does_without_what_trains(run: Path) -> None:
    code = f"import sys; sys.argv = ['ner-lab', 'predict', 'run={run}']; from ner_lab.cli import main"
    code += "\ntry:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    code += "\nheavy = {'pytorch_lightning', 'torchmetrics', 'optuna'} & set(sys.modules)"
    code += "\nassert not heavy, heavy"
    words = "Ada Lovelace lived in London .\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, input=words)
    assert done.returncode == 0 and '"text": "Ada Lovelace' in done.stdout, done.stderr


def test_config_and_info(ner_lab):
    job = ner_lab("train", "--cfg", "job", "loss=focal", "loss.gamma=3")
    assert "gamma: 3" in job.stdout
    assert "newswire" in ner_lab("train", "--info", "defaults").stdout


def test_a_users_conf_folder_comes_first_and_is_named(ner_lab, tmp_path):
    (tmp_path / "conf" / "loss").mkdir(parents=True)
    (tmp_path / "conf" / "loss" / "mine.yaml").write_text("_target_: ner_lab.losses.focal.Focal\ngamma: 7\n")
    (tmp_path / "conf" / "loss" / "nll.yaml").write_text("_target_: ner_lab.losses.focal.Focal\ngamma: 8\n")
    mine = ner_lab("train", "--cfg", "job", "loss=mine")
    assert "gamma: 7" in mine.stdout and "loss/nll.yaml" in mine.stderr and "loss/mine.yaml" not in mine.stderr
    assert "gamma: 8" in ner_lab("train", "--cfg", "job").stdout


@pytest.mark.parametrize(
    ("overrides", "parts"),
    [
        (["loss=unknown"], ["loss=unknown", "cross_entropy"]),
        (["loss.gamma=2"], ["gamma"]),
        (["trainer.max_epochs=many"], ["trainer.max_epochs", "a whole number", "'many'"]),
        (["data=column"], ["data.dir is missing"]),
        (["data=column", "data.dir=nowhere"], ["data.dir=nowhere", "no such folder"]),
        (["loss=focal", "loss.gamma=-1", "model=tiny", "data.size=8"], ["gamma must be >= 0, got -1"]),
        (["resume=nowhere"], ["resume=nowhere: no such folder"]),
    ],
)
def test_wrong_settings_are_refused_in_a_line(ner_lab, overrides, parts):
    refused(ner_lab("train", *overrides), *parts)


def test_an_unknown_command_is_refused(ner_lab):
    refused(ner_lab("trian"), "trian", "train")


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", ["train.conll", "empty"]), ("EU B-ORG\nrejects\n", ["train.conll:2"]), ("a O\nb O\n", ["no entity"])],
)
def test_wrong_files_are_refused_by_line(ner_lab, corpus, tmp_path, text, parts):
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "train.conll").write_text(text)
    (folder / "dev.conll").write_text((corpus / "dev.conll").read_text())
    refused(ner_lab("train", *TINY, f"data.dir={folder}"), *parts)


def test_evaluate_repeats_the_scores_of_the_run(ner_lab, run, tmp_path):
    done = ner_lab("evaluate", f"run={run}", "data.split=test", f"hydra.run.dir={tmp_path / 'e'}")
    assert done.returncode == 0, done.stderr
    scored = json.loads((tmp_path / "e" / "evaluation.json").read_text())["test"]
    of_run = json.loads((run / "metrics.json").read_text())["test"]
    for name in ("f1", "f1_strict", "precision", "recall", "accuracy", "per_type"):
        assert scored[name] == of_run[name]


@pytest.mark.seconds
@pytest.mark.parametrize(
    "setting", ["size=0.1", "fold=0", "type_noise=0.2", "boundary_noise=0.1", "document_context=1"]
)
@pytest.mark.parametrize("command", [("prepare",), ("convert", "format=jsonl")])
def test_what_a_written_corpus_cannot_show_is_refused(ner_lab, corpus, tmp_path, command, setting):
    words = (*command, f"data.dir={corpus}", "output=o", f"data.{setting}")
    refused(ner_lab(*words), f"data.{setting}: {command[0]} writes the corpus as it is", "ner-lab train")
    assert not (tmp_path / "o").exists()


def test_settings_of_training_that_change_nothing_are_none(ner_lab, corpus):
    neutral = ("data.size=1.0", "data.type_noise=0", "data.boundary_noise=0.0", "data.document_context=0")
    done = ner_lab("convert", "format=jsonl", f"data.dir={corpus}", "output=o", *neutral)
    assert done.returncode == 0, done.stderr


@pytest.mark.seconds
def test_evaluate_says_where_its_data_is_lost_or_no_longer_the_same(ner_lab, run, corpus, tmp_path):
    copy, home = RunFolder(Path(shutil.copytree(run, tmp_path / "copy"))), tmp_path / "home"
    shutil.copytree(corpus, home / "corpus")
    config = copy.config.read_text()
    assert f"dir: {corpus}\n" in config
    copy.config.write_text(config.replace(f"dir: {corpus}\n", "dir: corpus\n"))
    refused(ner_lab("evaluate", f"run={copy.path}"), "data.dir=corpus: no such folder here", "+data.dir=FOLDER")
    same = ner_lab("evaluate", f"run={copy.path}", cwd=home)
    assert same.returncode == 0 and "no longer what it was" not in same.stdout + same.stderr
    file = home / "corpus" / "test.conll"
    file.write_text(file.read_text().replace("PER", "ORG"))
    for split, changed in (("test", True), ("dev", False)):
        done = ner_lab("evaluate", f"run={copy.path}", f"data.split={split}", cwd=home)
        assert done.returncode == 0, done.stderr
        assert (f"{split} is no longer what it was" in done.stdout + done.stderr) == changed
    other = ner_lab("evaluate", f"run={copy.path}", f"+data.dir={home}/corpus")
    assert other.returncode == 0 and "no longer what it was" not in other.stdout + other.stderr


def test_evaluate_on_other_data_with_a_type_the_run_never_saw(ner_lab, run, corpus, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "test.txt").write_text("Anna B-PER\nsaw O\nHalley B-COMET\n\n" * 3)
    done = ner_lab("evaluate", f"run={run}", "data=column", f"data.dir={folder}", f"hydra.run.dir={tmp_path / 'e'}")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "e" / "evaluation.json").read_text())["test"]["per_type"]["COMET"]["support"] == 3
    only = ["data=column", f"data.dir={folder}", "types=[COMET,PER]", f"hydra.run.dir={tmp_path / 'o'}"]
    assert ner_lab("evaluate", f"run={run}", *only).returncode == 0
    assert set(json.loads((tmp_path / "o" / "evaluation.json").read_text())["test"]["per_type"]) <= {"COMET", "PER"}
    refused(ner_lab("evaluate", f"run={run}", "data.split=tset"), "data.split=tset", "train, dev, test")


@pytest.mark.seconds
def test_predict_keeps_order_offsets_and_odd_lines(ner_lab, run, tmp_path):
    lines = [
        "Anna Smith works for Toyota in Paris .",
        "",
        "   ",
        "😀 Anna 👩‍👩‍👧 in Paris",
        "مرحبا يا باريس",
        "​",
        "word " * 10_000,
    ]
    (tmp_path / "in.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = ner_lab("predict", f"run={run}", "input=in.txt", "output=out.jsonl")
    assert done.returncode == 0 and not done.stdout, done.stderr
    rows = [json.loads(row) for row in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["text"] for row in rows] == lines
    for row in rows:
        for entity in row["entities"]:
            assert row["text"][entity["start"] : entity["end"]] == entity["text"]
            assert 0 <= entity["confidence"] <= 1
    by_pipe = ner_lab("predict", f"run={run}", input=(tmp_path / "in.txt").read_text(encoding="utf-8"))
    assert by_pipe.stdout == (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.txt", "out.jsonl"]


def test_split_words_get_the_tags_of_the_saved_predictions(ner_lab, run, tmp_path):
    saved = [json.loads(line) for line in (run / "predictions" / "test.jsonl").read_text().splitlines()]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"id": r["id"], "words": r["words"]}) + "\n" for r in saved))
    done = ner_lab("predict", f"run={run}", "input=in.jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["id"], row["tags"]) for row in rows] == [(row["id"], row["predicted"]) for row in saved]
    assert any(row["entities"] for row in rows), "a model that finds nothing shows nothing here"


def test_predict_takes_words_where_they_stand(ner_lab, run, tmp_path):
    text = "Paris ,  New  York."
    given = ["Paris", ",", "New", "York", "."]
    places = [[0, 5], [6, 7], [9, 12], [14, 18], [18, 19]]
    rows = [
        {"text": text, "words": given},
        {"text": text, "tokens": places},
        {"text": text, "tokens": [{"text": text[a:b], "start": a, "end": b, "id": 0} for a, b in places]},
        {"text": "of another", "words": given},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = ner_lab("predict", f"run={run}", "input=in.jsonl")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in found] == [text, text, text, " ".join(given)]
    assert found[0]["entities"] == found[1]["entities"] == found[2]["entities"]
    for row in found:
        assert all(row["text"][e["start"] : e["end"]] == e["text"] for e in row["entities"])
    assert "looks like JSON" in ner_lab("predict", f"run={run}", input=json.dumps(rows[0]) + "\n").stderr


def test_predict_reports_each_line_that_it_cannot_read_and_does_the_others(ner_lab, run, tmp_path):
    bad = {
        b'{"txt": 1}': '"text"',
        b'{"text": 3}': '"text"',
        b'{"words": ["a", 3]}': '"words"',
        b"[1]": '"text"',
        b"{bad": "not JSON",
        b"\xff\xfe": "UTF-8",
        b'{"text": "half \\ud83d"}': "surrogate",
        b'{"text": "a", "text": "b"}': "'text' is given twice",
        b'{"text": "x", "score": NaN}': "NaN",
        b'{"text": "x y", "tokens": [[0, 9]]}': "tokens given as",
        b"[" * 100_000 + b"]" * 100_000: "deeper",
        b'{"text": "a", "id": ' + b"1" * 5000 + b"}": "digits",
    }
    lines = [line for odd in bad for line in (b'{"text": "Anna in Paris ."}', odd)]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    done = ner_lab("predict", f"run={run}", "input=in.jsonl", "output=out.jsonl")
    refused(done, f"{len(bad)} of {len(lines)} lines could not be read")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(lines)
    for number, (row, why) in enumerate(zip(rows[1::2], bad.values(), strict=True)):
        assert row["error"].startswith(f"in.jsonl:{2 * number + 2}: ") and why in row["error"], row
        assert row["error"] in done.stderr
    assert all("entities" in row and row == rows[0] for row in rows[::2])


@pytest.mark.seconds
def test_predict_refuses_what_it_cannot_use(ner_lab, run, tmp_path):
    (tmp_path / "in.txt").write_text("Anna in Paris .\n")
    (tmp_path / "empty").mkdir()
    for words, parts in [
        (["input=none.txt"], ["none.txt"]),
        (["input=empty"], ["input=empty", "no such file"]),
        (["run=empty"], ["run=empty", "config.yaml"]),
        (["run=in.txt"], ["run=in.txt", "a file, where a run folder"]),
        (["batch_size=0"], ["batch_size must be", "at least 1, got 0"]),
        (["batch_size=-1"], ["got -1"]),
        (["device=cuda:99"], ["device=cuda:99"]),
        (["device=tpu"], ["device=tpu", "auto, cpu, cuda"]),
        (["output=no/out.jsonl"], ["no folder"]),
        (["output=in.txt"], ["in.txt"]),
    ]:
        refused(ner_lab("predict", f"run={run}", "input=in.txt", *words), *parts)
    out = ("predict", f"run={run}", "input=in.txt", "output=out.jsonl")
    assert ner_lab(*out).returncode == 0
    refused(ner_lab(*out), "out.jsonl is there already", "overwrite=true")
    assert ner_lab(*out, "overwrite=true").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "in.txt", "out.jsonl"]


def test_a_run_without_checkpoint_says_what_to_do(ner_lab, run, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "config.yaml").write_text((run / "config.yaml").read_text())
    refused(
        ner_lab("evaluate", f"run={copy}"), "no checkpoints/best.ckpt", "unfinished; it has no checkpoints/last.ckpt"
    )


@pytest.mark.seconds
def test_prepare_splits_and_never_shrinks_a_given_test_file(ner_lab, corpus, tmp_path):
    done = ner_lab("prepare", f"data.dir={corpus / 'train.conll'}", "output=p", "data.ratio=0.6", "data.by=sentence")
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "p" / "ledger.json").read_text())
    assert (
        sum(counts[split]["written"]["words"] for split in ("train", "dev", "test")) == counts["all"]["read"]["words"]
    )
    refused(ner_lab("prepare", f"data.dir={corpus / 'train.conll'}", "output=p"), "already holds")
    given = tmp_path / "given"
    given.mkdir()
    for split in ("train", "test"):
        (given / f"{split}.conll").write_text((corpus / f"{split}.conll").read_text())
    assert ner_lab("prepare", f"data.dir={given}", "output=q", "data.by=sentence").returncode == 0
    counts = json.loads((tmp_path / "q" / "ledger.json").read_text())
    assert counts["test"]["written"]["sentences"] == 24
    assert counts["train"]["written"]["sentences"] + counts["dev"]["written"]["sentences"] == 96


@pytest.mark.seconds
def test_pipeline_prepares_trains_and_evaluates(ner_lab, corpus, tmp_path):
    raw = f"data.dir={corpus / 'train.conll'}"
    done = ner_lab("pipeline", *TINY, raw, "data.by=sentence", "hydra.run.dir=run")
    assert done.returncode == 0, done.stderr
    assert RunFolder(tmp_path / "run").finished and (tmp_path / "run" / "data" / "test.conll").is_file()


@pytest.mark.seconds
def test_a_multirun_keeps_finished_runs(ner_lab, corpus, tmp_path):
    sweep = ["train", "-m", *TINY, f"data.dir={corpus}", "seed=1,2", "hydra.sweep.dir=sweep"]
    assert ner_lab(*sweep).returncode == 0
    first = {path: path.stat().st_mtime_ns for path in tmp_path.glob("sweep/*/metrics.json")}
    assert len(first) == 2
    assert not list(tmp_path.glob("sweep/*/checkpoints/last.ckpt"))
    again = ner_lab(*sweep)
    assert again.returncode == 0 and "going on with 2 of 2 trials" in again.stderr
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("sweep/*/metrics.json")} == first
    refused(ner_lab(*[a.replace("seed=1,2", "seed=3,4") for a in sweep]), "started with another space or config")


@pytest.mark.seconds
def test_hydras_own_sweeper_keeps_finished_runs_too(ner_lab, corpus, tmp_path):
    basic = ["train", "-m", *TINY, f"data.dir={corpus}", "seed=1,2", "hydra.sweep.dir=sweep", "hydra/sweeper=basic"]
    assert ner_lab(*basic).returncode == 0
    again = ner_lab(*basic)
    assert again.returncode == 0 and again.stderr.count("finished already") == 2
    refused(ner_lab(*[a.replace("seed=1,2", "seed=3,4") for a in basic]), "holds another run")


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "ner_lab", "train", *arguments], stderr=subprocess.PIPE, text=True)


@pytest.mark.seconds
def test_a_run_killed_in_mid_epoch_ends_with_the_weights_of_an_unbroken_one(ner_lab, corpus, tmp_path):
    settings = [
        *TINY,
        f"data.dir={corpus}",
        "data.batch_size=4",
        "trainer.max_epochs=4",
        "callbacks.checkpoint.every_n_steps=5",
    ]
    settings += ["callbacks=default"]
    assert ner_lab("train", *settings, "hydra.run.dir=whole").returncode == 0
    broken = RunFolder(tmp_path / "broken")
    process = _start(*settings, f"hydra.run.dir={broken.path}")
    deadline = time.monotonic() + 120
    while not broken.last.is_file() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    step = read_checkpoint(broken.last)["global_step"]
    assert 0 < step < 96, "the kill came too late to show anything"
    assert not broken.finished
    refused(ner_lab("train", *settings, f"hydra.run.dir={broken.path}"), f"resume={broken.path}")
    resumed = ner_lab("train", f"resume={broken.path}")
    assert resumed.returncode == 0, resumed.stderr
    whole, ended = (read_checkpoint(RunFolder(tmp_path / name).last)["state_dict"] for name in ("whole", "broken"))
    assert whole.keys() == ended.keys()
    for name, value in whole.items():
        assert value.equal(ended[name]), name


@pytest.mark.seconds
def test_two_devices_learn_what_one_learns(ner_lab, corpus, tmp_path):
    """Two processes with half the batch each: the same sentences a step, so the same weights but for rounding."""
    plain = [
        *TINY,
        f"data.dir={corpus}",
        "model.dropout=0",
        "model.encoder.dropout=0",
        "optimizer=sgd",
        "data.bucketed=false",
    ]
    plain += ["trainer.max_steps=1", "data.size=16", "scheduler=constant", "optimizer.algorithm.momentum=0"]
    plain += ["optimizer.algorithm.nesterov=false"]
    one = ner_lab("train", *plain, "data.batch_size=16", "hydra.run.dir=one")
    two = ner_lab(
        "train",
        *plain,
        "trainer=ddp",
        "trainer.accelerator=cpu",
        "trainer.devices=2",
        "data.batch_size=8",
        "hydra.run.dir=two",
    )
    assert one.returncode == 0, one.stderr
    assert two.returncode == 0, two.stderr
    a, b = (read_checkpoint(RunFolder(tmp_path / name).best)["state_dict"] for name in ("one", "two"))
    assert max(float((a[name] - b[name]).abs().max()) for name in a) < 1e-6
    assert two.stderr.count("run folder:") == 1
