"""Workers on clusters: what a workers file may say, and that each worker runs with the devices it was given."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import slurm_cluster
import toy_sweep

from hydra_slots import clusters
from hydra_slots.errors import SweepError

EXAMPLES = Path(__file__).parents[1] / "examples" / "workers"

# Leaves a file named after the process, with the devices it may use, and stays long enough to overlap with the others.
TRACE = "import os, pathlib, time; time.sleep(1); "
TRACE += "pathlib.Path(str(os.getpid())).write_text(os.environ.get('CUDA_VISIBLE_DEVICES', 'any'))"


def plan(tmp_path: Path, text: str) -> clusters.WorkersFile:
    file = tmp_path / "workers.yaml"
    file.write_text(text)
    return clusters.WorkersFile.read(file)


@pytest.mark.parametrize("name", ["slurm", "ray"])
def test_the_examples_are_plans_and_name_the_command_that_uses_them(name):
    file = EXAMPLES / f"{name}.yaml"
    assert clusters.WorkersFile.read(file).count > 1
    first = file.read_text().splitlines()[0]
    assert first.startswith(f"# hydra-slots workers examples/workers/{name}.yaml APP study=")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("scheduler: slurm\ncount: 1\n", ["scheduler must be submitit or ray", "'slurm'"]),
        ("scheduler: ray\ncount: 0\n", ["count", "got 0"]),
        ("scheduler: ray\ncount: true\n", ["count", "got True"]),
        ("scheduler: ray\ncount: 1\ngpus: 2\n", ["gpus", "resources"]),
        ("count: 1\n", ["needs scheduler and count"]),
        ("- a\n", ["needs scheduler"]),
        ("a: [\n", ["not YAML"]),
    ],
)
def test_other_files_are_refused(tmp_path, text, parts):
    with pytest.raises(SweepError) as refused:
        plan(tmp_path, text)
    assert all(part in str(refused.value) for part in ["workers.yaml", *parts]), refused.value


def test_a_missing_file_points_to_the_examples(tmp_path):
    with pytest.raises(SweepError, match="examples/workers"):
        clusters.WorkersFile.read(tmp_path / "none.yaml")


def test_the_command_checks_what_each_worker_is_told(slots, tmp_path):
    (tmp_path / "w.yaml").write_text("scheduler: submitit\ncluster: local\ncount: 2\n")
    done = slots("workers", "w.yaml", toy_sweep.APP, "study=s")
    assert done.returncode == 1 and "storage=... missing" in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["w.yaml"]


@pytest.mark.slow
def test_submitit_starts_an_array_of_workers(tmp_path, monkeypatch):
    submitit = pytest.importorskip("submitit", reason="pip install 'hydra-slots[submitit]'")
    monkeypatch.chdir(tmp_path)
    made = plan(tmp_path, "scheduler: submitit\ncluster: local\ncount: 3\nlogs: logs\nresources: {timeout_min: 2}\n")
    started = []
    spied = submitit.AutoExecutor.map_array
    monkeypatch.setattr(submitit.AutoExecutor, "map_array", lambda *a: started.extend(spied(*a)) or started)
    said = clusters.start(made, [sys.executable, "-c", TRACE])
    assert said.startswith("queued 3 workers: ")
    for job in started:
        job.result()
    assert len([path for path in tmp_path.iterdir() if path.name.isdigit()]) == 3


@pytest.mark.slow
def test_submitit_names_a_resource_it_does_not_know(tmp_path, monkeypatch):
    pytest.importorskip("submitit", reason="pip install 'hydra-slots[submitit]'")
    monkeypatch.chdir(tmp_path)
    made = plan(tmp_path, "scheduler: submitit\ncluster: local\ncount: 1\nlogs: logs\nresources: {gpu_count: 2}\n")
    with pytest.raises(SweepError, match="gpu_count"):
        clusters.start(made, ["true"])


@pytest.mark.slow
def test_ray_gives_each_worker_a_gpu_of_its_own(tmp_path, monkeypatch):
    pytest.importorskip("ray", reason="pip install 'hydra-slots[ray]'")
    monkeypatch.chdir(tmp_path)
    # Two GPUs that are not there: Ray hands out their numbers all the same.
    text = "scheduler: ray\ncount: 2\ninit: {num_cpus: 2, num_gpus: 2, include_dashboard: false}\n"
    made = plan(tmp_path, text + "resources: {num_cpus: 1, num_gpus: 1}\n")
    assert clusters.start(made, [sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r}); {TRACE}"])
    devices = [path.read_text() for path in tmp_path.iterdir() if path.name.isdigit()]
    assert sorted(devices) == ["0", "1"]


@pytest.mark.slow
def test_a_worker_that_fails_is_told(tmp_path):
    pytest.importorskip("ray", reason="pip install 'hydra-slots[ray]'")
    made = plan(tmp_path, "scheduler: ray\ncount: 1\ninit: {num_cpus: 1, include_dashboard: false}\n")
    with pytest.raises(SweepError, match="exit code 3"):
        clusters.start(made, [sys.executable, "-c", "raise SystemExit(3)"])


# A worker that goes on until one is stopped; on SIGTERM it stops in order.
STOPPABLE = """
import os, pathlib, signal, sys, time
def stop(number, frame):
    pathlib.Path("stopped").write_text(str(os.getpid()))
    sys.exit(130)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(f"started-{os.getpid()}").write_text(os.environ["CUDA_VISIBLE_DEVICES"])
while not pathlib.Path("stopped").exists():
    time.sleep(0.1)
"""


def until(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + 60
    while not (value := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.2)
    return value


@pytest.mark.slow
def test_slurm_runs_an_array_of_workers_and_queues_one_again_that_it_ends(tmp_path, monkeypatch):
    pytest.importorskip("submitit", reason="pip install 'hydra-slots[submitit]'")
    slurm_cluster.needed()
    monkeypatch.chdir(tmp_path)
    with slurm_cluster.cluster() as environment:
        for name in ("PATH", "SLURM_CONF"):
            monkeypatch.setenv(name, environment[name])
        example = clusters.WorkersFile.read(EXAMPLES / "slurm.yaml")
        said = clusters.start(replace(example, count=2), [sys.executable, "-c", STOPPABLE])
        assert said.startswith("queued 2 workers: ")
        started = until(lambda: (all_ := list(tmp_path.glob("started-*"))) and len(all_) == 2 and all_, "two workers")
        until(lambda: all(file.read_text() for file in started), "their devices")
        assert sorted(file.read_text() for file in started) == ["0", "1"]

        def jobs(*options: str) -> list[str]:
            asked = ["squeue", "--noheader", "--array", "--format=%A", *options]
            return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()

        first = jobs("--states=RUNNING")[0]
        subprocess.run(["scancel", "--signal=USR2", first], check=True)  # as before its time is over
        stopped = until(lambda: (file := tmp_path / "stopped").exists() and file.read_text(), "a worker that stops")
        assert tmp_path / f"started-{stopped}" in started
        until(lambda: jobs("--states=PENDING") == [first], "a job that waits for its second start")
        shown = subprocess.run(["scontrol", "show", "job", first], capture_output=True, text=True, check=True).stdout
        assert "Restarts=1" in shown
