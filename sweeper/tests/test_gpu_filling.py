"""`per_gpu: auto`: what a GPU says of itself, how many trials that makes, and what is said; without a GPU."""

from __future__ import annotations

import os
import sys
import time
import types
from pathlib import Path

import pytest
import toy_sweep
from toy_sweep import SEARCH

from hydra_slots.errors import SweepError
from hydra_slots.read_settings import read as read_settings
from hydra_slots.trials import gpu_filling, gpu_readings
from hydra_slots.trials.gpu_filling import GpuFilling
from hydra_slots.trials.gpu_readings import GpuReading, mps_runs, read

CUDA = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(gpu_filling, "EVERY", 0.01)
    monkeypatch.setattr(gpu_filling, "mps_runs", lambda: False)
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_MPS_PIPE_DIRECTORY", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)


class Machine:
    """GPUs by name: their kind, what others hold, and what a trial takes of them."""

    def __init__(self, gpus=("0",), kind="H100", total=80_000.0, others=0.0, takes=9000.0, use=20.0, blind=False):
        self.gpus, self.kind, self.total, self.others, self.takes = list(gpus), kind, total, others, takes
        self.use, self.blind, self.running = use, blind, {}

    def ask(self, gpu):
        on = [pid for pid, where in self.running.items() if where == gpu]
        by_pid = {} if self.blind else dict.fromkeys(on, self.takes)
        kind = self.kind[gpu] if isinstance(self.kind, dict) else self.kind
        return GpuReading(kind, self.total, self.others + self.takes * len(on), {**by_pid, 1: self.others}, self.use)

    def filling(self, cpus=64):
        return GpuFilling(self.gpus, [f"gpu:{gpu}" for gpu in self.gpus], cpus, self.ask)

    def start(self, filling, number, slot):
        filling.started(number, slot)
        self.running[number + 10**7] = slot.devices
        filling.forked(number, number + 10**7)

    def end(self, filling, number, ran=True):
        said = filling.ended(number, ran)
        self.running.pop(number + 10**7, None)
        return said

    def first(self, filling, number=0, seconds=0.1):
        (slot, *_) = filling.free([])
        self.start(filling, number, slot)
        time.sleep(seconds)
        return self.end(filling, number)


def names(filling):
    return [slot.name for slot in filling.slots]


@pytest.mark.parametrize(
    ("machine", "count", "part"),
    [(Machine(), 5, "8.8 of 78.1 GiB and 20 % of its time; 5 at a time on gpu:0, in turns (no MPS runs)"),
     (Machine(use=2.0), 6, "6 at a time"), (Machine(use=45.0), 2, "2 at a time"), (Machine(use=70.0), 1, "1 at a time"),
     (Machine(takes=40_000.0, use=5.0), 1, "1 at a time"), (Machine(takes=70_000.0, use=5.0), 1, ""),
     (Machine(use=1.0, takes=10.0), 8, "8 at a time"), (Machine(use=None), 2, "use unknown; 2 at a time"),
     (Machine(others=50_000.0, use=10.0), 2, "48.8 GiB is taken by others; 2 at a time"),
     (Machine(others=0.0, blind=True), 5, "8.8 of 78.1 GiB")],
    ids=range(10),
)  # fmt: skip
def test_the_first_trial_decides(machine, count, part):
    filling = machine.filling()
    assert names(filling) == ["gpu:0"] and len(filling.free([])) == 1
    said = machine.first(filling)
    assert part in said and said.startswith("per_gpu=auto: a trial takes")
    assert names(filling) == (["gpu:0"] if count == 1 else [f"gpu:0/{i}" for i in range(count)])
    shares = [slot.memory_fraction for slot in filling.slots]
    assert shares == [None] if count == 1 else sum(shares) * machine.total + machine.others <= 0.91 * machine.total
    assert machine.first(filling, 1) == "", "once"


def test_cores_are_not_shared_out_twice():
    machine = Machine()
    filling = machine.filling(cpus=3)
    machine.first(filling)
    assert [slot.threads for slot in filling.slots] == [1, 1, 1]


def test_each_kind_is_measured_and_holds_for_all_that_are_alike():
    machine = Machine(("0", "1", "2"), {"0": "H100", "1": "H100", "2": "A10"})
    filling = machine.filling()
    slots = filling.free([])
    assert [slot.name for slot in slots] == ["gpu:0", "gpu:1", "gpu:2"]
    for number, slot in enumerate(slots):
        machine.start(filling, number, slot)
    time.sleep(0.1)
    assert filling.free(slots) == []
    assert "5 at a time on gpu:0, gpu:1" in machine.end(filling, 0)
    assert len(filling.free(slots[1:])) == 5 + 4 and "gpu:2" in names(filling), "the trial of GPU 1 is one of its five"
    assert "on gpu:2" in machine.end(filling, 2) and machine.end(filling, 1) == ""
    assert len(filling.free([])) == 15


