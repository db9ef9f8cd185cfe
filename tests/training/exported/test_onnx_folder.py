"""An export in ONNX against the run's own model: every head, pooling and layer between, tags and confidences."""

from __future__ import annotations

import io
import json
import logging
import shutil

import numpy as np
import pytest
import torch

from ner_lab import newswire
from ner_lab.data.context import with_context
from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder
from ner_lab.models import MLP, BiLSTM, CosineHead, CRFHead, Encoder, LinearHead, Nothing
from ner_lab.tags import label_set
from ner_lab.training import inference
from ner_lab.training.exported import agreement, graph, onnx_folder
from ner_lab.training.exported.manifest import Manifest, sha256
from ner_lab.training.exported.onnx_reader import OnnxReader
from ner_lab.training.tagger import Tagger
from ner_lab.types import Sentence, UserError

pytestmark = pytest.mark.seconds

LABELS = label_set(["LOC", "ORG", "PER"])
SENTENCES = [
    *newswire.generate(size=30, seed=1)["train"],
    Sentence(("x",)),
    Sentence(("a", "b", "c", "d", "e", "f", "g") * 30),
    Sentence(("\u200b", "antidisestablishmentarianism" * 9, "rain")),
    Sentence(()),
]


def tagger_of(head=LinearHead, between=Nothing, name="tiny", labels=LABELS, lora=None, decode=None, **reads):
    """A random tagger whose tags are of all kinds."""
    torch.manual_seed(0)
    encoder = Encoder(str(name), kernels="stock", lora=lora, **reads)
    layer = between(encoder.width)
    tagger = Tagger(encoder, layer, head(layer.width, labels, **({"decode": decode} if decode else {})), None, labels)
    for parameter_name, parameter in tagger.named_parameters():
        if "lora_" in parameter_name or parameter_name in ("head.start_K", "head.trans_KK", "head.end_K"):
            torch.nn.init.normal_(parameter)
    emission = getattr(tagger.head, "emission", None)
    if emission is not None:
        torch.nn.init.normal_(emission.weight, std=3 / layer.width**0.5)
    return tagger.eval(), SubwordEncoder(encoder.tokenizer, encoder.max_subwords)


def compared(tagger, encoder, folder, context=0):
    sentences = list(with_context(SENTENCES, context))
    said = inference.annotate(tagger, encoder, sentences, tagger.labels, 8, details=False)
    onnx_folder.write(tagger, encoder, context, folder)
    reader = OnnxReader(folder, Manifest.read(folder), batch_size=5)
    assert (reader.labels, reader.context) == (tagger.labels, context)
    read = reader.annotate(sentences)
    assert len({tag for p in said for tag in p.tags}) > 3, "one tag everywhere would agree by chance"
    for ours, theirs in zip(said, read, strict=True):
        assert theirs.tags == ours.tags
        assert [e[:3] if isinstance(e, tuple) else (e.begin, e.end, e.type) for e in theirs.entities] == [
            (e.begin, e.end, e.type) for e in ours.entities
        ]
        assert [e.confidence for e in theirs.entities] == pytest.approx([e.confidence for e in ours.entities], abs=2e-4)
    return reader


@pytest.mark.parametrize(
    ("head", "between", "reads"),
    [
        (LinearHead, Nothing, {"pooling": "first", "decode": "greedy"}),
        (CRFHead, BiLSTM, {"pooling": "mean", "max_subwords": 16}),
        (CosineHead, MLP, {"pooling": "max", "decode": "viterbi", "layers": [-1, -2]}),
        (CRFHead, Nothing, {"pooling": "last", "layers": [-2]}),
    ],
)
def test_every_head_pooling_and_layer_between_tags_as_the_run(head, between, reads, tmp_path):
    compared(*tagger_of(head, between, **reads), tmp_path)


POOLINGS = ("first", "mean", "max", "last")
BETWEEN = (Nothing, MLP, BiLSTM)
HEADS = (
    (LinearHead, "greedy"),
    (LinearHead, "viterbi"),
    (CosineHead, "greedy"),
    (CosineHead, "viterbi"),
    (CRFHead, None),
)


@pytest.mark.slow
@pytest.mark.parametrize("pooling", range(len(POOLINGS)))
@pytest.mark.parametrize("head", range(len(HEADS)))
def test_all_pairs(head, pooling, tmp_path):
    """Each head with each pooling, and each of either with each layer between them."""
    kind, decode = HEADS[head]
    between = BETWEEN[(head + pooling) % len(BETWEEN)]
    compared(*tagger_of(kind, between, pooling=POOLINGS[pooling], decode=decode, max_subwords=24), tmp_path)


def test_document_context_is_read_and_windows_are_cut_as_in_the_run(tmp_path):
    compared(*tagger_of(CRFHead, max_subwords=32), tmp_path, context=2)


def test_adapters_are_merged(tmp_path):
    pytest.importorskip("peft", reason="the extra lora is not installed")
    lora = {"r": 2, "alpha": 4, "dropout": 0.0, "target_modules": None}
    compared(*tagger_of(lora=lora), tmp_path)
    assert b"lora_A" not in (tmp_path / "model.onnx").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "deberta-v2"])
