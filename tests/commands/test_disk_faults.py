"""A disk that is full or read-only: one message with path and reason, what was saved is whole, and resume goes on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import ner_lab
from ner_lab.files import RunFolder, disk_faults, replacing
from ner_lab.training.callbacks import checkpoint
from ner_lab.training.checkpoint_files import read_checkpoint
from ner_lab.types import UserError

TINY = ("model=tiny", "data=column", "trainer=cpu", "trainer.max_epochs=3", "logger=none", "data.cache=null")


@pytest.mark.seconds
def test_a_full_disk_is_one_message_and_what_was_saved_is_whole(ner_lab, corpus, tmp_path):
    words = ["train", *TINY, f"data.dir={corpus}", "hydra.run.dir=run"]
    for largest, file in ((3_000, ".hydra/config.yaml"), (30_000, "checkpoints/best.ckpt")):
        done = ner_lab(*words, largest=largest)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        assert f"{tmp_path / 'run' / file}: cannot be written (File too large)" in done.stderr
    # Weights alone are 0.9 MB, and with the optimizer's state three times that.
    done = ner_lab(*words, largest=1_500_000)
    assert "checkpoints/last.ckpt: cannot be written (File too large)" in done.stderr and "Traceback" not in done.stderr
    assert [file.name for file in (tmp_path / "run" / "checkpoints").iterdir()] == ["best.ckpt"]
    assert read_checkpoint(RunFolder(tmp_path / "run").best)["state_dict"]
    assert ner_lab(*words).returncode == 0
    done = ner_lab("evaluate", "run=run", "hydra.run.dir=evaluation", largest=3_000)
    assert done.returncode == 1 and "cannot be written (File too large)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.seconds
def test_resume_goes_on_when_there_is_room_again(corpus, tmp_path, monkeypatch):
    def refuse(path: Path):
        if path.name == "last.ckpt" and path.exists():
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return replacing(path)

    words = [*TINY, f"data.dir={corpus}"]
    with monkeypatch.context() as full:
        full.setattr(checkpoint, "replacing", refuse)
        with pytest.raises(UserError, match=r"last\.ckpt: cannot be written \(No space.*go on with: .* resume="):
            ner_lab.train(*words, f"hydra.run.dir={tmp_path / 'broken'}")
    ended = ner_lab.train(f"resume={tmp_path / 'broken'}")
    whole = ner_lab.train(*words, f"hydra.run.dir={tmp_path / 'whole'}")
    one, other = (read_checkpoint(RunFolder(run.folder).last)["state_dict"] for run in (ended, whole))
    assert all(value.equal(other[name]) for name, value in one.items()) and ended.metrics["dev"] == whole.metrics["dev"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_is_one_message(ner_lab, corpus, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    done = ner_lab("train", *TINY, f"data.dir={corpus}", "hydra.run.dir=locked/run")
    assert "cannot be made (Permission denied)" in done.stderr and "Traceback" not in done.stderr


def test_only_what_a_disk_refuses_becomes_a_message(tmp_path, monkeypatch):
    def refuse(path: Path, **how: bool) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    refused = pytest.raises(UserError, match=r"^here: cannot be written \(No space left on device\); make room$")
    with refused, disk_faults("here", lambda: "; make room"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with refused, disk_faults("here", lambda: "; make room"):  # of a tokenizer, whose errors are no OSErrors
        raise Exception("No space left on device (os error 28)")
    with pytest.raises(ValueError), disk_faults("here"):
        raise ValueError("error 28")
    with pytest.raises(OSError) as caught, replacing(tmp_path / "folder") as partial:
        partial.mkdir()
        raise Exception("No space left on device (os error 28)")
    assert caught.value.filename == str(tmp_path / "folder") and not list(tmp_path.iterdir())
    with monkeypatch.context() as read_only, pytest.raises(OSError) as caught, replacing(tmp_path / "file") as partial:
        read_only.setattr(Path, "unlink", refuse)
        refuse(partial)
    assert caught.value.filename == str(tmp_path / "file")
    with pytest.raises(OSError) as caught, replacing(tmp_path / "file"):
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/elsewhere", None, str(tmp_path / "file.partial"))
    assert caught.value.filename == str(tmp_path / "file")
    with pytest.raises(FileNotFoundError), disk_faults("here"):
        (tmp_path / "nowhere").read_text()