def test_a_gpu_that_comes_later_is_of_a_kind_that_is_known():
    machine = Machine(("0", "1"))
    filling = machine.filling()
    machine.first(filling)
    machine.start(filling, 1, next(slot for slot in filling.free([]) if slot.devices == "1"))
    assert filling.watches == {} and len(filling.slots) == 10


def test_trials_that_have_not_enough_memory_beside_others_bring_it_back_to_one():
    machine = Machine()
    filling = machine.filling()
    machine.first(filling)
    slots = filling.free([])
    for number, slot in enumerate(slots, 1):
        machine.start(filling, number, slot)
    assert "trial 2 had not enough memory beside others" in filling.crowded(2, CUDA)
    machine.end(filling, 2, ran=False)
    assert names(filling) == ["gpu:0"] and filling.free([slots[0], *slots[2:]]) == [], "until the others have ended"
    assert filling.crowded(3, CUDA), "it had company as well"
    for number in (1, 3, 4, 5):
        machine.end(filling, number)
    (slot,) = filling.free([])
    machine.start(filling, 9, slot)
    assert slot.memory_fraction is None and filling.crowded(9, CUDA) == "", "alone it is the trial's own failure"
    assert filling.crowded(9, "ValueError: no") == ""


@pytest.mark.parametrize(("answer", "tries"), [(None, 1), (GpuReading("H100", 80_000, 0, {}, 0.0), 3)])
def test_where_nothing_can_be_measured_it_is_one_a_gpu(answer, tries):
    filling = GpuFilling(["0"], ["gpu:0"], 8, lambda _: answer)
    said = []
    for number in range(5):
        (slot,) = filling.free([])
        filling.started(number, slot)
        filling.forked(number, 10**7)
        time.sleep(0.03)
        said.append(filling.ended(number, True))
    assert [bool(line) for line in said] == [number == tries - 1 for number in range(5)]
    assert "one at a time" in said[tries - 1] and names(filling) == ["gpu:0"]


def test_a_first_trial_that_fails_says_nothing_of_the_others():
    machine = Machine()
    filling = machine.filling()
    machine.start(filling, 0, filling.free([])[0])
    time.sleep(0.05)
    assert machine.end(filling, 0, ran=False) == "" and "5 at a time" in machine.first(filling, 1)


# -- what a GPU says --------------------------------------------------------------------------------------------------

SMI = "0, GPU-aaa, NVIDIA H100, 81559, 9100, 31\n1, GPU-bbb, NVIDIA H100, 81559, 500, [N/A]\n"
APPS = "GPU-aaa, 4242, 9000\nGPU-bbb, 77, [N/A]\nGPU-aaa, 1, 100\n"


def smi(folder: Path, gpus: str, apps: str = "", code: int = 0) -> None:
    (folder / "gpus").write_text(gpus)
    (folder / "apps").write_text(apps)
    tool = folder / "nvidia-smi"
    tool.write_text(f'#!/bin/sh\ncase "$1" in *gpu=*) cat {folder}/gpus;; *) cat {folder}/apps;; esac\nexit {code}\n')
    tool.chmod(0o755)


