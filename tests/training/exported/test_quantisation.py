"""Layers are left in float32 until what is measured passes."""

from __future__ import annotations

import onnx
import pytest
from test_onnx_folder import SENTENCES, tagger_of

from ner_lab.models import MLP
from ner_lab.training.exported import onnx_folder
from ner_lab.training.exported.quantisation import quantised
from ner_lab.types import UserError

LAYERS = {"layer.0", "layer.1", "word_embeddings", "position_embeddings", "token_type_embeddings", "between"}


@pytest.fixture
def exact(tmp_path):
    return onnx_folder.write(*tagger_of(between=MLP), 0, tmp_path)


def operators(folder):
    return {node.op_type for node in onnx.load(folder / "model.onnx").graph.node}


def test_all_layers_but_the_head_are_quantised_where_nothing_is_lost(exact, tmp_path):
    lines: list[str] = []
    reader, rounds = quantised(tmp_path, exact, SENTENCES, lambda reader: (0.1, -0.2), 0.5, lines.append)
    assert [one.left for one in rounds] == [[]] and lines == ["int8: F1 on dev +0.10 points, at the least -0.20"]
    assert "MatMulInteger" in operators(tmp_path)
    assert reader.manifest.precision == "int8" and abs(reader.scores(SENTENCES) - exact.scores(SENTENCES)).max() > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.json", "model.onnx", "tokenizer.json"]


def test_layers_that_change_most_are_left_first_and_each_round_is_nearer(exact, tmp_path):
    expected, lows = exact.scores(SENTENCES), iter([-3.0, -2.0, -0.6, -0.5])
    apart = []

    def measure(reader):
        apart.append(float(abs(reader.scores(SENTENCES) - expected).mean()))
        return 0.0, next(lows)

    _, rounds = quantised(tmp_path, exact, SENTENCES, measure, 0.5, lambda line: None)
    assert [len(one.left) for one in rounds] == [0, 1, 2, 3]
    assert set(rounds[-1].left) < LAYERS and apart[0] > apart[1] > apart[3]


def test_it_is_given_up_where_no_layer_helps(exact, tmp_path):
    tried = []

    def measure(reader):
        tried.append(reader)
        return -2.0, -3.0

    with pytest.raises(UserError, match=r"given up: its F1 on dev may be 3.00 points lower.*tolerance=0.5 allows less"):
        quantised(tmp_path, exact, SENTENCES, measure, 0.5, lambda line: None)
    assert len(tried) == len(LAYERS)
