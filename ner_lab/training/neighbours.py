"""Other trainings on the same cores: what a run says of them, and how to share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import torch

TRIAL = "HYDRA_SLOTS_TRIAL"  # in the environment of a sweep's trial, which has been given its share
PROGRAMS = ("ner-lab", "ner_lab", "__main__.py")  # as they stand before the command
PROCESSES = Path("/proc")  # of Linux; elsewhere nothing is known


def note(processes: int = 1) -> str:
    """A line where the cores are too few: for the `processes` of this training (its devices), or as another `ner-lab
    train` runs on them, with more threads in all than cores; else nothing."""
    if not hasattr(os, "sched_getaffinity"):
        return ""
    if processes > (number := len(os.sched_getaffinity(0))):
        return (
            f"trainer.devices={processes}: as many processes take turns on {number} cores; {number} at most are faster"
        )
    if TRIAL in os.environ:
        return ""
    others, cores, own = list(_trainings()), os.sched_getaffinity(0), torch.get_num_threads()
    shared = [(pid, threads) for pid, threads, theirs in others if theirs & cores]
    if not shared or own + sum(threads for _, threads in shared) <= len(cores):
        return ""
    each = max(1, len(cores) // (len(shared) + 1))
    threads = " + ".join(str(one) for one in [own, *(threads for _, threads in shared)])
    return (
        f"another ner-lab train runs here (process {', '.join(str(pid) for pid, _ in shared)}): {threads} threads on "
        f"{len(cores)} cores slow each other down; to share them, start each with OMP_NUM_THREADS={each} before the "
        f"command, or make one sweep of them with hydra.sweeper.slots={len(shared) + 1}"
    )


def _trainings() -> Iterator[tuple[int, int, set[int]]]:
    """Process, threads and cores of each training that is no relative of this process."""
    parents = dict(_parents())
    running = {pid for pid in parents if _is_training(pid)}
    wrappers = {parents[pid] for pid in running}  # `uv run ner-lab train`, which waits for the one that it has started
    for pid in sorted(running - wrappers):
        if os.getpid() in _line(pid, parents) or pid in _line(os.getpid(), parents):
            continue
        with suppress(OSError):  # it has ended
            cores = os.sched_getaffinity(pid)
            yield pid, _threads(pid) or len(cores), cores


def _line(pid: int, parents: dict[int, int]) -> set[int]:
    """The process, and those that it descends from."""
    found: set[int] = set()
    while pid in parents and pid not in found:
        found.add(pid)
        pid = parents[pid]
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for status in PROCESSES.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            yield int(status.parent.name), int(status.read_text(errors="replace").rpartition(")")[2].split()[1])


def _is_training(pid: int) -> bool:
    try:
        words = (PROCESSES / str(pid) / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return False
    return any(Path(word).name in PROGRAMS and then == "train" for word, then in pairwise(words))


def _threads(pid: int) -> int:
    """Those that its environment says; 0 if it does not, or may not be read."""
    with suppress(OSError):
        for entry in (PROCESSES / str(pid) / "environ").read_text(errors="replace").split("\0"):
            name, _, value = entry.partition("=")
            if name == "OMP_NUM_THREADS" and value.isdigit():
                return int(value)
    return 0
