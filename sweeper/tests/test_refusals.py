"""What cannot work is refused with what to do about it, before the first trial, and leaves nothing behind."""

from __future__ import annotations

import fcntl
from pathlib import Path

import optuna
import pytest
import toy_sweep
from toy_sweep import SEARCH

from hydra_slots.errors import SweepError
from hydra_slots.studies.storage import open_storage
from hydra_slots.studies.sweep_folder import FolderLock

pytestmark = pytest.mark.seconds

STUDY = "hydra.sweeper.study_name=s"
TWO = ("hydra.sweeper.direction=[minimize,maximize]", "+pair=true")
WORKER = ("hydra.sweeper.worker=true", STUDY)
PROMOTION = ("hydra/sweeper/pruner=promotion", "hydra.sweeper.pruner.max_steps=9")
CASES = {
    "no key": (["nokey=1,2"], ["nokey", "+nokey"]),
    "an endless grid": (["x=interval(1,2)"], ["x=interval(1,2)", "n_trials"]),
    "no such choice": (["shape=bowl,pit"], ["shape=pit", "Could not find 'shape/pit'"]),
    "no key of this choice": (["shape.depth=1,2"], ["shape.depth"]),
    "the seed": ([*SEARCH, "seed=1,2"], ["luckiest seed", "hydra.sweeper.seeds"]),
    "a pruner of two": ([*SEARCH, *TWO, "hydra.sweeper.pruner=median"], ["cannot judge 2 objectives"]),
    "promotion of two": ([*SEARCH, *TWO, *PROMOTION], ["pruner=promotion", "cannot judge 2 objectives"]),
    "promotion without an end": ([*SEARCH, "hydra/sweeper/pruner=promotion"], ["pruner.max_steps", "max_steps=9"]),
    "promotion by name": ([*SEARCH, "hydra.sweeper.pruner=promotion"], ["pruner.max_steps", "max_steps=9"]),
    "rungs nowhere": ([*SEARCH, *PROMOTION, "hydra.sweeper.pruner.min_steps=9"], ["min_steps must be below max_steps"]),
    "no rung": ([*SEARCH, *PROMOTION, "hydra.sweeper.pruner.min_steps=0"], ["min_steps must be a whole", "got 0"]),
    "no factor": ([*SEARCH, *PROMOTION, "hydra.sweeper.pruner.factor=1"], ["factor must be a whole", "got 1"]),
    "a real factor": ([*SEARCH, *PROMOTION, "hydra.sweeper.pruner.factor=2.5"], ["factor", "got 2.5"]),
    "an unknown of promotion": ([*SEARCH, *PROMOTION, "+hydra.sweeper.pruner.max_step=2"], ["did you mean max_steps?"]),
    "promotion by a launcher": (
        [*SEARCH, *PROMOTION, "hydra.sweeper.executor=launcher"], ["pruner=promotion with executor=launcher"]
    ),
    "promotion bit for bit": (
        [*SEARCH, *PROMOTION, "hydra.sweeper.deterministic=true"], ["pruner=promotion with deterministic=true"]
    ),
    "promotion wrapped": (
        [*SEARCH, "hydra.sweeper.pruner={name: patient, patience: 1, wrapped_pruner: promotion}"], ["cannot be wrapped"]
    ),
    "slots": ([*SEARCH, "hydra.sweeper.slots={gpus:[0,0]}"], ["hydra.sweeper.slots must be", "[0, 0]"]),
    "a worker that shows": (
        [*WORKER, "hydra.sweeper.storage={place}/other.journal", "hydra.sweeper.dry_run=true"], ["a worker has no"]
    ),
    "slots of a launcher": (
        [*SEARCH, "hydra.sweeper.executor=launcher", "hydra.sweeper.slots={cpus:2}"],
        ["hydra.sweeper.slots", "executor=launcher"],
    ),
    "a sampler": ([*SEARCH, "+hydra.sweeper.sampler.warmup=3"], ["hydra.sweeper.sampler.warmup", "n_startup_trials"]),
    "a start point": ([*SEARCH, "hydra.sweeper.start_points=[{x:7}]"], ["start_points[0]", "interval(-5,5)"]),
    "start points elsewhere": ([*SEARCH, "hydra.sweeper.start_points=[{place}/none]"], ["none: no such folder"]),
    "a password": (
        [*SEARCH, "hydra.sweeper.storage='postgresql://me:secret@host/db'", STUDY],
        ["env:NAME", "postgresql://me:***@host/db"],
    ),
    "no variable": ([*SEARCH, "hydra.sweeper.storage=env:NO_SUCH_VARIABLE", STUDY], ["export NO_SUCH_VARIABLE="]),
    "no database": ([*SEARCH, "hydra.sweeper.storage='sqlite:///{place}/none/s.db'", STUDY], ["cannot open it"]),
    "no module": ([*SEARCH, "hydra.sweeper.preload=[no_such_module]"], ["hydra.sweeper.preload", "no_such_module"]),
    "a study of others": ([*SEARCH, "hydra.sweeper.storage={place}/other.journal", STUDY], ["of another program"]),
    "a worker of nothing": ([*WORKER, "hydra.sweeper.storage={place}/none.journal"], ["holds no sweep 's'"]),
    "a worker of no database": ([*WORKER, "hydra.sweeper.storage='sqlite:///{place}/none.db'"], ["holds no sweep 's'"]),
    "a worker of no sweep": ([*WORKER, "hydra.sweeper.storage={place}/other.journal"], ["holds no sweep 's'"]),
    "a worker with a space": (
        [*WORKER, "hydra.sweeper.storage={place}/other.journal", "x=1"],
        ["x=1: a worker takes the config of the sweep"],
    ),
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """Exit code and output by case; all of them came to a place that holds a study of others and a folder of mine."""
    place = tmp_path_factory.mktemp("place")
    optuna.create_study(storage=open_storage(str(place / "other.journal"), None), study_name="s").add_trial(
        optuna.create_trial(value=0.5)
    )
    (place / "mine").mkdir()
    (place / "mine" / "precious").write_text("mine")
    before = contents(place)
    places = {name: "mine" if name == "no module" else "new/sweep" for name in CASES}
    asked = [(place / places[name], overrides) for name, (overrides, _) in CASES.items()]
    asked.append((place / "new" / "sweep", CASES["no module"][0]))
    done = [
        toy_sweep.run("-m", f"hydra.sweep.dir={folder}", *(one.replace("{place}", str(place)) for one in overrides))
        for folder, overrides in asked
    ]
    return dict(zip([*CASES, "no module in a new folder"], done, strict=True)), before, contents(place)


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_and_what_to_do(refused, name):
    code, said = refused[0][name]
    assert code == 1 and all(part in said for part in CASES[name][1]), said
    assert "Traceback" not in said and "secret" not in said


def test_nothing_is_left_of_it(refused):
    outcomes, before, after = refused
    assert len(outcomes) == len(CASES) + 1 and {code for code, _ in outcomes.values()} == {1}
    was, now = before.pop("other.journal"), after.pop("other.journal")
    assert now.startswith(was) and b"sweep" not in now
    assert after == before


def test_a_lock_takes_away_what_came_after_it(tmp_path):
    folder = tmp_path / "a" / "b"
    lock = FolderLock(folder, "join")
    for name in ("sweep.log", "study.journal", "study.journal.flock"):
        (folder / name).touch()
    with pytest.raises(SweepError, match=r"running already .*: join"):
        FolderLock(folder, "another")
    assert (folder / "study.journal").exists() and (folder / ".lock").read_text(), "the second took it from the first"
    lock.undo()
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_leaves_what_was_there_before_it(tmp_path):
    FolderLock(tmp_path, "join").release()
    for name in ("study.journal", "precious"):
        (tmp_path / name).write_text(name)
    before = {name: text for name, text in contents(tmp_path).items() if name != ".lock"}
    lock = FolderLock(tmp_path, "join")
    (tmp_path / "sweep.log").touch()
    lock.undo()
    lock.release()
    after = contents(tmp_path)
    assert after.pop(".lock") and after == before


def test_a_lock_that_is_taken_away_while_another_comes_is_nobodys(tmp_path, monkeypatch):
    """Two controllers would each hold one of two files of the same name."""
    first, folder = FolderLock(tmp_path / "s", "join"), tmp_path / "s"
    flock = fcntl.flock

    def when_the_first_has_gone(descriptor: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        first.undo()
        first.release()
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", when_the_first_has_gone)
    second = FolderLock(folder, "join")
    with pytest.raises(SweepError, match="running already"):
        FolderLock(folder, "join")
    second.release()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SweepError, match=r"hydra\.sweep\.dir=.*file/s: cannot write there"):
        FolderLock(tmp_path / "file" / "s", "join")


def test_a_lock_that_was_there_before_stays(tmp_path):
    (tmp_path / ".lock").touch()
    lock = FolderLock(tmp_path, "join")
    lock.undo()
    lock.release()
    assert (tmp_path / ".lock").exists()
    lock = FolderLock(tmp_path / "own", "join")
    lock.undo()
    lock.release()
    assert not (tmp_path / "own").exists()


def test_a_folder_that_cannot_be_made_or_locked_is_refused(tmp_path):
    with pytest.raises(SweepError, match="cannot write there"):
        FolderLock(tmp_path / ("x" * 300), "join")
    (tmp_path / ".lock").symlink_to(tmp_path / "none" / "lock")
    with pytest.raises(SweepError, match=r"cannot write there .*symbolic links"):
        FolderLock(tmp_path, "join")
