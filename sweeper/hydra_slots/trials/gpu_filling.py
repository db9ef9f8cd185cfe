"""How many trials a GPU takes (`per_gpu: auto`): the first runs alone on each, and what it took decides."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hydra_slots.trials import slots
from hydra_slots.trials.gpu_readings import GpuReading, mps_runs, read
from hydra_slots.trials.process_tree import descendants
from hydra_slots.trials.slots import Places, Slot

EVERY = 0.5  # seconds between two readings
MOST = 8  # trials of one GPU
MOST_UNSEEN = 2  # of one whose use cannot be read
LEFT = 0.1  # of the memory, for what CUDA itself takes, and for whoever else comes
SPARE = 1.15  # how much more than the first one another trial may take
SHORT = 3  # trials without a reading, after which it is one a GPU
OUT_OF_MEMORY = re.compile(
    r"CUDA out of memory|OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|_STATUS_ALLOC_FAILED|RESOURCE_EXHAUSTED"
)


@dataclass
class Watch:
    """Reads a device while one trial runs on it, in a thread of its own."""

    device: str
    before: GpuReading | None
    ask: Callable[[str], GpuReading | None]
    pid: int = 0
    seen: list[tuple[GpuReading, float]] = field(default_factory=list)  # with what the trial itself holds of it
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        threading.Thread(target=self._run, name="gpu-watch", daemon=True).start()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            if (reading := self.ask(self.device)) is not None and not self._over.is_set():
                self.seen.append((reading, self._own(reading)))

    def _own(self, reading: GpuReading) -> float:
        """Memory of the trial's processes; in a container, which knows them by other numbers, what has come since."""
        own = sum(reading.by_pid.get(pid, 0.0) for pid in ([self.pid, *descendants(self.pid)] if self.pid else ()))
        return own or max(0.0, reading.used - (self.before.used if self.before else reading.used))

    def end(self) -> list[tuple[GpuReading, float]]:
        self._over.set()
        return [(reading, own) for reading, own in self.seen if own > 0]


def places(setting: Any) -> Places:
    """Those of `hydra.sweeper.slots`.

    Raises:
        SweepError: it says something else, or names GPUs where there are none.
    """
    if not (isinstance(setting, Mapping) and setting.get("per_gpu") == "auto" and set(setting) <= {"gpus", "per_gpu"}):
        return Places(slots.plan(setting))
    gpus = slots.gpus_of(setting)
    return GpuFilling(gpus, [f"gpu:{name}" for name in slots.numbers(gpus)], slots.cores())


