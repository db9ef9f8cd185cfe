"""A disk that is full, or a folder that nobody may write: one message, and the same command goes on afterwards."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy_sweep
from hydra.errors import CompactHydraException
from toy_sweep import sweep, trials

from hydra_slots import command
from hydra_slots.files import unwritable
from hydra_slots.trials.outcome import ended_by

SEARCH = ("x=interval(-5,5)", "hydra.sweeper.slots=1", "hydra.sweeper.sampler.seed=1")


def mount(*arguments: str) -> bool:
    return (
        shutil.which("mount") is not None and not subprocess.run(["mount", *arguments], capture_output=True).returncode
    )


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() or not mount("-t", "tmpfs", "-o", "size=1m", "none", str(disk)):
        pytest.skip("only root may mount a disk of its own")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def check(said: str, *parts: str) -> None:
    assert "Traceback" not in said and "Logging error" not in said, said
    assert said.count("the same command goes on") == 1 and all(part in said for part in parts), said


@pytest.mark.seconds
def test_a_file_limit_ends_the_sweep_in_one_message(tmp_path):
    limited = subprocess.run(
        toy_sweep.command(tmp_path, *SEARCH, "hydra.sweeper.n_trials=30"),
        capture_output=True,
        text=True,
        timeout=200,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY)),
    )
    assert limited.returncode == 1
    check(limited.stderr, "File too large", str(tmp_path))
    done = [trial for trial in trials(tmp_path) if trial.state.name == "COMPLETE"]
    assert len(done) >= 2
    sweep(tmp_path, *SEARCH, "hydra.sweeper.n_trials=30")
    after = trials(tmp_path)
    assert [t.state.name for t in after].count("COMPLETE") == 30 and "failed" not in {
        t.user_attrs["end"] for t in after
    }
    assert [after[trial.number].values for trial in done] == [trial.values for trial in done]


@pytest.mark.seconds
def test_a_full_disk_ends_the_sweep_and_costs_no_trial(small):
    several = ("hydra.sweeper.n_trials=6", *SEARCH)
    said = sweep(small / "s", *several, "trouble=fill_at_2", code=1)
    check(said, "No space left on device", str(small))
    (small / "s" / "filling").unlink()
    sweep(small / "s", *several, "trouble=fill_at_2", "hydra.sweeper.force=true", FILLED="1")
    assert [t.user_attrs["end"] for t in trials(small / "s")].count("complete") == 6
    assert "failed" not in {t.user_attrs["end"] for t in trials(small / "s")}


@pytest.mark.seconds
def test_a_read_only_disk(small, capsys):
    sweep(small / "s", *SEARCH, "hydra.sweeper.n_trials=2")
    if not mount("-o", "remount,ro", str(small)):
        pytest.skip("this disk cannot be made read-only")
    said = sweep(small / "s", *SEARCH, "hydra.sweeper.n_trials=3", code=1)
    assert "cannot write there (Read-only file system)" in said and "Traceback" not in said
    with pytest.raises(SystemExit):
        command.start(["html", str(small / "s")])
    command.start(["best", str(small / "s")])
    shown = capsys.readouterr().out
    assert "trial " in shown and "best.yaml: cannot write (Read-only file system)" in shown
    assert mount("-o", "remount,rw", str(small))
    assert "going on with 2 of 3 trials" in sweep(small / "s", *SEARCH, "hydra.sweeper.n_trials=3")


def test_a_folder_that_one_may_not_write(tmp_path):
    if not os.geteuid():
        assert not unwritable(tmp_path)
        pytest.skip("root may write everywhere")
    (tmp_path / "s").mkdir()
    (tmp_path / "s").chmod(0o500)
    assert "cannot write there" in sweep(tmp_path / "s", *SEARCH, "hydra.sweeper.n_trials=2", code=1)
    assert "ermission" in unwritable(tmp_path / "s")


def test_a_message_of_the_application_about_a_full_disk_is_no_failure_of_the_trial(capsys):
    for number, end in ((errno.ENOSPC, "no_room"), (errno.EROFS, "no_room"), (errno.ENOENT, "failed")):
        try:
            try:
                raise OSError(number, "as the system says")
            except OSError as error:
                raise CompactHydraException("best.ckpt: cannot be written") from error
        except CompactHydraException as error:
            assert ended_by(error).end == end
    assert "Traceback" not in capsys.readouterr().err
