"""Many workers at once on a cluster: a SLURM array job (submitit), or tasks of a Ray cluster.

Both read a small YAML file, such as those in `examples/workers`, and run one and the same command on every machine. The
storage's password is in the environment of those machines (or in `~/.pgpass`); it is never part of what is submitted.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from hydra_slots.bounded import yaml_text
from hydra_slots.errors import SweepError

MOST = 10_000  # workers


@dataclass(frozen=True)
class WorkersFile:
    """What a workers file says.

    Attributes:
        scheduler: `submitit` or `ray`.
        count: workers to start.
        resources: of each worker: parameters of `submitit.AutoExecutor.update_parameters`, options of `ray.remote`.
        cluster: submitit's: `slurm`, or `local` for processes of this machine.
        logs: folder of submitit's scripts and logs, which every machine sees.
        init: arguments of `ray.init`, such as `{address: auto}`.
    """

    scheduler: str
    count: int
    resources: dict[str, Any] = field(default_factory=dict)
    cluster: str = "slurm"
    logs: str = "outputs/workers"
    init: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: str | Path) -> WorkersFile:
        """Reads and checks a workers file.

        Raises:
            SweepError: no such file, or a key or value that is none of the above.
        """
        from omegaconf import OmegaConf
        from omegaconf.errors import OmegaConfBaseException
        from yaml import YAMLError

        try:
            found = OmegaConf.to_container(OmegaConf.create(yaml_text(path)), resolve=True)
        except OSError as error:
            raise SweepError(
                f"{path}: {error.strerror}; it says where and how many, such as those in examples/workers"
            ) from None
        except (YAMLError, OmegaConfBaseException, ValueError) as error:
            raise SweepError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
        known = [one.name for one in fields(cls)]
        if not isinstance(found, dict) or not {"scheduler", "count"} <= set(found) <= set(known):
            held = ", ".join(map(str, found)) if isinstance(found, dict) else found
            raise SweepError(f"{path}: needs scheduler and count, may have {', '.join(known[2:])}; it has {held}")
        plan = cls(**{str(key): value for key, value in found.items()})
        if plan.scheduler not in SCHEDULERS:
            raise SweepError(f"{path}: scheduler must be {' or '.join(SCHEDULERS)}, got {plan.scheduler!r}")
        if type(plan.count) is not int or not 1 <= plan.count <= MOST:
            raise SweepError(f"{path}: count must be a whole number from 1 to {MOST}, got {plan.count!r}")
        return plan


def start(plan: WorkersFile, command: Sequence[str]) -> str:
    """Starts `plan.count` processes of the command on the cluster, and says what it started.

    SLURM's are queued when this returns; Ray's have ended, for their tasks live no longer than this process.

    Raises:
        SweepError: the scheduler's package is not installed, it refuses the resources, or a worker ended with an error.
    """
    try:
        return SCHEDULERS[plan.scheduler](plan, list(command))
    except ImportError as error:
        raise SweepError(
            f"scheduler {plan.scheduler}: {error}; pip install 'hydra-slots[{plan.scheduler}]' has it"
        ) from None


def _submitit(plan: WorkersFile, command: list[str]) -> str:
    import submitit

    try:
        executor = submitit.AutoExecutor(folder=f"{plan.logs}/%j", cluster=plan.cluster)
        executor.update_parameters(name="hydra-slots-worker", **plan.resources)
        jobs = executor.map_array(Requeued(), [command] * plan.count)
    except (NameError, TypeError, ValueError, RuntimeError, submitit.core.utils.FailedJobError) as error:
        raise SweepError(f"submitit on {plan.cluster}: {error}") from None
    return f"queued {len(jobs)} workers: {', '.join(job.job_id for job in jobs)}; logs in {plan.logs}"


def _ray(plan: WorkersFile, command: list[str]) -> str:
    import ray

    ray.init(log_to_driver=True, **plan.init)
    try:
        remote = ray.remote(max_retries=0, **plan.resources)(run) if plan.resources else ray.remote(max_retries=0)(run)
        ray.get([remote.remote(command) for _ in range(plan.count)])
    except (ray.exceptions.RayError, SweepError, ValueError) as error:
        raise SweepError(f"ray: {str(error).strip().splitlines()[-1]}") from None
    finally:
        ray.shutdown()
    return f"{plan.count} workers have ended"


SCHEDULERS = {"submitit": _submitit, "ray": _ray}


def run(command: list[str]) -> None:
    """One worker, on the machine where the scheduler put it; the scheduler has chosen its GPUs by the environment."""
    _check(subprocess.run(command, check=False).returncode)


class Requeued:
    """One worker as a job of submitit that SLURM may end before the sweep does.

    SLURM tells a job that its time is nearly over, or that another job wants its place, and submitit then asks for a
    checkpoint: the worker stops, with its trials queued again, and the job goes back into SLURM's queue.
    """

    process: subprocess.Popen[bytes] | None = None

    def __call__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, preexec_fn=_ignore_warning)
        _check(self.process.wait())

    def checkpoint(self, command: list[str]) -> Any:
        from submitit.helpers import DelayedSubmission

        if self.process is not None:
            self.process.terminate()
            # Its status stays for the call that this one interrupts, and that waits for it under a lock.
            os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        return DelayedSubmission(Requeued(), command)


def _ignore_warning() -> None:
    """SLURM sends its warning to every process of a job, trials too; one that does not expect it would die of it."""
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)


def _check(code: int) -> None:
    if code:
        raise SweepError(f"a worker ended with exit code {code}; its log says why")
