"""Several processes on one study, as on several machines: the total is exact, and nothing runs twice."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import postgres_server
import pytest

from hydra_slots.errors import SweepError
from hydra_slots.studies.history import History
from hydra_slots.studies.opening import open_study

APP = """
import time
import hydra
from hydra.core.config_store import ConfigStore
from hydra_slots import report

node = {"x": 0.0, "log": "???", "defaults": [{"override hydra/sweeper": "slots"}, "_self_"]}
ConfigStore.instance().store("app", node)


@hydra.main(version_base="1.3", config_path=None, config_name="app")
def main(cfg):
    with open(cfg.log, "a") as log:
        log.write(f"{cfg.x}\\n")
    for step in range(3):
        time.sleep(0.1)
        report(cfg.x + step, step)
    return cfg.x


if __name__ == "__main__":
    main()
"""


@pytest.fixture(params=["sqlite", "journal", "grpc", "postgres"])
def setting(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A storage as it is given on the command line."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/study.db"
    elif request.param == "journal":
        yield f"{tmp_path}/shared.journal"
    elif request.param == "grpc":
        port = postgres_server.free_port()
        serve = (
            "import sys, optuna; from optuna.storages.journal import JournalFileBackend; "
            "optuna.storages.run_grpc_proxy_server(optuna.storages.JournalStorage(JournalFileBackend(sys.argv[1])), "
            "host='127.0.0.1', port=int(sys.argv[2]))"
        )
        proxy = subprocess.Popen([sys.executable, "-c", serve, f"{tmp_path}/behind.journal", str(port)])
        yield f"grpc://127.0.0.1:{port}"
        proxy.kill()
        proxy.wait()
    else:
        postgres_server.needed()
        with postgres_server.server() as port:
            secret = quote(postgres_server.PASSWORD, safe="")
            monkeypatch.setenv("SWEEP_STORAGE", f"postgresql://sweeper:{secret}@127.0.0.1:{port}/postgres")
            yield "env:SWEEP_STORAGE"


def start(tmp_path: Path, setting: str, *overrides: str) -> subprocess.Popen[str]:
    shared = [f"hydra.sweeper.storage={setting!r}", "hydra.sweeper.study_name=shared", "hydra.sweeper.slots=1"]
    if "hydra.sweeper.worker=true" not in overrides:
        shared.append(f"log={tmp_path / 'log'}")
    command = [sys.executable, str(tmp_path / "app.py"), "-m", *shared, *overrides]
    return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def until_there(setting: str) -> None:
    """Waits until the sweep has entered its study."""
    deadline = time.monotonic() + 60
    while True:
        try:
            if open_study(None, setting, "shared").user_attrs.get("sweep"):
                return
        except (SweepError, KeyError):
            pass
        assert time.monotonic() < deadline, "the sweep never started"
        time.sleep(0.2)


@pytest.mark.slow
def test_three_workers_and_a_sweep_run_exactly_the_total(tmp_path, setting):
    (tmp_path / "app.py").write_text(APP)
    total = 40
    search = [f"hydra.sweeper.n_trials={total}", "x=interval(0,1)", "hydra.sweep.dir=sweep"]
    processes = [start(tmp_path, setting, *search)]
    until_there(setting)
    for i in range(3):
        processes.append(start(tmp_path, setting, "hydra.sweeper.worker=true", f"hydra.sweep.dir=worker{i}"))
    outputs = [process.communicate(timeout=240)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, "\n".join(outputs)
    history = History.of(open_study(None, setting, "shared"))
    assert len(history.finished()) == len(history.records) == total
    ran = (tmp_path / "log").read_text().split()
    assert len(ran) == total == len(set(ran)), "no trial ran twice"
    assert sorted(map(float, ran)) == sorted(record.values[0] for record in history)
    assert len({record.folder for record in history}) == total
    assert len({record.user_attrs["owner"] for record in history}) == 4, "every process had its share"
    secret = quote(postgres_server.PASSWORD, safe="")
    written = [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.suffix in (".yaml", ".log")]
    for text in [*outputs, *written]:
        assert secret not in text and postgres_server.PASSWORD not in text


@pytest.mark.slow
def test_a_worker_without_a_study_says_what_to_do(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    worker = start(tmp_path, f"sqlite:///{tmp_path}/study.db", "hydra.sweeper.worker=true")
    output, _ = worker.communicate(timeout=60)
    assert worker.returncode == 1 and re.search(r"holds no sweep 'shared'", output) and "Traceback" not in output


@pytest.mark.slow
def test_a_failed_trial_is_tried_again_and_the_sweep_comes_to_its_total(tmp_path, slots):
    """`hydra-slots retry`, then the same command, as the status says."""
    needs = f"    open({str(tmp_path / 'fixed')!r}).close()\n    return cfg.x"
    (tmp_path / "app.py").write_text(APP.replace("    return cfg.x", needs))
    journal = str(tmp_path / "shared.journal")
    search = ["hydra.sweeper.n_trials=3", "x=interval(0,1)", "hydra.sweep.dir=sweep"]
    assert "FileNotFoundError" in start(tmp_path, journal, *search).communicate(timeout=60)[0]
    status = slots("status", "sweep").stdout
    assert (
        "3 of 3 trials finished (0 complete, 0 pruned, 3 failed)" in status
        and "hydra-slots retry sweep, then" in status
    )
    (tmp_path / "fixed").touch()
    # A folder does not choose what is written outside of it.
    assert f"name it yourself: --storage {journal}" in slots("retry", "sweep").stderr
    assert "queued again: 0, 1, 2" in slots("retry", "sweep", "--storage", journal).stdout
    again = start(tmp_path, journal, *search)
    output = again.communicate(timeout=60)[0]
    assert again.returncode == 0, output
    history = History.of(open_study(None, journal, "shared"))
    assert len(history.finished()) == 3 and len(history.records) == 6
    assert {record.state for record in history.finished()} == {"COMPLETE"}
    assert [r.params for r in history.records[:3]] == [r.params for r in history.records[3:]]
