"""Runs as they are found below paths: column files, jobs of a multirun, trials of a sweep."""

from __future__ import annotations

import pytest

from ner_lab.report.runs import find


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
