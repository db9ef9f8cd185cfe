"""A study that somebody else has written: it decides no class or function, and its texts are only texts."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import made_studies
import optuna
import pytest
import toy_sweep
import yaml
from omegaconf import OmegaConf
from optuna.trial import TrialState

from hydra_slots import command
from hydra_slots.errors import SweepError
from hydra_slots.settings import SweepSettings
from hydra_slots.studies import algorithms, stored, trust
from hydra_slots.studies.history import History
from hydra_slots.views import best, page

TRAP = """
from pathlib import Path
import optuna
def touch(*_, **__):
    Path(__file__).with_name("marker").write_text("ran")
class Trap(optuna.samplers.RandomSampler, optuna.pruners.BasePruner):
    def __init__(self, *_, **__):
        touch()
    def prune(self, study, trial):
        return False
touch()
"""


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A module `trap` beside the application that leaves this file when it is imported, or anything in it called."""
    shutil.copytree(toy_sweep.APP.parent, tmp_path / "toy")
    (tmp_path / "toy" / "trap.py").write_text(TRAP)
    return tmp_path / "toy" / "marker"


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """The folder of a sweep of the toy application that has ended."""
    folder = tmp_path_factory.mktemp("swept") / "s"
    toy_sweep.sweep(folder, "hydra.sweeper.n_trials=2", "x=interval(-5,5)", "hydra.sweeper.sampler.seed=1")
    return folder


def tampered(swept: Path, folder: Path, change) -> Path:
    """A copy of it in which the study says something else, and one more trial waits."""
    shutil.copytree(swept, folder)
    study = toy_sweep.study(folder)
    said = study.user_attrs["sweep"]
    change(said)
    said["n_trials"] = 3
    said["settings"]["n_trials"] = 3
    study.set_user_attr("sweep", said)
    study.enqueue_trial({}, user_attrs={"ticket": 2, "attempt": 0})
    return folder


def work(folder: Path, *more: str) -> tuple[int, str]:
    join = ("hydra.sweeper.worker=true", "hydra.sweeper.study_name=s", "hydra.sweeper.slots=1")
    told = ("-m", *join, f"hydra.sweeper.storage={folder / 'study.journal'}", *more)
    app = folder.parent / "toy" / "app.py"
    return toy_sweep.run(*told, app=app if app.is_file() else toy_sweep.APP)


def setting(name: str, value):
    return lambda said: said["settings"].__setitem__(name, value)


def argument(*overrides: str):
    def change(said) -> None:
        said["base"]["arguments"] += overrides
        said["base"]["overrides"] += overrides

    return change


def params(key: str, value):
    return lambda said: said["base"].__setitem__("params", {key: value})


CHOOSES_CODE = {
    "sampler": setting("sampler", {"_target_": "trap.Trap"}),
    "sampler by name": setting("sampler", {"name": "trap.Trap"}),
    "sampler as text": setting("sampler", "trap.Trap"),
    "pruner": setting("pruner", {"_target_": "trap.Trap"}),
    "wrapped pruner": setting("pruner", {"name": "patient", "patience": 1, "wrapped_pruner": {"name": "trap.Trap"}}),
    "function": setting("custom_search_space", "trap.touch"),
    "cmaes": setting("sampler", {"name": "cmaes", "seed": None}),
    "class in an argument": argument("+shape._target_=trap.touch"),
    "class in a value": argument("+extra={_target_: trap.touch}"),
    "callback": argument("+hydra.callbacks.x={_target_: trap.Trap}"),
    "another config": argument("+shape@extra=../../../../tmp/evil"),
    "resolver": argument("+extra=${oc.env:HOME}"),
    "class in the space": params("+shape._target_", "choice(trap.touch,trap.Trap)"),
    "class in a choice": params("+extra", "choice({_target_: trap.touch},1)"),
    "deep": argument("+extra=" + "[" * 5000 + "]" * 5000),
}  # fmt: skip


@pytest.mark.seconds
@pytest.mark.parametrize("name", CHOOSES_CODE)
def test_a_worker_runs_nothing_that_a_study_names(swept, tmp_path, trap, name):
    folder = tampered(swept, tmp_path / "s", CHOOSES_CODE[name])
    code, said = work(folder)
    assert code == 1 and "trust=true" in said and "Traceback" not in said, said
    assert not trap.exists()
    assert toy_sweep.trials(folder)[-1].state == TrialState.WAITING


