"""Run folders that somebody else made: nothing is written through their links, read without end, or waited for."""

from __future__ import annotations

import os
import resource
import struct
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from cpu_time import at_most
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.files.plain import LARGEST_JSON, read_json
from ner_lab.models.encoder import load
from ner_lab.models.encoder.pretrained import count_parameters
from ner_lab.report import curves, sentence_counts
from ner_lab.training.assembly import _is_label, _refuse_size, save_architecture
from ner_lab.training.run_lock import hold, refuse_links, sole_writer
from ner_lab.types import UserError

HUGE = 2**31


def sparse(path: Path, head: bytes = b"") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(HUGE)


@pytest.mark.parametrize("lies", [".lock", "train.log", "tensorboard/events", "checkpoints", "label_errors/fold-0/x"])
def test_nothing_is_written_through_a_link(tmp_path: Path, lies: str) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    link = tmp_path / "run" / lies
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(mine)
    with pytest.raises(UserError, match=r"is a link to .*mine, .*trust=true"):
        refuse_links(tmp_path / "run", trust=False)
    refuse_links(tmp_path / "run", trust=True)
    with pytest.raises(UserError), sole_writer(tmp_path / "run"):
        pass
    assert mine.read_text() == "mine"


def test_a_lock_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".lock").symlink_to(tmp_path / "mine")
    with pytest.raises(UserError, match="nothing can be written"):
        hold(tmp_path / "run")
    assert (tmp_path / "mine").read_text() == "mine"


def test_files_of_absurd_size_are_refused_at_once(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    sparse(folder.metrics)
    sparse(folder.predictions("test"), b'{"id": "')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most(10), pytest.raises(UserError, match="larger than"):
        read_json(folder.metrics)
    with at_most(10), pytest.raises(UserError, match=r"test\.jsonl:1: longer than"):
        list(read_run(folder, "test"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * LARGEST_JSON / 1024


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_predictions_are_a_plain_file(tmp_path: Path, make) -> None:
    path = RunFolder(tmp_path).predictions("test")
    path.parent.mkdir()
    make(path)
    with pytest.raises(UserError, match="no plain file"):
        list(read_run(RunFolder(tmp_path), "test"))


def record(length: int, event: bytes = b"") -> bytes:
    head = struct.pack("<Q", length)
    return head + struct.pack("<I", masked_crc32c(head)) + event + struct.pack("<I", masked_crc32c(event))


def scalar(*shape: int) -> bytes:
    event = Event(step=1, wall_time=1.0)
    value = event.summary.value.add(tag="dev/loss")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.tensor.dtype = 1
    value.tensor.float_val.append(0.5)
    for size in shape:
        value.tensor.tensor_shape.dim.add(size=size)
    return record(event.ByteSize(), event.SerializeToString())


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (record(2**62), "a record of 4,611,686,018,427,387,904 bytes"),
        (record(2**21, b"x" * 2**21), "a record of 2,097,152 bytes"),
        (scalar() + scalar(10**8), "no single number"),
        (scalar(10**10), "no single number"),
    ],
)
def test_events_that_claim_to_be_large(tmp_path: Path, events: bytes, said: str) -> None:
    path = tmp_path / "tensorboard" / "events.out.tfevents.1"
    path.parent.mkdir()
    path.write_bytes(events)
    with pytest.raises(UserError, match=said):
        curves.read(tmp_path)
    path.write_bytes(scalar())
    read = curves.read(tmp_path)
    assert read and read.values == {"dev/loss": {1: 0.5}}


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize("name", ["tensorboard/events.out.tfevents.1", "predictions/test.counts.npz"])
def test_nobody_waits_for_a_pipe(tmp_path: Path, name: str, make) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    make(path)
    if name.startswith("tensorboard"):
        with pytest.raises(UserError, match="no plain file"):
            curves.read(tmp_path)
    else:
        RunFolder(tmp_path).predictions("test").write_text("\n")
        with pytest.raises(UserError, match="it ends in the middle"):
            sentence_counts.of_run(RunFolder(tmp_path), "test")


@pytest.mark.parametrize("name", ["tokenizer.json", "special_tokens_map.json", "chat_template.jinja"])
def test_an_encoder_of_absurd_files(tmp_path: Path, name: str) -> None:
    model, tokenizer = load("tiny")
    model.config.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    sparse(tmp_path / name)
    with pytest.raises(UserError, match=f"{name} is larger than"):
        load(str(tmp_path), weights=False)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(UserError, match=f"{name} is no plain file"):
        load(str(tmp_path), weights=False)


def test_labels_are_tags() -> None:
    assert all(map(_is_label, ("O", "B-PER", "I-\u4eba")))
    assert not any(map(_is_label, ("", "PER", "\x1b]0;x\x07", 3, None)))


def test_a_few_numbers_do_not_stand_for_many(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    model, tokenizer = load("tiny")
    save_architecture(SimpleNamespace(model=model, tokenizer=tokenizer), folder)
    wanted = count_parameters(folder.encoder)
    _refuse_size(folder, model.state_dict(), wanted)
    with pytest.raises(UserError, match="the two are not of one run"):
        _refuse_size(folder, {"weight": torch.zeros(1).expand(10**10)}, wanted)


def test_a_link_within_the_folder_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "run" / "real").mkdir(parents=True)
    (tmp_path / "run" / "checkpoints").symlink_to("real")
    (tmp_path / "link").symlink_to("run")
    refuse_links(tmp_path / "link", trust=False)
    (tmp_path / "run" / "loop").symlink_to("loop")
    refuse_links(tmp_path / "link", trust=False)
    with sole_writer(tmp_path / "link"):
        pass


@pytest.mark.seconds
@pytest.mark.parametrize("how", ["train", "sweep", "grid"])
def test_links_are_refused_before_anything_is_written_and_trusted_on_ones_word(
    ner_lab, corpus: Path, tmp_path: Path, how: str
) -> None:
    mine, folder = tmp_path / "mine", tmp_path / "s"
    mine.mkdir()
    (mine / "train.log").write_text("mine\n")
    words = ["train", "model=tiny", "data=column", f"data.dir={corpus}", "trainer=cpu", "trainer.max_steps=1"]
    words += ["logger=none", "data.cache=null"]
    if how == "train":
        folder.joinpath(".hydra").mkdir(parents=True)
        folder.joinpath("checkpoints").symlink_to(mine)
        words += ["hydra.run.dir=s"]
    else:
        folder.mkdir()
        folder.joinpath("multirun.yaml").write_text("")
        folder.joinpath("0").mkdir()
        folder.joinpath("0", "checkpoints").symlink_to(mine)
        words[1:1] = ["-m"]
        words += ["seed=1", "hydra.sweep.dir=s", *(["hydra/sweeper=basic"] if how == "grid" else [])]
    refused = ner_lab(*words)
    assert refused.returncode == 1 and "is a link to" in refused.stderr and "trust=true" in refused.stderr
    assert "Traceback" not in refused.stderr and os.listdir(mine) == ["train.log"]
    assert (mine / "train.log").read_text() == "mine\n"
    trusted = ner_lab(*words, "trust=true")
    assert trusted.returncode == 0, trusted.stderr
    assert (len(os.listdir(mine)) > 1) == (how != "sweep")  # whose trials have new folders
