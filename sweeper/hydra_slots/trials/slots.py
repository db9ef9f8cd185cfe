"""Slots: the places where trials run, one at a time in each, with devices and threads of its own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra_slots.errors import SweepError

THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
MOST = 1024  # slots of one process, or threads of one slot
MOST_CPU_SLOTS = 4  # of `auto`: more trials at a time would rather run out of memory than be faster
RULE = (
    f"auto, a number of at least 1 and at most {MOST}, "
    "{gpus: auto or [0,1,..], per_gpu: 1 or auto, memory_fraction: null} "
    "or {cpus: 2, threads: 1}"
)


@dataclass(frozen=True)
class Slot:
    """Attributes:
    name: `cpu:0`, `gpu:1`, or `gpu:1/0` where several share a GPU.
    threads: of a trial, for its CPU work; of all slots together never more than there are cores, but one each.
    devices: its CUDA_VISIBLE_DEVICES; None leaves the variable alone.
    memory_fraction: share of the GPU's memory that PyTorch may take; None is all.
    """

    name: str
    threads: int
    devices: str | None = None
    memory_fraction: float | None = None

    def enter(self, environment: MutableMapping[str, str]) -> None:
        """Puts the slot's devices and threads into the environment of a trial."""
        if self.devices is not None:
            environment["CUDA_VISIBLE_DEVICES"] = self.devices
            environment.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # the order of nvidia-smi
        for name in THREADS:
            environment[name] = str(self.threads)


class Places:
    """The slots of one process, which of them are free, and what they are told of trials.

    Args:
        slots: all of them; those of a subclass may change.
    """

    def __init__(self, slots: Sequence[Slot]) -> None:
        self.slots = tuple(slots)

    def free(self, taken: Collection[Slot]) -> list[Slot]:
        """Where a trial may start, when trials run on those that are taken."""
        return [slot for slot in self.slots if slot not in taken]

    def started(self, number: int, slot: Slot) -> None:
        """Before a trial starts."""

    def forked(self, number: int, pid: int) -> None:
        """When its process is there."""

    def ended(self, number: int, ran: bool) -> str:
        """When it has ended, and whether it ran as it was to; returns what there is to say about it."""
        return ""

    def crowded(self, number: int, error: str) -> str:
        """Why a failure is no fault of a trial that still counts as running, and what follows; empty if it is."""
        return ""


def plan(setting: Any, gpus: Sequence[str] | None = None, cpus: int | None = None) -> tuple[Slot, ...]:
    """The slots of `hydra.sweeper.slots`.

    Args:
        setting: `auto`, a number, or a mapping (see `RULE`).
        gpus: the visible GPUs; None looks for them, without importing PyTorch.
        cpus: cores of this process; None counts them.

    Raises:
        SweepError: the setting says something else, or names GPUs where there are none.
    """
    cpus = cpus or cores()
    if isinstance(setting, Mapping):
        if set(setting) <= {"gpus", "per_gpu", "memory_fraction"} and "gpus" in setting:
            return _on_gpus(setting, gpus, cpus)
        if set(setting) <= {"cpus", "threads"} and "cpus" in setting:
            return _on_cpus(setting["cpus"], cpus, setting.get("threads"), hide=True)
        raise _wrong(setting)
    found = list(visible_gpus() if gpus is None else gpus)
    if setting == "auto":
        return _shared(found, len(found), cpus) if found else _on_cpus(min(cpus, MOST_CPU_SLOTS), cpus)
    if not _is_count(setting):
        raise _wrong(setting)
    return _shared(found, setting, cpus) if found else _on_cpus(setting, cpus)


def _on_cpus(count: Any, cpus: int, threads: Any = None, hide: bool = False) -> tuple[Slot, ...]:
    if not _is_count(count) or not (threads is None or _is_count(threads)):
        raise _wrong({"cpus": count, "threads": threads})
    each = min(threads or _threads(cpus, count), max(1, cpus // count))
    return tuple(Slot(f"cpu:{i}", each, "" if hide else None) for i in range(count))


def _on_gpus(setting: Mapping[str, Any], gpus: Sequence[str] | None, cpus: int) -> tuple[Slot, ...]:
    per_gpu, fraction = setting.get("per_gpu", 1), setting.get("memory_fraction")
    number = isinstance(fraction, int | float) and not isinstance(fraction, bool) and 0 < fraction <= 1
    if not _is_count(per_gpu) or not (fraction is None or number):
        raise _wrong(setting)
    if fraction is not None and fraction * per_gpu > 1:
        raise SweepError(
            f"hydra.sweeper.slots: {per_gpu} slots of memory_fraction {fraction} want {fraction * per_gpu:g} of a GPU"
        )
    found = gpus_of(setting, gpus)
    return _shared(found, len(found) * per_gpu, cpus, fraction)


def gpus_of(setting: Mapping[str, Any], gpus: Sequence[str] | None = None) -> list[str]:
    """The GPUs that a setting names.

    Raises:
        SweepError: there are none, or it names none.
    """
    named = setting.get("gpus")
    if named == "auto":
        found = list(visible_gpus() if gpus is None else gpus)
        if not found:
            raise SweepError("hydra.sweeper.slots={gpus: auto}: no GPU is visible here; use slots=auto or {cpus: 2}")
    elif isinstance(named, list | tuple) and named and len(set(named)) == len(named):
        found = [str(one) for one in named]
    else:
        raise _wrong(setting)
    return found


def _shared(gpus: Sequence[str], count: int, cpus: int, fraction: float | None = None) -> tuple[Slot, ...]:
    """`count` slots over the GPUs, turn by turn; those that share a GPU share its memory."""
    names = numbers(gpus)
    slots = []
    for i in range(count):
        gpu, turn = i % len(gpus), i // len(gpus)
        sharing = len(range(gpu, count, len(gpus)))
        name = f"gpu:{names[gpu]}" if sharing == 1 and fraction is None else f"gpu:{names[gpu]}/{turn}"
        # A tenth of the memory is left for what CUDA itself takes in each process.
        share = fraction if fraction is not None or sharing == 1 else round(0.9 / sharing, 3)
        slots.append(Slot(name, _threads(cpus, count), gpus[gpu], share))
    return tuple(slots)


def numbers(gpus: Sequence[str]) -> list[str]:
    """Short names: the GPUs' own numbers, or their places in the list where they are known by long ones."""
    return [gpu if gpu.isdigit() else str(i) for i, gpu in enumerate(gpus)]


def _threads(cpus: int, slots: int) -> int:
    own = os.environ.get("OMP_NUM_THREADS", "")
    share = max(1, cpus // slots)
    return min(int(own), share) if own.isdigit() and int(own) else share


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def visible_gpus() -> list[str]:
    """What CUDA_VISIBLE_DEVICES lists, else the GPUs (or their MIG instances) that nvidia-smi lists."""
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    if given is not None:
        named = [one.strip() for one in given.split(",") if one.strip()]
        return named[: named.index("-1")] if "-1" in named else named  # as CUDA reads it
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    gpus: list[list[str]] = []
    for line in listed.splitlines():
        if whole := re.match(r"GPU (\d+):", line):
            gpus.append([whole[1]])
        elif (part := re.search(r"\(UUID: (MIG-[^)]+)\)", line)) and gpus:
            gpus[-1].append(part[1])
    # A GPU that is cut into instances can be used by these alone.
    return [name for names in gpus for name in (names[1:] or names)]


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= MOST


def _wrong(setting: Any) -> SweepError:
    return SweepError(f"hydra.sweeper.slots must be {RULE}, got {setting}")
