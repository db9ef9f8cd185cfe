"""What a user's mistake says: the rule and the value on a line, without Hydra's frame, and no folder is left."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import ner_lab
from ner_lab import UserError
from ner_lab.cli import main

SMALL = "model=tiny data.size=8 logger=none trainer=cpu"

WRONG = [
    # commands and flags
    ("trian", "did you mean train?"),
    ("evalute run=x", "did you mean evaluate?"),
    ("xyz", "the commands are train,"),
    ("train --foo", "unrecognized arguments: --foo"),
    ("train --resolve", "--resolve"),
    ("train --cfg nothing", "invalid choice"),
    ("train -cn nothing", "'nothing'"),
    # words that are no overrides
    ("train a", "a: no override is of this form"),
    ("train seed={a", "seed={a: no override"),
    ("train =3", "string or a list"),
    ("train data=column data.dir=é", "a text is 'data.dir=\"é\"'"),
    ("train seed=${nope}", "Interpolation key 'nope' not found"),
    ("train hydra.run.dir=${nope}", "hydra.run.dir: Interpolation key 'nope' not found"),
    ("train data=column data.dir=${nope}", "Interpolation key 'nope' not found"),
    # several runs
    ("train -m loss=nll,focl", "loss=focl: no such option of loss"),
    ("train -m trainer.max_epoch=1,2", "did you mean trainer.max_epochs?"),
    ("train -m search=quick trainer.max_epochs=0", "trainer.max_epochs must be from 1"),
    ("train -m loss=nll,focal seed=1,a", "seed must be a whole number, from 0 to 4294967295, got 'a'"),
    ("train -m hydra.sweeper=null seed=1,2", "a multirun has a sweeper"),
    ("train -m hydra/sweeper/sampler=tpee", "did you mean tpe?"),
    ("train -m search=quick hydra.sweeper.pruner={percentile:20}", "+hydra.sweeper.pruner.percentile="),
    ("train -m search=quick hydra.sweeper.custom_search_space=nope.nope", "no such function"),
    ("predict -m run=x", "it runs once"),
    ("predict hydra.mode=MULTIRUN run=x", "hydra.mode=MULTIRUN: it runs once"),
    # groups and their options
    ("train lss=focal", "lss: no such key or group; did you mean loss?"),
    ("train loss=focl", "loss=focl: no such option of loss"),
    ("train loss=focl", "did you mean focal?"),
    ("train -m loss=focl", "did you mean focal?"),
    ("train modl/head=crf", "did you mean model/head?"),
    ("train model/head=crff", "did you mean crf?"),
    ("train model/head=", "its options are cosine, crf, linear"),
    ("train model.head=crf", "model/head=crf"),
    ("train loss=[nll,focal]", "-m loss=nll,focal"),
    ("train model=[tiny,minilm]", "-m model=tiny,minilm"),
    ("train +experiment=orignal", "did you mean original?"),
    ("train ~loss", "no run goes without loss"),
    ("train loss=null", "loss=null: no such option of loss; its options are compound"),
    ("train model/head=3", "model/head=3: no such option of model/head; its options are cosine"),
    ("train logger=null", "logger=null: no such option of logger", "to have none: logger=[]"),
    ("evaluate run=x data=colum", "did you mean column?"),
    # keys
    ("train trainer.max_epoch=3", "did you mean trainer.max_epochs?"),
    ("train optimiser.lr=1", "did you mean optimizer.lr?"),
    ("train data.repair=drop", "data.repair: no such key or group; beside it are batch_size"),
    ("train sede=1", "did you mean seed?"),
    ("train loss=focal loss.gama=1", "did you mean loss.gamma?"),
    ("train loss.gamma=2", "loss.gamma: no such key"),
    ("train hydra.run.dirr=x", "did you mean hydra.run.dir?"),
    ("train +foo=3", "+foo=3: nothing reads foo"),
    ("train ++sede=3", "did you mean seed?"),
    ("train +foo.bar=3", "nothing reads foo.bar"),
    ("train +seed=3", "in the config already"),
    ("predict run=x bach_size=3", "did you mean batch_size?"),
    ("predict", "run is missing"),
    # numbers
    ("train seed=1,2", "one run takes one value; a run of each is -m seed=1,2, a list is 'seed=[1,2]'"),
    ("train seed=-1", "seed must be a whole number, from 0 to 4294967295, got -1"),
    ("train trainer.max_epochs=0", "trainer.max_epochs must be from 1 to 1,000,000"),
    ("train trainer.max_epochs=null", "trainer.max_epochs must be a number where trainer.max_steps sets no end"),
    ("train data.size=1000000000000000000000000000000", "data.size must be from 1 to 10000000, got 1"),
    ("train trainer.max_epochs=many", "trainer.max_epochs must be a whole number"),
    ("train data.num_workers=-1", "data.num_workers must be from 0 to 1024, got -1"),
    ("train optimizer.lr=nan", "optimizer.lr must be a finite number, got nan"),
    ("train model.dropout=2", "model.dropout must be at least 0 and below 1, got 2"),
    ("train loss=focal loss.gamma=-1", "gamma must be >= 0, got -1"),
    ("train loss=focal loss.alpha=${.gamma} loss.gamma=7", "alpha must be >= 0 and <= 1, got 7"),
    ("train loss=focal loss.gamma=${nowhere}", "loss.gamma: Interpolation key 'nowhere' not found"),
    ("train loss=label_smoothing loss.epsilon=2", "epsilon must be"),
    # parts and devices
    ("train loss._target_=os.getcwd", "loss._target_=os.getcwd: must make a ner_lab Loss, made a str"),
    ("train loss._target_=nowhere.Loss", "loss._target_=nowhere.Loss: "),
    ("train callbacks.bar._target_=os.getcwd", "must make a pytorch_lightning Callback"),
    ("train data._target_=os.getcwd", "data"),
    (f"train {SMALL} trainer.accelerator=tpu", "trainer"),
    (f"train {SMALL} trainer.accelerator=foo", "trainer"),
    (f"train {SMALL} trainer.devices=x", "trainer"),
    (f"train {SMALL} trainer.devices=0", "trainer"),
    (f"train {SMALL} trainer.precision=foo", "trainer.precision must be auto, 64, ", "bf16 or null, got 'foo'"),
    (f"train {SMALL} +trainer.foo=3", "foo"),
    (f"train {SMALL} +model.head.foo=3", "foo"),
    (f"train {SMALL} model.encoder.name=nowhere/at/all", "nowhere/at/all"),
    # files and folders
    ("train hydra.run.dir=a_file", "hydra.run.dir=", "a file of this name is there"),
    ("train hydra.run.dir=a_file/run", "hydra.run.dir=", "a_file is a file, where a folder is meant"),
    ("train data=column", "data.dir is missing"),
    ("train data=column data.dir=nowhere", "data.dir=nowhere"),
    ("train resume=nowhere", "resume=nowhere: no such folder"),
    ("evaluate run=[a,b]", "run=['a', 'b']: must be the path of a run folder"),
    ("evaluate run=", "must be the path of a run folder"),
    ("evaluate run=5", "run=5"),
    ("evaluate run=a_file", "a file, where a run folder is wanted"),
    ("evaluate run=x batch_size=0", "batch_size must be a whole number, at least 1, got 0"),
    ("predict run=x batch_size=-1", "batch_size must be"),
    ("evaluate run=x device=tpu", "auto, cpu, cuda or cuda:N"),
    ("report file=a_file", "a_file"),
    ("report file=a_file output=page json=page", "json=page: the page goes there"),
    ("report file=a_file overwrite=5", "overwrite=5: must be true or false"),
    ("predict run=x input=null", "input=null: must be text"),
    ("predict run=x trust=maybe", "trust=maybe: must be true or false"),
    ("prepare data.dir=x output=y data.ratio=abc", "data.ratio must be a number, got 'abc'"),
    ("pipeline", "data.dir is missing; give it as data.dir="),
    ("data data.dir=x examples=true", "examples must be a whole number"),
    ("export run=x output=y", "run=x"),
]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """`said(words)` is what a command that ends with an error prints on standard error; and no folder is left."""
    handlers, level = logging.root.handlers[:], logging.root.level
    (tmp_path / "a_file").write_text("Some text.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HYDRA_FULL_ERROR", raising=False)

    def run(words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["ner-lab", *words.split()])
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(SystemExit) as caught:
            main()
        end = caught.value.code
        assert end not in (0, None)
        assert sorted(tmp_path.rglob("*")) == before
        return capsys.readouterr().err + (end if isinstance(end, str) else "")

    yield run
    # Hydra has the log written into the folder of the run, which is gone.
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.mark.seconds
@pytest.mark.parametrize("case", WRONG, ids=lambda case: case[0])
def test_a_mistake_is_said_in_a_line(case: tuple[str, ...], said) -> None:
    words, *parts = case
    text = said(words)
    for part in parts:
        assert part in text
    for frame in ("HYDRA_FULL_ERROR", "Traceback", "Error executing job", "error: ", "full_key", "+foo"):
        assert frame not in text or frame in words
    lines = [line for line in text.splitlines() if "ner-lab" in line]
    assert len(lines) == 1, text


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("words", ["train trainer=gpu data=column data.dir=x", "train -m trainer=gpu seed=1,2"])
def test_a_device_that_is_not_there_is_said_before_the_data_are_read(words: str, said) -> None:
    assert "PyTorch sees none here; use trainer=cpu" in said(words)


NO_CONFIG = (b"a: [1,\n", b"1.5\n", b"7\n", b"true\n", b"[a, b]\n", b"a: b: c\n", b"a: \xff\n", b"- a\n")


@pytest.mark.parametrize("text", NO_CONFIG)
@pytest.mark.parametrize("words", ["train", "data", "train --multirun seed=1,2"])
def test_a_file_of_the_users_conf_that_is_no_config_is_named(text: bytes, words: str, said, tmp_path: Path) -> None:
    (tmp_path / "conf" / "data").mkdir(parents=True)
    (mine := tmp_path / "conf" / "data" / "mine.yaml").write_bytes(text)
    assert str(mine) in said(f"{words} data=mine")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_of_the_users_conf_that_may_not_be_read_is_named(said, tmp_path: Path) -> None:
    (tmp_path / "conf" / "loss").mkdir(parents=True)
    (mine := tmp_path / "conf" / "loss" / "mine.yaml").touch(mode=0)
    assert f"{mine}: Permission denied" in said("train loss=mine")


ONE = ("data", "model", "model/between", "model/head", "loss", "optimizer", "scheduler", "trainer")
UNNAMED = [(group, text) for group in ONE for text in ("gamma: 2\n", "gamma\n", "")]


@pytest.mark.parametrize(("group", "text"), [*UNNAMED, ("callbacks", "gamma: 2\n"), ("logger", "gamma: 2\n")])
def test_a_group_of_the_users_own_that_names_no_class_is_refused(group: str, text: str, said, tmp_path: Path) -> None:
    (tmp_path / "conf" / group).mkdir(parents=True)
    (tmp_path / "conf" / group / "mine.yaml").write_text(text)
    key = group.replace("/", ".") if group in ONE else f"{group}.gamma"
    what = ("has gamma" if text else "has nothing") if group in ONE else "is 2"
    assert f"{key} must name by _target_ the class that is built of its settings; it {what}" in said(
        f"train {group}=mine"
    )


@pytest.mark.parametrize("text", ["seed: 9\n", "# mine\n# @package _global_\nseed: 9\n", ""])
@pytest.mark.parametrize("group", ["experiment", "debug", "search", "experiment/more"])
def test_a_file_whose_settings_nothing_would_read_is_refused(group: str, text: str, said, tmp_path: Path) -> None:
    (mine := tmp_path / "conf" / group / "mine.yaml").parent.mkdir(parents=True)
    mine.write_text(text)
    top, _, inner = f"{group}/mine".partition("/")
    message = f"{mine}: its first line must be `# @package _global_`"
    assert message in said(f"train {top}={inner}")
    with pytest.raises(UserError, match=re.escape(message)):
        ner_lab.train(f"{top}={inner}")
    mine.write_text("# @package _global_\nseed: -9\n")
    assert "seed must be" in said(f"train {top}={inner}")


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (
            "loss.gamma: 'interval(0,5)'",
            "a search has a key that only some options have as {when: {loss: OPTION}, is: ",
        ),
        (
            "loss.gmma: {when: {loss: focal}, is: 'interval(0,5)'}",
            "loss.gmma: no such key or group; did you mean loss.ga",
        ),
    ],
)
def test_a_key_that_a_search_cannot_have_is_told_as_one_of_a_search(space: str, message: str, said, tmp_path) -> None:
    (tmp_path / "conf" / "search").mkdir(parents=True)
    (tmp_path / "conf" / "search" / "mine.yaml").write_text(
        f"# @package _global_\nhydra: {{sweeper: {{n_trials: 2, params: {{loss: 'choice(nll,focal)', {space}}}}}}}\n"
    )
    assert message in said("train -m search=mine hydra.sweep.dir=s")


def test_a_file_with_another_ending_is_named(said, tmp_path: Path) -> None:
    (tmp_path / "conf" / "loss").mkdir(parents=True)
    (tmp_path / "conf" / "loss" / "mine.yml").write_text("_target_: ner_lab.losses.NLL\n")
    assert "conf/loss/mine.yml must be called mine.yaml" in said("train loss=mine")


def test_a_refused_run_leaves_a_folder_as_it_was(said, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "notes.log").write_text("mine")
    assert "holds notes.log, which is no run" in said("train hydra.run.dir=kept seed=-1")
    assert (tmp_path / "kept" / "notes.log").read_text() == "mine"


@pytest.mark.seconds
def test_a_bug_still_shows_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "mine.yaml").write_text("function: mine.run\n")
    (tmp_path / "mine.py").write_text("def run(cfg):\n    return 1 / 0\n")
    command = [sys.executable, "-m", "ner_lab", "mine"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr and "mine.py" in done.stderr
    shown = subprocess.run([*command, "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert "mine is powered by Hydra" in shown.stdout
