"""`best.yaml`: composed by Hydra, it is the config that the trial's own overrides compose."""

from __future__ import annotations

from pathlib import Path

import made_studies
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from hydra_slots.errors import SweepError
from hydra_slots.studies.history import History
from hydra_slots.views import best, summary

APPLICATION = {
    "main.yaml": "defaults: [_self_, {loss: nll}, {model: base}, {model/head: linear}, {experiment: null}]\nseed: 0\n",
    "loss/nll.yaml": "name: nll\n",
    "loss/focal.yaml": "name: focal\ngamma: 2.0\n",
    "model/base.yaml": "width: 8\n",
    "model/tiny.yaml": "width: 2\n",
    "model/head/linear.yaml": "name: linear\n",
    "model/head/crf.yaml": "name: crf\n",
    "experiment/small.yaml": "# @package _global_\ndefaults: [{override /model: tiny}]\nseed: 5\n",
    "logger/csv.yaml": "name: csv\n",
}
GROUPS = ["loss", "model", "model/head", "experiment", "logger"]


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    for name, text in APPLICATION.items():
        file = tmp_path / "conf" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "conf"


def composed(conf: Path, overrides: list[str]) -> dict:
    with initialize_config_dir(str(conf), version_base="1.3"):
        return OmegaConf.to_container(compose("main", overrides))  # type: ignore[return-value]


def written(overrides: list[str], **setting) -> str:
    study = made_studies.new_study(groups=GROUPS, **setting)
    made_studies.add(study, value=0.5, overrides=overrides)
    history = History.of(study)
    return best.experiment(history, history.best()[0])


@pytest.mark.seconds
@pytest.mark.parametrize(
    "overrides",
    [
        ["loss=focal", "loss.gamma=0.30000000000000004", "model/head=crf", "seed=3"],
        ["seed=3"],
        ["loss=focal", "+loss.extra={a: [1, 'two, three'], b: null}", "++model.width=1e-5"],
        ["experiment=small", "loss=focal"],
        ["experiment=small", "model=base", "seed=9"],
        ["+logger@out=csv", "seed='a: b'"],
        ["+text='value of ${seed}'"],
    ],
    ids=str,
)
def test_the_file_composes_to_what_the_overrides_compose(conf, overrides):
    (conf / "experiment" / "best.yaml").write_text(written(overrides))
    assert composed(conf, ["experiment=best"]) == composed(conf, overrides)


def test_the_header_says_how_to_run_it():
    text = written(["loss=focal", "model.name='a b'"], app="python app.py")
    lines = text.splitlines()
    assert lines[0] == "# @package _global_" and lines[1] == "# python app.py experiment=best"
    assert any(line == """# python app.py loss=focal 'model.name='"'"'a b'"'"''""" for line in lines), text


def test_the_header_names_the_seeds_of_a_mean():
    study = made_studies.new_study(groups=GROUPS)
    made_studies.add(study, value=0.5, overrides=["loss=focal"], seeds={"1": 0.4, "2": 0.6})
    history = History.of(study)
    assert "mean over seeds: with -m seed=1,2 " in best.experiment(history, history.best()[0])
    assert "over seeds" not in written(["loss=focal"])


def test_a_deleted_key_is_refused_with_the_command_that_works():
    with pytest.raises(SweepError, match=r"~loss.*python app.py .*~loss"):
        written(["~loss"], app="python app.py")


def test_a_study_name_cannot_leave_its_comment():
    study = made_studies.new_study(name="a\nseed: 13", groups=GROUPS)
    made_studies.add(study, value=0.5, overrides=[])
    history = History.of(study)
    assert all(line.startswith("#") for line in best.experiment(history, history.best()[0]).splitlines())


def test_a_summary_is_whole_and_leaves_nothing_else(tmp_path):
    study = made_studies.mixed()
    assert {path.name for path in summary.write(study, tmp_path)} == {"best.yaml", "sweep.html"}
    assert {path.name for path in tmp_path.iterdir()} == {"best.yaml", "sweep.html"}
    assert "override /loss: focal" in (tmp_path / "best.yaml").read_text()


def test_a_summary_without_a_complete_trial_has_no_best(tmp_path):
    study = made_studies.new_study()
    made_studies.add(study, "FAIL")
    summary.write(study, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sweep.html"}
