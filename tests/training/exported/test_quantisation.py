"""Layers are quantised one after the other as long as what is measured passes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from test_onnx_folder import SENTENCES, tagger_of

from ner_lab.models import MLP
from ner_lab.training.exported import onnx_folder, quantisation
from ner_lab.training.exported.manifest import Manifest
from ner_lab.training.exported.onnx_reader import OnnxReader
from ner_lab.training.exported.quantisation import quantised
from ner_lab.types import UserError

pytestmark = pytest.mark.seconds

LAYERS = {"layer.0", "layer.1", "word_embeddings", "position_embeddings", "token_type_embeddings", "between"}


@pytest.fixture
def exact(tmp_path):
    return onnx_folder.write(*tagger_of(between=MLP), 0, tmp_path)


def operators(folder):
    return {node.op_type for node in onnx.load(folder / "model.onnx").graph.node}


def test_all_layers_but_the_head_are_quantised_where_nothing_is_lost(exact, tmp_path):
    lines: list[str] = []
    reader, rounds = quantised(tmp_path, exact, SENTENCES, lambda reader: (0.1, -0.2), 0.5, lines.append)
    assert [len(one.left) for one in rounds] == [5, 4, 3, 2, 1, 0]
    assert lines[0] == "int8 with 5 of 6 layers in float32: F1 on dev +0.10 points, at the least -0.20"
    assert lines[-1] == "int8: F1 on dev +0.10 points, at the least -0.20"
    assert "MatMulInteger" in operators(tmp_path)
    assert reader.manifest.precision == "int8" and abs(reader.scores(SENTENCES) - exact.scores(SENTENCES)).max() > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.json", "model.onnx", "tokenizer.json"]


def test_layers_that_change_least_are_quantised_first_and_the_last_that_passed_is_kept(exact, tmp_path):
    expected, lows = exact.scores(SENTENCES), iter([-0.1, -0.5, -0.4, -0.6, 0.0, 0.0])
    scores = []

    def measure(reader):
        scores.append(reader.scores(SENTENCES))
        return 0.0, next(lows)

    reader, rounds = quantised(tmp_path, exact, SENTENCES, measure, 0.5, lambda line: None)
    assert [len(one.left) for one in rounds] == [5, 4, 3, 2]  # nothing is looked at after the first that fails
    assert set(rounds[0].left) < LAYERS and rounds[0].left[:4] == rounds[1].left
    apart = [float(abs(one - expected).mean()) for one in scores]
    assert apart[0] < apart[1] < apart[3]
    read = OnnxReader(tmp_path, Manifest.read(tmp_path), "cpu")
    for one in (read, reader):
        assert np.array_equal(one.scores(SENTENCES), scores[2])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.json", "model.onnx", "tokenizer.json"]


def test_it_is_given_up_where_no_layer_passes(exact, tmp_path):
    tried = []

    def measure(reader):
        tried.append(reader)
        return -2.0, -3.0

    with pytest.raises(UserError, match=r"given up: with \S+ alone in int8 F1 on dev may be 3.00 points lower"):
        quantised(tmp_path, exact, SENTENCES, measure, 0.5, lambda line: None)
    assert len(tried) == 1


@pytest.mark.parametrize("lost", [1, 2, 5])
def test_what_loses_more_passes_no_more_often_than_at_one_look(tmp_path, monkeypatch, lost):
    """Looks that know nothing of each other, of which those with fewer than `lost` layers in float32 lose as much as is
    allowed, so that a single one passes in 2.5 % of all cases."""
    exact = SimpleNamespace(manifest=SimpleNamespace(write=lambda folder: None))
    source = tmp_path / "float32.onnx"
    monkeypatch.setattr(quantisation, "_in_float32", lambda *_: (source, {name: [] for name in LAYERS}, []))
    monkeypatch.setattr(quantisation, "_most_changing", lambda *_: sorted(LAYERS))
    monkeypatch.setattr(quantisation, "_written", lambda folder, *_: (folder / "model.onnx").touch() or exact)
    random, wrong = np.random.default_rng(0), 0
    for _ in range(4000):
        source.touch()
        left = iter(range(5, -1, -1))

        def measure(reader, left=left):
            return 0.0, random.normal() - 1.96 - 0.5 if next(left) < lost else 0.0

        _, rounds = quantised(tmp_path, exact, SENTENCES, measure, 0.5, lambda line: None)
        wrong += any(len(one.left) < lost and one.low >= -0.5 for one in rounds)
    assert 0.015 <= wrong / 4000 <= 0.035