@pytest.fixture
def tool(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setitem(sys.modules, "pynvml", None)  # as if it were not installed
    return tmp_path


def test_nvidia_smi_is_read(tool):
    smi(tool, SMI, APPS)
    assert read("0") == GpuReading("NVIDIA H100 81559", 81559, 9100, {4242: 9000.0, 1: 100.0}, 31)
    assert read("GPU-bb") == GpuReading("NVIDIA H100 81559", 81559, 500, {77: 0.0}, None)
    assert read("2") is None and read("MIG-aaa") is None


@pytest.mark.parametrize(
    ("gpus", "apps", "code"),
    [("", "", 0), ("no devices were found\n", "", 0), (SMI, "", 9), ("0, GPU-a, X, [N/A], 3, 4\n", "", 0),
     (",,,,,\n", "", 0),
     ("0, GPU-a, X, -5, 3, 4\n", "", 0), ("0, GPU-a, X, 10, 30, 4\n", "", 0), ("0, GPU-a, X, inf, 30, 4\n", "", 0),
     ("0, GPU-a, X, nan, nan, 4\n", "", 0), ("0, GPU-a, X\n", "", 0), ("\x00\xff\n" * 100, "", 0)],
    ids=range(11),
)  # fmt: skip
def test_nonsense_is_no_reading(tool, gpus, apps, code):
    smi(tool, gpus, apps, code)
    assert read("0") is None


def test_nonsense_of_processes_leaves_the_rest(tool):
    smi(tool, "0, GPU-a, X, 100, 30, 400\n", "GPU-a, x, 5\nGPU-a\n\nGPU-a, 7, -3\n")
    assert read("0") == GpuReading("X 100", 100, 30, {7: 0.0}, None)


def test_nvml_is_asked_first_and_knows_mig(tool, monkeypatch):
    class NVMLError(Exception):
        pass

    def unsupported(_):
        raise NVMLError("not supported")

    process = types.SimpleNamespace(pid=42, usedGpuMemory=None)
    fake = types.SimpleNamespace(
        NVMLError=NVMLError,
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetHandleByUUID=lambda uuid: uuid,
        nvmlDeviceGetMemoryInfo=lambda _: types.SimpleNamespace(total=40 * 2**30, used=2**30),
        nvmlDeviceGetName=lambda _: "H100 MIG 3g.40gb",
        nvmlDeviceGetComputeRunningProcesses=lambda _: [process],
        nvmlDeviceGetUtilizationRates=unsupported,
    )
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    assert read("MIG-ccc") == GpuReading("H100 MIG 3g.40gb 40960", 40960, 1024, {42: 0.0}, None)


def test_mps_is_found_where_its_daemon_lives(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_MPS_PIPE_DIRECTORY", str(tmp_path))
    assert not mps_runs()
    (tmp_path / "control").touch()
    assert mps_runs()
    (tmp_path / "nvidia-cuda-mps-control.pid").write_text("999999999")
    assert not mps_runs()
    (tmp_path / "nvidia-cuda-mps-control.pid").write_text(str(os.getpid()))
    assert mps_runs() and gpu_readings.MPS_PIPES.startswith("/tmp/")


def test_it_is_refused_with_what_it_cannot_go_with(monkeypatch):
    auto = {"gpus": "auto", "per_gpu": "auto"}
    with pytest.raises(SweepError, match="per_gpu=auto finds it out"):
        read_settings({"slots": auto, "deterministic": True})
    with pytest.raises(SweepError, match="per_gpu: 1 or auto"):
        gpu_filling.places({**auto, "memory_fraction": 0.2})
    with pytest.raises(SweepError, match="per_gpu: 1 or auto"):
        gpu_filling.places({"per_gpu": "auto"})
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(SweepError, match="no GPU is visible"):
        gpu_filling.places(auto)


# A machine with one GPU, of which each trial that runs takes 9,000 of 40,000 MiB, and a fifth of the time.
FAKE = """#!{python}
import sys
from pathlib import Path
if sys.argv[1] == "-L":
    print("GPU 0: NVIDIA H100 (UUID: GPU-aaa)")
    sys.exit()
servers, trials = [], []
for status in Path("/proc").glob("[0-9]*/stat"):
    try:
        own = "{own}" in (status.parent / "environ").read_text(errors="replace")
        if own and "hydra_slots.trials.server" in (status.parent / "cmdline").read_text():
            servers.append((int(status.parent.name), int(status.read_text().rpartition(")")[2].split()[1])))
    except OSError:
        pass
trials = [pid for pid, parent in servers if parent in [one for one, _ in servers]]
if "gpu=" in sys.argv[1]:
    print(f"0, GPU-aaa, NVIDIA H100, 40000, {{9000 * len(trials)}}, 20")
else:
    print("".join(f"GPU-aaa, {{pid}}, 9000\\n" for pid in trials))
"""


@pytest.mark.seconds
def test_a_sweep_fills_a_gpu(tmp_path):
    tool = tmp_path / "nvidia-smi"
    tool.write_text(FAKE.format(python=sys.executable, own=tmp_path))
    tool.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    told = (*SEARCH, "hydra.sweeper.slots={gpus: auto, per_gpu: auto}", "pause=1.5")
    said = toy_sweep.sweep(tmp_path / "s", *told, PATH=path, CUDA_MPS_PIPE_DIRECTORY=str(tmp_path))
    count = min(3, len(os.sched_getaffinity(0)))
    assert f"a trial takes 8.8 of 39.1 GiB and 20 % of its time; {count} at a time on gpu:0" in said
    assert "6 of 6 trials: 6 complete" in said
    used = [trial.user_attrs["slot"] for trial in toy_sweep.trials(tmp_path / "s")]
    assert used[0] == "gpu:0" and set(used[1:]) == ({f"gpu:0/{i}" for i in range(count)} if count > 1 else {"gpu:0"})