def test_every_architecture_with_a_stand_in(architecture, encoder_folder, tmp_path):
    compared(*tagger_of(CRFHead, name=encoder_folder(architecture), pooling="mean"), tmp_path)


def test_bilstm_of_several_layers(tmp_path):
    compared(*tagger_of(between=lambda width: BiLSTM(width, size=5, layers=2)), tmp_path)


def test_a_part_that_is_not_ours_is_refused_by_name():
    class OwnHead(LinearHead):
        pass

    tagger, _ = tagger_of(OwnHead)
    with pytest.raises(UserError, match=r"run=x: format=onnx cannot hold the head OwnHead.*format=safetensors"):
        graph.refuse_unholdable(tagger, "run=x")


def test_a_package_that_is_not_there_is_told_first(monkeypatch):
    graph.refuse_missing()
    monkeypatch.setattr(graph, "find_spec", lambda name: None if name == "onnxscript" else object())
    with pytest.raises(UserError, match=r"format=onnx needs the packages onnxscript: pip install 'ner-lab\[export\]'"):
        graph.refuse_missing()


def test_other_tags_are_told_with_the_sentence():
    tagger, encoder = tagger_of()
    said = inference.annotate(tagger, encoder, SENTENCES, LABELS, 8, details=False)
    tagger.head.emission.bias.data[1] += 100
    other = inference.annotate(tagger, encoder, SENTENCES, LABELS, 8, details=False)
    agreement.refuse_other_tags(said, said)
    with pytest.raises(UserError, match=r"given up: it tags \d+ of 34 sentences.* gets B-LOC instead of"):
        agreement.refuse_other_tags(said, other)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    onnx_folder.write(*tagger_of(CRFHead), 0, folder)
    return folder


def _changed(**changes):
    def change(folder):
        file = folder / "export.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    return change


def _flipped(name):
    def change(folder):
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)

    return change


def _relabelled(name, content):
    """Another file, with the checksum of it: what somebody sends who knows the format."""

    def change(folder):
        (folder / name).write_bytes(content)
        file = folder / "export.json"
        found = json.loads(file.read_text())
        found["sha256"][name] = sha256(content)
        file.write_text(json.dumps(found))

    return change


def npy_header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_flipped("model.onnx"), r"model\.onnx: is not what was exported"),
        (_flipped("tokenizer.json"), r"tokenizer\.json: is not what was exported"),
        (lambda folder: (folder / "model.onnx").unlink(), r"model\.onnx: missing"),
        (_relabelled("model.onnx", b"nonsense"), r"model\.onnx: cannot be loaded"),
        (_relabelled("tokenizer.json", b"{}"), r"tokenizer\.json: is no tokenizer"),
        (_relabelled("tokenizer.json", b"\xff\x00"), r"tokenizer\.json: is no tokenizer"),
        (lambda folder: (folder / "export.json").write_text("[1"), r"export\.json:1: no JSON"),
        (_changed(version=2), r"export\.json: version is 2, and this ner-lab reads 1"),
        (_changed(labels=["O", "X"]), r"export\.json: labels must be a list of IOB2 labels"),
        (_changed(labels=["O", "B-X"], decoding="greedy"), r"no finite score for each of 2 labels"),
        (_changed(max_subwords=1e9), r"export\.json: max_subwords must be"),
        (_changed(sha256={}), r"is not what was exported"),
        (_changed(decoding="eval"), r"decoding must be one of greedy, viterbi, crf"),
        (_changed(decoding="head"), r"decoding=head is of format=safetensors"),
        (lambda folder: (folder / "crf.npy").unlink(), r"crf\.npy: missing"),
        (_relabelled("crf.npy", b"cposix\nsystem\n(S'true'\ntR."), r"crf\.npy: is no array"),
        (_relabelled("crf.npy", npy(np.array([{}], dtype=object))), r"crf\.npy: is no array"),
        (  # of more numbers than there is memory for
            _relabelled(
                "crf.npy", npy_header(b"{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000000, 7), }\n")
            ),
            r"crf\.npy: is no array",
        ),
        (_relabelled("crf.npy", npy(np.zeros((9, 6), np.float32))), r"crf\.npy: must be 9 rows of 7 numbers"),
        (_relabelled("crf.npy", npy(np.full((9, 7), np.nan, np.float32))), r"crf\.npy: holds numbers that are not"),
        (_changed(calibration=3), r"calibration must be an object, or null"),
    ],
)
def test_a_damaged_export_is_one_message(damage, message, exported, tmp_path):
    folder = shutil.copytree(exported, tmp_path / "copy")
    damage(folder)
    with pytest.raises(UserError, match=message):
        OnnxReader(folder, Manifest.read(folder)).annotate([Sentence(("Oslo", "rains"))])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"device": "gpu"}, "device=gpu: must be"),
        ({"device": "cuda"}, "has no CUDA"),
        ({"precision": "bfloat16"}, "float32"),
    ],
)
def test_settings_that_an_export_cannot_have(settings, message, exported):
    with pytest.raises(UserError, match=message):
        OnnxReader(exported, Manifest.read(exported), **settings)


def test_tracing_leaves_the_logging_of_others_alone(exported):
    assert logging.root.manager.disable == 0
    assert RunFolder(exported).finished is False