@pytest.mark.seconds
@pytest.mark.parametrize("name", ["preload", "force", "renamed", "executor", "trust", "storage"])
def test_what_is_a_workers_own_is_not_taken_from_the_study(swept, tmp_path, trap, name):
    evil = {"preload": ["trap"], "force": True, "renamed": "trap.touch", "executor": "launcher", "trust": True}
    folder = tampered(swept, tmp_path / "s", setting(name, evil.get(name, "trap")))
    code, said = work(folder)
    assert code == 0, said
    assert not trap.exists() and toy_sweep.states(folder) == ["COMPLETE"] * 3


@pytest.mark.seconds
@pytest.mark.parametrize("name", ["cmaes", "sampler", "pruner", "function"])
def test_whoever_trusts_the_study_may_take_its_classes(swept, tmp_path, trap, name):
    folder = tampered(swept, tmp_path / "s", CHOOSES_CODE[name])
    code, said = work(folder, "hydra.sweeper.trust=true", "hydra.sweeper.force=true")
    assert name != "cmaes" or code == 0, said
    assert trap.exists() == (name != "cmaes"), said


def test_a_worker_may_name_the_class_itself():
    place = {"storage": "a.journal", "study_name": "s"}
    mine = {"sampler": {"_target_": "mine.Sampler", "name": "tpe"}, "custom_search_space": "mine.configure"}
    own = SweepSettings(**mine, **place)
    said = {"sampler": {"_target_": "mine.Sampler", "seed": 3}, "custom_search_space": "mine.configure"}
    joined = trust.joined(own, said, "s")
    assert joined.sampler == said["sampler"]
    for plain in ("tpe", {"name": "tpe", "multivariate": True}, {"_target_": "optuna.samplers.RandomSampler"}, None):
        assert trust.joined(SweepSettings(**place), {"sampler": plain}, "s").sampler == plain


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda said: said.update(application="tagger"), "'tagger', this one is 'app'"),
        (lambda said: said["described"]["config"].update(x=7), "config.x: was 7"),
        (lambda said: said["described"]["space"].update(x={"is": "interval(0,1)", "when": {}}), "space.x.is"),
        (lambda said: said["described"].update(config="\x1b]0;owned\x07"), "was \"\\u001b]0;owned"),
        (lambda said: said["described"]["config"].update({"\x1b]0;owned": 1}), "\\x1b]0;owned: was 1"),
        (lambda said: said.update(described=["x"]), "sweep.described"),
        (lambda said: said.update(folder=3), "sweep.folder"),
        (lambda said: said["base"].update(arguments=[3]), "sweep.base.arguments"),
        (lambda said: said["settings"].update(lease="soon"), "lease"),
    ],
)  # fmt: skip
def test_a_worker_joins_only_its_own_sweep(swept, tmp_path, change, part):
    folder = tampered(swept, tmp_path / "s", change)
    code, said = work(folder)
    assert code == 1 and part in said and "Traceback" not in said and "\x1b]" not in said, said
    assert toy_sweep.trials(folder)[-1].state == TrialState.WAITING


@pytest.mark.seconds
def test_a_study_does_not_choose_where_a_worker_writes(swept, tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / ".lock").touch()  # as in the folder of a run
    folder = tampered(swept, tmp_path / "s", lambda said: said.update(folder=str(victim)))
    shutil.copytree(folder, tmp_path / "elsewhere")
    own = f"hydra.sweep.dir={tmp_path / 'own'}"
    code, said = work(folder, own)
    assert code == 0 and (folder / "2").is_dir(), said  # a journal in the folder of its sweep says which that is
    (tmp_path / "elsewhere" / "study.journal").rename(tmp_path / "other.journal")
    code, said = work(folder, f"hydra.sweeper.storage={tmp_path / 'other.journal'}", own)
    assert code == 0 and (tmp_path / "own" / "2").is_dir(), said
    assert [file.name for file in victim.iterdir()] == [".lock"]


def test_cmaes_is_off_until_somebody_asks_for_it():
    with pytest.raises(SweepError, match=r"hydra\.sweeper\.trust=true"):
        algorithms.sampler("cmaes")


# -- what is shown -----------------------------------------------------------------------------------------------------

