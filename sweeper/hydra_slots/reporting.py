"""What a trial says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from pathlib import Path

from hydra_slots.files import write_whole

PAUSE = "pause"
NOTE = ".trial.checkpoint"  # in the folder of a trial that may pause: where in it its checkpoint lies
# Set in the process of a trial: records a value at a step, and returns whether the trial is to stop there, or PAUSE.
Reporter = Callable[[float, int], bool | str]
_reporter: Reporter | None = None
_home: Path | None = None  # the folder of a trial that may pause
_named = False  # whether it has said where its checkpoint lies


class TrialPaused(Exception):  # noqa: N818  # as optuna.TrialPruned, no error
    """The trial pauses here, and goes on from its checkpoint if it is promoted. Let it pass: the sweep catches it."""


class NoCheckpointError(Exception):
    """The trial is to pause, and nobody has said where its checkpoint lies."""


def report(value: float, step: int) -> None:
    """Tells the sweep how good this trial is at `step`; outside a sweep it does nothing.

    Args:
        value: the objective so far, in the sweep's direction.
        step: whole number that grows from report to report and means the same in every trial, such as the epoch.

    Raises:
        optuna.TrialPruned: the pruner considers the trial hopeless. Let it pass: the sweep catches it.
        TrialPaused: under `pruner=promotion`, likewise; what is in the folder of `checkpoint` by then is what the trial
            goes on from.
        NoCheckpointError: it would pause, but has never called `checkpoint`.
        TypeError: value is no number, or step no whole number.
        ValueError: step is below 0.
    """
    if _reporter is None:
        return
    if isinstance(step, bool) or not hasattr(step, "__index__"):
        raise TypeError(f"step must be a whole number, got {step!r}")
    if step < 0:
        raise ValueError(f"step must be at least 0, got {step}")
    if not isinstance(value, Real) and not hasattr(value, "__float__"):
        raise TypeError(f"value must be a number, got {value!r}")
    verdict = _reporter(float(value), int(step))
    if verdict == PAUSE:
        if not _named:
            raise NoCheckpointError(
                f"hydra/sweeper/pruner=promotion pauses trials, here at step {int(step)}, and the application has not "
                "said where it goes on from: call hydra_slots.checkpoint(FOLDER) before the first report, save there "
                "before each, and start from what lies there; or take another pruner, such as successive_halving"
            )
        raise TrialPaused(f"paused at step {int(step)}")
    if verdict:
        from optuna import TrialPruned

        raise TrialPruned(f"pruned at step {step}")


def checkpoint(folder: str | Path) -> Path:
    """Says where this trial's checkpoint lies: save there before each report, and go on from what lies there.

    A trial that `pruner=promotion` has paused, or that was killed, runs again in the folder that it had, so that its
    checkpoint is where it left it. What lies there is deleted when the trial is out for good.

    Args:
        folder: relative to the folder of Hydra's job, or in it.

    Returns:
        The folder, which is there from now on; nothing lies in it when the trial begins.

    Raises:
        ValueError: it is not within the folder of the trial, or is that folder itself, where its log lies.
    """
    global _named
    path = Path(_job_folder(), folder).absolute()
    if _home is not None and _home.resolve() not in path.resolve().parents:
        raise ValueError(f"checkpoint: must be a folder within that of the trial, {_home}, got {str(folder)!r}")
    path.mkdir(parents=True, exist_ok=True)
    if _home is not None:
        write_whole(_home / NOTE, str(path.resolve().relative_to(_home.resolve())))
        _named = True
    return path


def _job_folder() -> Path:
    """The working directory where there is no job of Hydra's, such as in a notebook that composes a config."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    if not HydraConfig.initialized() or OmegaConf.is_missing(runtime := HydraConfig.get().runtime, "output_dir"):
        return Path()
    return Path(runtime.output_dir)


def connect(reporter: Reporter | None, home: Path | None = None) -> None:
    """Where reports of this process go, None is nowhere; and the folder of a trial that may pause."""
    global _reporter, _home, _named
    _reporter, _home, _named = reporter, home, False
