"""The journal survives writers that die: torn lines are cut, locks of the dead are broken, not those of the living."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydra_slots.errors import SweepError
from hydra_slots.studies import journal


@pytest.fixture
def file(tmp_path):
    return tmp_path / "study.journal"


def study(file):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(storage=journal.open_journal(file), study_name="s", load_if_exists=True)


@given(
    lines=st.lists(st.binary(max_size=9000).map(lambda b: b"{" + b.replace(b"\n", b"") + b"\n"), max_size=4),
    torn=st.binary().map(lambda b: b and b"{" + b),
)
def test_what_stands_behind_the_last_line_end_is_cut(tmp_path_factory, lines, torn):
    file = tmp_path_factory.mktemp("j") / "j"
    torn = torn.replace(b"\n", b"")
    file.write_bytes(b"".join(lines) + torn)
    assert journal.cut_torn_line(file) == len(torn)
    assert file.read_bytes() == b"".join(lines)


def test_a_file_that_is_no_journal_stays_as_it_is(file):
    file.write_text("my notes, without a line end")
    with pytest.raises(SweepError, match="no journal of Optuna's"):
        journal.open_journal(file)
    assert file.read_text() == "my notes, without a line end"


def test_a_study_goes_on_behind_a_torn_line(file):
    first = study(file)
    first.set_user_attr("a", 1)
    with file.open("ab") as torn:
        torn.write(b'{"op_code": 2, "wor')
    first.set_user_attr("b", 2)  # the same process
    with file.open("ab") as torn:
        torn.write(b"{")
    assert study(file).user_attrs == {"a": 1, "b": 2}  # and a new one


def test_what_belongs_together_waits_for_the_disk_once(file, monkeypatch):
    waits, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: waits.append(1) or fsync(descriptor))
    mine = study(file)
    waits.clear()
    with journal.together(mine):
        trial = mine.ask()
        with journal.together(mine):
            for number in range(9):
                trial.set_user_attr(str(number), number)
        assert waits == [] and len(study(file).trials[0].user_attrs) == 9, "others see it at once"
        waits.clear()  # of whoever looked
    assert waits == [1]
    mine.tell(trial, 1.0)
    assert len(waits) > 1 and study(file).trials[0].value == 1.0


def test_a_disk_that_does_not_take_it_is_no_success(file, monkeypatch):
    mine = study(file)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), journal.together(mine):
        monkeypatch.setattr(os, "fsync", full)
        mine.set_user_attr("a", 1)


def _die_with_the_lock(file):
    journal.Lock(file).acquire()
    os._exit(9)


def test_the_lock_of_a_dead_writer_is_broken_at_once(file, monkeypatch):
    monkeypatch.setattr(journal, "FOREIGN", 60)
    study(file)
    process = multiprocessing.get_context("fork").Process(target=_die_with_the_lock, args=(file,))
    process.start()
    process.join()
    assert process.exitcode == 9 and journal.Lock(file).link.is_symlink()
    begin = time.monotonic()
    study(file).set_user_attr("a", 1)
    assert time.monotonic() - begin < 30


def test_a_living_writer_is_waited_for(file):
    study(file)
    held, taken = journal.Lock(file), threading.Event()
    held.acquire()
    other = threading.Thread(target=lambda: (study(file).set_user_attr("a", 1), taken.set()))
    other.start()
    assert not taken.wait(0.5), "two writers at once"
    held.release()
    assert taken.wait(10)
    other.join()


def test_optunas_own_writers_are_kept_out_and_waited_for(file, monkeypatch):
    monkeypatch.setattr(journal, "FOREIGN", 0.5)
    study(file)
    theirs = optuna.storages.journal.JournalFileSymlinkLock(str(file))
    theirs.acquire()
    ours, taken = journal.Lock(file), threading.Event()
    waiting = threading.Thread(target=lambda: (ours.acquire(), taken.set()))
    waiting.start()
    assert not taken.wait(0.2)
    theirs.release()
    assert taken.wait(5)
    waiting.join()
    with pytest.raises(FileExistsError):
        os.symlink(str(file), f"{file}.lock")
    ours.release()
    theirs.acquire()  # and if they died:
    begin = time.monotonic()
    ours.acquire()
    assert 0.4 < time.monotonic() - begin < 3
    ours.release()


def test_another_file_is_refused_by_name(tmp_path):
    (tmp_path / "other").write_text("this is no journal\n" * 2)
    with pytest.raises(SweepError, match="other: no journal of Optuna's"):
        journal.open_journal(tmp_path / "other")
    with pytest.raises(SweepError, match="cannot keep the study there"):
        journal.open_journal(tmp_path / "other" / "below")
