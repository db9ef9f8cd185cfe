"""`ner-lab train -m search=...`: real trainings, searched."""

from __future__ import annotations

import json

import pytest

from hydra_slots import open_study

# Four trials of a second, in folders of their own.
SMALL = ("model=tiny", "trainer=cpu", "data=column", "trainer.max_epochs=3", "hydra.sweeper.n_trials=4")


@pytest.mark.slow
def test_the_quick_search_prunes_resumes_and_names_its_best(ner_lab, corpus, tmp_path):
    told = ("train", "-m", "search=quick", *SMALL, f"data.dir={corpus}", "data.size=null", "hydra.sweeper.slots=2")
    first = ner_lab(*told)
    assert first.returncode == 0 and "4 of 4 trials" in first.stderr and "Traceback" not in first.stderr
    folder = tmp_path / "outputs" / "sweeps" / "quick"
    more = ner_lab(*told, "hydra.sweeper.n_trials=6")
    assert more.returncode == 0 and "going on with 4 of 6 trials" in more.stderr, more.stderr
    trials = open_study(folder).get_trials()
    assert len(trials) == 6 and {t.state.name for t in trials} <= {"COMPLETE", "PRUNED"}
    for trial in trials:
        run = folder / trial.user_attrs["folder"]
        assert ("loss.gamma" in trial.params) == (trial.params["loss"] == "focal")
        if trial.state.name == "COMPLETE":
            assert json.loads((run / "metrics.json").read_text())["objective"] == trial.value
            assert [path.name for path in (run / "checkpoints").iterdir()] == ["best.ckpt"]
        else:
            assert (run / "pruned.json").is_file() and not list((run / "checkpoints").iterdir())
    shown = ner_lab("sweep", "best", folder)
    assert shown.returncode == 0 and "ner-lab train search=quick" in shown.stdout
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "conf" / "experiment" / "best.yaml").write_text((folder / "best.yaml").read_text())
    again = ner_lab("train", "experiment=best", "hydra.run.dir=again")
    assert again.returncode == 0, again.stderr
    best = max((t for t in trials if t.state.name == "COMPLETE"), key=lambda t: t.value)
    assert json.loads((tmp_path / "again" / "metrics.json").read_text())["objective"] == best.value


@pytest.mark.slow
def test_two_objectives_have_a_front(ner_lab, corpus, tmp_path):
    told = ("train", "-m", "search=multi_objective", *SMALL, f"data.dir={corpus}", "logger=none", "model.dropout=0.0")
    done = ner_lab(*told, "trainer.max_epochs=1", "hydra.sweeper.slots=2")
    assert done.returncode == 0, done.stderr
    trials = open_study(tmp_path / "outputs" / "sweeps" / "multi_objective").get_trials()
    assert all(len(trial.values) == 2 and trial.values[1] > 0 for trial in trials) and len(trials) == 4


@pytest.mark.seconds
def test_a_search_refuses_a_key_that_no_loss_knows(ner_lab, tmp_path):
    done = ner_lab("train", "-m", "search=quick", "model=tiny", "loss.delta=interval(0,1)")
    assert done.returncode == 1 and "loss.delta" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "outputs" / "sweeps" / "quick" / "0").exists()


def test_the_command_is_the_sweepers_own_under_our_name(ner_lab):
    for arguments in (["--help"], ["worker", "--help"], ["list", "--help"]):
        done = ner_lab("sweep", *arguments)
        assert done.returncode == 0 and "ner-lab sweep" in done.stdout and "hydra-slots" not in done.stdout
    refused = ner_lab("sweep", "status", "nowhere")
    assert refused.returncode == 1 and refused.stderr.startswith("ner-lab sweep status: nowhere: no such folder")
    worker = ner_lab("sweep", "worker", "study=s", "storage=none.journal")
    assert worker.returncode == 1 and "storage=none.journal holds no sweep 's'" in worker.stderr
    assert "Traceback" not in refused.stderr + worker.stderr