NASTY = [
    "a\nseed: 13",
    "# a",
    "---\na: 1",
    "${oc.env:HOME}",
    "\x1b]0;owned\x07",
    "a\rb",
    "\u202eab",
    "\x9b31m",
    "\u2028x",
    "\ud800",
    "<script>",
    "'",
]
STEERING = set("\x1b\x07\r\x9b\u202e\u2028\x85")


def nasty_study(folder: Path, text: str) -> optuna.Study:
    study = made_studies.new_study(
        folder, name=f"study {text}", app=f"python {text}", objective_names=[text], groups=[text]
    )
    for state in ("COMPLETE", "COMPLETE", "COMPLETE", "COMPLETE", "FAIL", "RUNNING"):
        made_studies.add(
            study, state, value=0.5 if state == "COMPLETE" else None, error=f"E: {text}", slot=text, host=text,
            params_text={"loss": text, text: text}, folder=text, end=text if state == "FAIL" else "complete",
            overrides=["loss=nll", "seed=1"],
        )  # fmt: skip
    return study


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_no_stored_text_reaches_a_terminal_or_a_page_raw(tmp_path, capsys, text):
    study = nasty_study(tmp_path, text)
    for action in (["status"], ["list"], ["list", "--json"], ["best"], ["html"]):
        command.start([action[0], str(tmp_path), *action[1:]])
        out = capsys.readouterr().out
        assert not STEERING & set(out), out
        if action == ["list"]:
            assert len(out.splitlines()) == 7, "a line a trial"
        if "--json" in action:
            assert json.loads(out)[0]["folder"] == text
    drawn = page.render(study)
    assert not STEERING & set(drawn) and "<script>" not in drawn and "default-src 'none'; style-src 'sha256-" in drawn
    assert "style=" not in drawn and drawn.count("<style>") == 1
    written = (tmp_path / "best.yaml").read_text()
    assert yaml.safe_load(written) == {"seed": 1, "loss": "nll"}
    assert OmegaConf.to_container(OmegaConf.create(written), resolve=True) == {"seed": 1, "loss": "nll"}


@pytest.mark.parametrize(
    "override", ["+a={_target_: os.system}", "+hydra.run.dir=x", "+a=${oc.env:HOME}", "a._target_=x"]
)
def test_best_yaml_names_no_code_unless_it_is_asked_for(tmp_path, capsys, override):
    study = made_studies.new_study(tmp_path)
    made_studies.add(study, value=0.5, overrides=[override])
    with pytest.raises(SystemExit, match="--trust"):
        command.start(["best", str(tmp_path)])
    assert not (tmp_path / "best.yaml").exists()
    command.start(["best", str(tmp_path), "--trust"])
    assert (tmp_path / "best.yaml").exists()


@pytest.mark.parametrize("override", ["a=[", "[" * 3000, "a=" + "[" * 3000, "\x00", ""])
def test_overrides_that_are_none_are_said(override):
    study = made_studies.new_study()
    made_studies.add(study, value=0.5, overrides=[override])
    history = History.of(study)
    with pytest.raises(SweepError, match="trial 0"):
        best.experiment(history, history.best()[0])


@pytest.mark.parametrize("key", sorted(stored.TRIAL))
@pytest.mark.parametrize("value", [[], {"a": 1}, "9" * 5000, -1, 10**30, True, None, 1.5])
def test_attributes_of_other_kinds_are_not_a_sweeps(tmp_path, capsys, key, value):
    study = made_studies.new_study(tmp_path, n_trials=10**7)
    made_studies.add(study, value=0.5)
    made_studies.add(study, "RUNNING", host=socket.gethostname(), **{} if key == "host" else {key: value})
    made_studies.add(study, "FAIL", **{key: value})
    for action in ("status", "list", "html"):
        command.start([action, str(tmp_path)])
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize("key", sorted(stored.SWEEP))
@pytest.mark.parametrize("value", [[3], {"a": 1}, "x" * 10, -1, 10**30, 1.5])
def test_a_study_of_another_kind_is_refused_by_name_or_shown(tmp_path, key, value):
    study = made_studies.new_study(tmp_path)
    made_studies.add(study, value=0.5)
    study.set_user_attr("sweep", made_studies.setting(**{key: value}))
    try:
        command.start(["status", str(tmp_path)])
    except SystemExit as stopped:
        assert f"sweep.{key}" in str(stopped.code)