class GpuFilling(Places):
    """One slot a GPU until a trial has shown what it takes, and then as many as fit, by memory and by use.

    Args:
        gpus: as CUDA_VISIBLE_DEVICES names them.
        names: their slots'.
        cpus: cores, which trials share.
        ask: reads a device.
    """

    def __init__(
        self,
        gpus: Sequence[str],
        names: Sequence[str],
        cpus: int,
        ask: Callable[[str], GpuReading | None] = read,
    ) -> None:
        self.names, self.ask, self.cpus = dict(zip(gpus, names, strict=True)), ask, cpus
        self.counts = dict.fromkeys(gpus, 1)
        self.kinds: dict[str, str] = {}
        self.settled: dict[str, tuple[int, float | None]] = {}  # how many trials of which share of memory, by kind
        self.watches: dict[int, Watch] = {}
        self.where: dict[int, str] = {}  # trials that run, with their devices
        self.crowd: set[int] = set()  # trials that have had company
        self.short = 0
        super().__init__([self._slot(gpu, 0, None) for gpu in gpus])

    def free(self, taken: Collection[Slot]) -> list[Slot]:
        found: list[Slot] = []
        for gpu, count in self.counts.items():
            running = sum(slot.devices == gpu for slot in taken)
            own = [slot for slot in self.slots if slot.devices == gpu and slot not in taken]
            found += own[: max(0, count - running)]
        return sorted(found, key=self.slots.index)

    def started(self, number: int, slot: Slot) -> None:
        gpu = slot.devices or ""
        company = [other for other, where in self.where.items() if where == gpu]
        self.crowd.update([number, *company] if company else ())
        self.where[number] = gpu
        if company or self.kinds.get(gpu) in self.settled:
            return
        before = self.ask(gpu)
        kind = self.kinds[gpu] = before.kind if before else "unknown"
        if kind in self.settled:
            self._set(kind, *self.settled[kind])
        else:
            self.watches[number] = Watch(gpu, before, self.ask)

    def forked(self, number: int, pid: int) -> None:
        if number in self.watches:
            self.watches[number].pid = pid

    def ended(self, number: int, ran: bool) -> str:
        gpu = self.where.pop(number, "")
        self.crowd.discard(number)
        watch = self.watches.pop(number, None)
        seen = watch.end() if watch else []
        kind = self.kinds.get(gpu, "")
        if watch is None or not ran or kind in self.settled:
            return ""
        if not seen:
            self.short += 1
            if kind != "unknown" and self.short < SHORT:
                return ""
            self._set(kind, 1, None)
            why = "no GPU says what it holds" if kind == "unknown" else "trials end before they can be measured"
            return f"per_gpu=auto: {why}; one at a time on each"
        return self._decide(kind, seen, watch.before)

    def crowded(self, number: int, error: str) -> str:
        """Comes back to one trial a GPU if one that had company has failed for want of memory."""
        if number not in self.crowd or not OUT_OF_MEMORY.search(error):
            return ""
        kind = self.kinds.get(self.where.get(number, ""), "")
        self._set(kind, 1, None)
        return (
            f"per_gpu=auto: trial {number} had not enough memory beside others; from now on one at a time on each GPU"
        )

    def _decide(self, kind: str, seen: Sequence[tuple[GpuReading, float]], before: GpuReading | None) -> str:
        peak = max(own for _, own in seen)
        others = max(max(0.0, reading.used - own) for reading, own in seen)
        total = seen[-1][0].total
        uses = [reading.use for reading, _ in seen if reading.use is not None]
        foreign = (before.use or 0.0) if before and others > 0 else 0.0
        use = max(1.0, sum(uses) / len(uses) - foreign) if uses else None
        room = total * (1 - LEFT) - others
        by_use = MOST_UNSEEN if use is None else int((100 - foreign) / use)
        count = max(1, min(int(room / (peak * SPARE)), by_use, MOST, self.cpus // len(self.counts)))
        self._set(kind, count, None if count == 1 else round(room / count / total, 3))
        shown = "use unknown" if use is None else f"{use:.0f} % of its time"
        shares = f", {others / 1024:.1f} GiB is taken by others" if others > 0.01 * total else ""
        mps = "" if count == 1 else ", through CUDA's MPS" if mps_runs() else ", in turns (no MPS runs)"
        gpus = ", ".join(self.names[gpu] for gpu, one in self.kinds.items() if one == kind)
        return (
            f"per_gpu=auto: a trial takes {peak / 1024:.1f} of {total / 1024:.1f} GiB and {shown}{shares}; "
            f"{count} at a time on {gpus}{mps}"
        )

    def _set(self, kind: str, count: int, share: float | None) -> None:
        self.settled[kind] = count, share
        for gpu, one in self.kinds.items():
            if one == kind:
                self.counts[gpu] = count
        most = max(self.counts.values())
        self.slots = tuple(
            next((s for s in self.slots if s.name == self._name(gpu, turn)), None) or self._slot(gpu, turn, share)
            for turn in range(most)
            for gpu, own in self.counts.items()
            if turn < own
        )

    def _name(self, gpu: str, turn: int) -> str:
        return self.names[gpu] if self.counts[gpu] == 1 else f"{self.names[gpu]}/{turn}"

    def _slot(self, gpu: str, turn: int, share: float | None) -> Slot:
        threads = max(1, self.cpus // sum(self.counts.values()))
        return Slot(self._name(gpu, turn), threads, gpu, share)
