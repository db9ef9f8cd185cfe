"""`hydra-slots worker APP ...`: an application joins a sweep, found by its script or its module, with its config."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
import toy_sweep
from hydra.core.override_parser.overrides_parser import OverridesParser

from hydra_slots.command import Program, start
from hydra_slots.errors import SweepError
from hydra_slots.worker_command import joining

TOY = str(toy_sweep.APP)


def test_a_worker_joins_by_overrides_of_the_sweeper():
    joined = joining(["study=s", "storage=postgresql://me@host/db?a=b", "slots=2", "hydra.sweep.dir=x"], Program())
    assert joined == [
        "hydra.sweeper.worker=true",
        "hydra.sweeper.study_name=s",
        "hydra.sweeper.storage='postgresql://me@host/db?a=b'",
        "hydra.sweeper.slots=2",
        "hydra.sweep.dir=x",
    ]


def test_what_a_worker_is_told_keeps_its_type():
    joined = joining(["study=12", "storage=env:X", "slots={cpus:2,threads:1}"], Program())
    read = {one.key_or_group: one.value() for one in OverridesParser.create().parse_overrides(joined)}
    assert read["hydra.sweeper.slots"] == {"cpus": 2, "threads": 1}
    texts = [read[f"hydra.sweeper.{name}"] for name in ("study_name", "storage")]
    assert [getattr(one, "text", one) for one in texts] == ["12", "env:X"]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["study=s"], "storage=... missing"),
        ([], "study=... and storage=... missing"),
        (["study=s", "storage=env:X", "loss=focal"], "'loss=focal': give KEY=VALUE"),
        (["study=s", "storage=env:X", "FOLDER"], "'FOLDER'"),
        (["study=", "storage=env:X"], "'study='"),
    ],
)
def test_a_worker_says_what_it_needs(words, part):
    with pytest.raises(SweepError) as refused:
        joining(words, Program())
    assert part in str(refused.value)


@pytest.fixture
def executed(monkeypatch):
    """The command lines that a worker was to become."""
    commands: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, words: commands.append([program, *words[1:]]))
    return commands


JOIN = ["study=s", "storage=x.journal"]
OURS = "hydra/sweeper=slots"
JOINED = [
    "-m",
    "hydra.sweeper.worker=true",
    OURS,
    "hydra.sweeper.study_name=s",
    "hydra.sweeper.storage=x.journal",
]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([TOY, *JOIN], [TOY, *JOINED]),
        ([TOY, "--config-name", "tune", *JOIN], [TOY, "--config-name=tune", *JOINED]),
        (["-cn", "tune", "-cp=conf", TOY, *JOIN], [TOY, "--config-path=conf", "--config-name=tune", *JOINED]),
        (["-m", "toy.app", *JOIN, "-cd", "x"], ["-m", "toy.app", "--config-dir=x", *JOINED]),
        ([TOY, *JOIN, "hydra/sweeper=mine"], [TOY, *[w for w in JOINED if w != OURS], "hydra/sweeper=mine"]),
    ],
)
def test_a_worker_becomes_its_application(executed, arguments, command):
    start(["worker", *arguments])
    assert executed == [[sys.executable, *command]]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["worker", *JOIN], "no application; name its script"),
        (["worker"], "hydra-slots worker app.py study="),
        (["worker", "-m", *JOIN], "no application"),
        (["worker", "none.py", *JOIN], "none.py: no such file"),
        (["worker", TOY, "--confg-name", *JOIN], "'--confg-name': give KEY=VALUE"),
        (["workers", *JOIN], "study=s: No such file"),
        (["workers"], "FILE: No such file"),
    ],
)
def test_other_commands_are_refused_in_a_line(executed, arguments, part):
    with pytest.raises(SystemExit) as refused:
        start(arguments)
    said = str(refused.value.code)
    assert said.startswith(f"hydra-slots {arguments[0]}: ") and part in said and not executed


def test_a_program_with_an_application_of_its_own_needs_none(capsys):
    """`ner-lab sweep` is one."""
    told: list[list[str]] = []
    own = Program("lab sweep", ("lab", "sweep"), told.append)
    start(["worker", *JOIN], own)
    assert told == [[word for word in JOINED if word != OURS]]
    with pytest.raises(SystemExit) as refused:
        start(["worker", "study=s"], own)
    assert str(refused.value.code).endswith("such as: lab sweep worker study=losses storage=env:SWEEP_STORAGE")
    with pytest.raises(SystemExit):
        start(["--help"], own)
    shown = capsys.readouterr().out
    assert "lab sweep status" in shown and "lab sweep worker study=" in shown and "hydra-slots" not in shown


def test_many_workers_start_the_same_command(monkeypatch, tmp_path):
    from hydra_slots import clusters

    started: list[list[str]] = []
    monkeypatch.setattr(clusters, "start", lambda plan, command: started.append(command) or f"{plan.count} started")
    (tmp_path / "w.yaml").write_text("scheduler: ray\ncount: 2\n")
    start(["workers", str(tmp_path / "w.yaml"), TOY, "-cn", "tune", *JOIN])
    start(["workers", str(tmp_path / "w.yaml"), *JOIN], Program("lab sweep", ("lab", "sweep"), print))
    assert started == [
        [sys.executable, "-m", "hydra_slots", "worker", TOY, "--config-name=tune", OURS, *JOIN],
        [sys.executable, "-m", "lab", "sweep", "worker", *JOIN],
    ]


@pytest.mark.seconds
def test_a_worker_works(tmp_path):
    told = ("hydra.sweeper.n_trials=6", "x=interval(0,1)", "seconds=2", "hydra.sweeper.slots=1")
    controller = toy_sweep.start(tmp_path, *told)
    toy_sweep.wait_for(lambda: toy_sweep.running(tmp_path), "a running trial")
    command = [sys.executable, "-m", "hydra_slots", "worker", TOY, f"study={tmp_path.name}"]
    command += [f"storage={tmp_path}/study.journal", "slots=1", f"hydra.sweep.dir={tmp_path}/w"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert controller.wait(60) == 0
    trials = toy_sweep.trials(tmp_path)
    finished = [trial for trial in trials if trial.state.name == "COMPLETE"]
    assert len(finished) == 6 and len({trial.user_attrs["owner"] for trial in finished}) == 2


@pytest.mark.seconds
def test_a_worker_with_another_config_is_refused(tmp_path):
    """As one that forgets the --config-name of the sweep; it would run other trials under the same numbers."""
    folder = tmp_path / "other"
    shutil.copytree(toy_sweep.APP.parent, folder)
    (folder / "tune.yaml").write_text("defaults: [config, _self_]\nsteps: 1\n")
    app = folder / "app.py"
    tune = ("--config-name", "tune", "-m", f"hydra.sweep.dir={tmp_path}/s", "x=1,2", "shape=bowl")
    assert toy_sweep.run(*tune, app=app)[0] == 0
    join = ("-m", "hydra.sweeper.worker=true", "hydra.sweeper.study_name=s")
    join += (f"hydra.sweeper.storage={tmp_path}/s/study.journal", f"hydra.sweep.dir={tmp_path}/w")
    code, said = toy_sweep.run(*join, app=app)
    assert code == 1 and "config.steps: was 1, now 3" in said and "--config-name" in said and "Traceback" not in said
    assert not (tmp_path / "w").exists()
    assert toy_sweep.run(*join, "hydra.sweeper.force=true", app=app)[0] == 0
    assert toy_sweep.run("--config-name", "tune", *join, app=app)[0] == 0
