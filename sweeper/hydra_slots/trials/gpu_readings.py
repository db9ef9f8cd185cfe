"""What a GPU holds and does at the moment, by NVML (`pip install nvidia-ml-py`) or `nvidia-smi`, without torch."""

from __future__ import annotations

import math
import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 2**20
TIMEOUT = 20.0  # seconds for nvidia-smi
MPS_PIPES = "/tmp/nvidia-mps"  # where CUDA's Multi-Process Service listens by default


@dataclass(frozen=True)
class GpuReading:
    """Attributes:
    kind: the same for devices that are alike.
    total, used: memory in MiB, that of all processes.
    by_pid: of the processes that are known.
    use: percent of the time in which anything runs on it; None where that is not told, as of a MIG instance.
    """

    kind: str
    total: float
    used: float
    by_pid: Mapping[int, float] = field(default_factory=dict)
    use: float | None = None


def read(device: str) -> GpuReading | None:
    """Of a device as CUDA_VISIBLE_DEVICES names it; None where nobody says anything sensible about it."""
    found = None
    for ask in (_by_nvml, _by_smi):
        with suppress(Exception):  # a library or a driver of any state
            found = found or ask(device)
    sensible = found is not None and 0 < found.total < math.inf and 0 <= found.used <= found.total
    return found if sensible else None


def mps_runs() -> bool:
    """Whether a control daemon of CUDA's Multi-Process Service runs, which all CUDA programs then use by themselves."""
    pipes = Path(os.environ.get("CUDA_MPS_PIPE_DIRECTORY", MPS_PIPES))
    if not (pipes / "control").exists():
        return False
    with suppress(OSError, ValueError):
        os.kill(int((pipes / "nvidia-cuda-mps-control.pid").read_text()), 0)
        return True
    return not (pipes / "nvidia-cuda-mps-control.pid").exists()


def _by_nvml(device: str) -> GpuReading | None:
    try:
        import pynvml
    except ImportError:
        return None
    pynvml.nvmlInit()
    if device.isdigit():
        handle = pynvml.nvmlDeviceGetHandleByIndex(int(device))
    else:
        handle = pynvml.nvmlDeviceGetHandleByUUID(device)
    memory, name = pynvml.nvmlDeviceGetMemoryInfo(handle), pynvml.nvmlDeviceGetName(handle)
    by_pid: dict[int, float] = {}
    use: float | None = None
    with suppress(pynvml.NVMLError):
        for process in pynvml.nvmlDeviceGetComputeRunningProcesses(handle):
            by_pid[process.pid] = (process.usedGpuMemory or 0) / MIB
    with suppress(pynvml.NVMLError):
        use = float(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu)
    return GpuReading(f"{name} {memory.total // MIB}", memory.total / MIB, memory.used / MIB, by_pid, _share(use))


def _by_smi(device: str) -> GpuReading | None:
    rows = _asked("--query-gpu=index,uuid,name,memory.total,memory.used,utilization.gpu")
    named = [row for row in rows if len(row) == 6 and (row[0] == device or row[1].startswith(device))]
    if not named or device.startswith("MIG-"):  # nvidia-smi tells of whole devices alone
        return None
    _, uuid, name, total, used, use = named[0]
    by_pid = {}
    with suppress(OSError, subprocess.SubprocessError):
        for row in _asked("--query-compute-apps=gpu_uuid,pid,used_memory"):
            if len(row) == 3 and row[0] == uuid and row[1].isdigit():
                by_pid[int(row[1])] = _number(row[2]) or 0.0
    return GpuReading(f"{name} {total}", float(total), float(used), by_pid, _share(_number(use)))


def _asked(query: str) -> list[list[str]]:
    command = ["nvidia-smi", query, "--format=csv,noheader,nounits"]
    said = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT, check=True).stdout
    return [[cell.strip() for cell in line.split(",")] for line in said.splitlines()]


def _number(cell: Any) -> float | None:
    """What stands in a cell; None for `[N/A]` and the like."""
    try:
        return float(cell) if 0 <= float(cell) < math.inf else None
    except ValueError:
        return None


def _share(use: float | None) -> float | None:
    return None if use is None or not 0 <= use <= 100 else use
