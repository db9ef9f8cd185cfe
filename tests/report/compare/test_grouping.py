"""What tells ways of training apart, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from ner_lab.report.compare.grouping import Settings, chosen
from ner_lab.report.runs import Run, find
from ner_lab.types import UserError


def run(words: str, choices: dict[str, str] | None = None, **config) -> Run:
    base = {"loss": {"_target_": "ner_lab.losses.nll.NLL"}, "optimizer": {"lr": 0.001}, "seed": 0}
    return Run(Path("r"), config=base | config, overrides=tuple(words.split()), choices=choices or {})


def focal(gamma: float) -> dict:
    return {"_target_": "ner_lab.losses.focal.Focal", "gamma": gamma}


@pytest.mark.parametrize(
    ("runs", "keys", "labels"),
    [
        ([run(""), run("loss=focal", loss=focal(2.0))], ["loss"], ["nll", "focal"]),
        ([run("seed=1", seed=1), run("seed=2", seed=2)], [], ["", ""]),
        (
            [run("loss=focal loss.gamma=1", loss=focal(1.0)), run("loss=focal loss.gamma=2.5", loss=focal(2.5))],
            ["loss"],
            ["focal(gamma=1)", "focal(gamma=2.5)"],
        ),
        (
            [
                run("loss=focal", loss=focal(2.0)),
                run("loss=focal optimizer.lr=1e-4", loss=focal(2.0), optimizer={"lr": 1e-4}),
            ],
            ["optimizer.lr"],
            ["lr=0.001", "lr=0.0001"],
        ),
        (  # rounding makes no two settings one
            [run("optimizer.lr=1e-3", optimizer={"lr": 1e-3}), run("optimizer.lr=x", optimizer={"lr": 0.0010000001})],
            ["optimizer.lr"],
            ["lr=0.001", "lr=0.0010000001"],
        ),
        (  # what follows from another setting by interpolation is no setting of its own
            [
                run("model=a", {"model": "a"}, model={"name": "a"}, optimizer={"lr": 1}),
                run("model=b", {"model": "b"}, model={"name": "b"}, optimizer={"lr": 2}),
            ],
            ["model"],
            ["a", "b"],
        ),
        (  # a node without option or class, and one that is not there
            [run("a.b=1", a={"b": 1}), run("a.b=2", a={"b": 2}), run("~a")],
            ["a"],
            ["a(b=1)", "a(b=2)", "no a"],
        ),
        ([run("a=[x,y]", a={"x": {"z": 1}}), run("a=x", {"a": "x"}, a={"x": {"z": 2}})], ["a"], ["a", "x"]),
        (  # differences that nobody typed: the config says what
            [run(""), run("", loss=focal(2.0), optimizer={"lr": 5})],
            ["loss"],
            ["nll", "focal"],
        ),
        ([run("", data={"fold": 0}), run("", data={"fold": 1})], [], ["", ""]),
        ([run("", run_dir="x/1", a="x/1/c"), run("", run_dir="x/2", a="x/2/c")], [], ["", ""]),
    ],
)
def test_keys_and_labels(runs, keys, labels):
    settings = Settings(runs)
    assert chosen(settings, None) == keys
    assert [settings.label(number, keys) for number in range(len(runs))] == labels


def test_groups_within_groups_are_written_with_slash_or_dot():
    heads = [{"head": {"_target_": f"ner_lab.models.{name}.Head"}} for name in ("linear", "crf")]
    runs = [run(f"model/head={name}", model=head) for name, head in zip(("linear", "crf"), heads, strict=True)]
    settings = Settings(runs)
    assert chosen(settings, ["model/head"]) == chosen(settings, None) == ["model.head"]
    assert settings.label(1, ["model.head"]) == "crf"
    with pytest.raises(UserError, match=r"by=head: no run has this key.*model\.head"):
        chosen(settings, ["head"])


@pytest.mark.parametrize(
    ("name", "label", "seed"),
    [
        ("flair-seed3.txt", "flair", 3),
        ("flair_3.conll", "flair", 3),
        ("stanza.txt", "stanza", None),
        ("bert2.txt", "bert2", None),
        ("flair/7.txt", "flair", 7),
        ("flair/seed7.txt", "flair", 7),
    ],
)
def test_column_files_are_called_after_their_names(tmp_path, name, label, seed):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("a O O\n")
    (found,) = find([str(path)])
    assert (found.name, found.config.get("seed"), found.foreign) == (label, seed, True)


def test_jobs_are_found_in_their_order_and_each_once(tmp_path):
    for number in (10, 9, 1):
        (tmp_path / "m" / str(number)).mkdir(parents=True)
        (tmp_path / "m" / str(number) / "config.yaml").write_text("seed: 1\n")
    found = find([str(tmp_path / "m"), str(tmp_path / "*" / "9")])
    assert [each.path.name for each in found] == ["1", "9", "10"]


def test_a_training_that_never_wrote_its_config_is_found_but_other_commands_are_not(tmp_path):
    for job, folder in (("train", "a"), ("evaluate", "b")):
        hydra = tmp_path / folder / ".hydra"
        hydra.mkdir(parents=True)
        (hydra / "hydra.yaml").write_text(f"hydra: {{job: {{name: {job}}}}}\n")
    (found,) = find([str(tmp_path)])
    assert found.path.name == "a" and found.state.startswith("unfinished: it stopped before")


def test_trials_of_a_sweep_say_how_they_ended(tmp_path):
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(tmp_path / "study.journal"))), study_name="s"
    )
    states = {"0": optuna.trial.TrialState.PRUNED, "1": optuna.trial.TrialState.FAIL}
    for folder, state in states.items():
        trial = study.ask()
        trial.set_user_attr("folder", folder)
        trial.set_user_attr("error", "log\nout of memory\n")
        study.tell(trial, state=state)
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "config.yaml").write_text("seed: 1\n")
    assert [each.state for each in find([str(tmp_path)])] == [
        "pruned by the sweep: out of memory",
        "failed: out of memory",
    ]
