"""Services that list runs, each with a local store: curves, overrides, several at once, a sweep below one parent."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from ner_lab.training import loggers
from ner_lab.types import UserError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, with nothing that would send anything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    return tmp_path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty MLflow database; its tables take longest."""
    mlflow = pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    uri = f"sqlite:///{tmp_path_factory.mktemp('mlflow')}/mlflow.db"
    mlflow.MlflowClient(uri).search_experiments()
    return uri


def runs_of(uri: str, experiment: str) -> list[Any]:
    import mlflow

    client = mlflow.MlflowClient(uri)
    return list(client.search_runs([client.get_experiment_by_name(experiment).experiment_id]))


def test_mlflow_beside_tensorboard_has_curves_and_overrides(here: Path, database: str, train: Any) -> None:
    own = [f"logger.mlflow.tracking_uri={database}", "logger.mlflow.experiment_name=both"]
    result = train("logger=[tensorboard,mlflow]", *own, "optimizer.lr=0.002")
    assert list((result.folder / "tensorboard").glob("events*"))
    (run,) = runs_of(database, "both")
    assert run.info.run_name == result.folder.name and run.info.status == "FINISHED"
    assert run.data.params["optimizer.lr"] == "0.002"
    assert run.data.metrics["dev/f1"] == pytest.approx(result.metrics["dev"]["f1"], abs=1e-6)
    assert run.data.tags[loggers.FOLDER] == str(result.folder) and loggers.PARENT not in run.data.tags


def test_a_run_that_goes_on_is_the_same_run(here: Path, database: str, train: Any) -> None:
    own = ["logger=mlflow", f"logger.mlflow.tracking_uri={database}", "logger.mlflow.experiment_name=resumed"]
    first = train(*own, "trainer.max_epochs=1")
    (first.folder / "metrics.json").unlink()
    train(*own, "trainer.max_epochs=2", resume=True)
    assert len(runs_of(database, "resumed")) == 1


def test_the_runs_of_a_sweep_stand_below_one_parent(ner_lab: Any, here: Path, corpus: Path, database: str) -> None:
    words = ["model=tiny", "data=column", f"data.dir={corpus}", "trainer=cpu", "trainer.max_steps=2", "seed=1,2"]
    own = ["logger=mlflow", f"logger.mlflow.tracking_uri={database}", "logger.mlflow.experiment_name=sweep"]
    done = ner_lab("train", "-m", *words, *own, "hydra.sweep.dir=swept")
    assert done.returncode == 0, done.stderr
    found = runs_of(database, "sweep")
    (parent,) = [run for run in found if loggers.PARENT not in run.data.tags]
    assert parent.info.run_name == "swept"
    below = [run for run in found if run is not parent]
    assert {run.info.run_name for run in below} == {"0", "1"}
    assert {run.data.tags[loggers.PARENT] for run in below} == {parent.info.run_id}


@pytest.mark.seconds
def test_wandb_keeps_an_offline_run(here: Path, train: Any) -> None:
    pytest.importorskip("wandb", reason="the extra wandb is not installed")
    result = train("logger=wandb", "logger.wandb.offline=true")
    assert list((result.folder / "wandb").glob("offline-run-*/*.wandb"))
    import wandb

    wandb.finish()


@pytest.mark.seconds
def test_a_run_that_goes_on_is_the_same_run_of_wandb(here: Path, train: Any) -> None:
    wandb = pytest.importorskip("wandb", reason="the extra wandb is not installed")
    own = ["logger=wandb", "logger.wandb.offline=true"]
    first = train(*own, "trainer.max_epochs=1")
    wandb.finish()
    (first.folder / "metrics.json").unlink()
    train(*own, "trainer.max_epochs=2", resume=True)
    wandb.finish()
    files = [file.name for file in (first.folder / "wandb").glob("offline-run-*/*.wandb")]
    assert len(files) == 2 and len(set(files)) == 1


@pytest.mark.parametrize(
    ("name", "wanted"), [("run-4x_Q-z.wandb", "4x_Q-z"), ("run-a:b.wandb", None), ("run-...wandb", None)]
)
def test_a_file_of_a_run_gives_wandb_an_id_or_nothing(tmp_path: Path, name: str, wanted: str | None) -> None:
    (tmp_path / "wandb" / "run-1").mkdir(parents=True)
    (tmp_path / "wandb" / "run-1" / name).touch()
    assert loggers._wandb(OmegaConf.create({}), tmp_path, resume=True).get("id") == wanted
    assert "id" not in loggers._wandb(OmegaConf.create({}), tmp_path, resume=False)


def test_aim_keeps_a_run_in_its_own_folder(here: Path, train: Any) -> None:
    pytest.importorskip("aim", reason="the extra aim is not installed")
    from aim import Repo

    train("logger=aim", "optimizer.lr=0.002")
    repository = Repo.from_path(str(here))
    (run,) = repository.list_all_runs()
    kept = repository.request_tree("meta", run, read_only=True).collect()["meta"]["chunks"][run]
    assert kept["attrs"]["hparams"]["optimizer.lr"] == 0.002
    assert "dev/f1" in {name for traces in kept["traces"].values() for name in traces}


@pytest.mark.parametrize("name", ["mlflow", "wandb", "aim"])
def test_a_missing_extra_is_one_message(here: Path, monkeypatch: pytest.MonkeyPatch, train: Any, name: str) -> None:
    monkeypatch.setattr(loggers, "find_spec", lambda module: None)
    with pytest.raises(UserError, match=rf"logger={name}: {name} is not installed: pip install 'ner-lab\[{name}\]'"):
        train(f"logger=[csv,{name}]")
    assert not (here / "run").exists()


def test_a_server_that_does_not_answer_is_one_message(here: Path, train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9/")
    with pytest.raises(UserError, match="logger=mlflow: cannot be written to: the tracking server") as refused:
        train("logger=mlflow")
    assert "secret" not in str(refused.value)


def test_extras_are_named_as_their_modules() -> None:
    for module in loggers.EXTRAS.values():
        assert importlib.util.find_spec(module) is None or __import__(module)
