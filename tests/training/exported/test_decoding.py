"""Decoding in numpy against the heads in torch, on random, extreme and equal scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ner_lab.models import CRFHead, LinearHead
from ner_lab.tags import label_set, to_spans
from ner_lab.training.exported import decoding, graph
from ner_lab.training.exported.decoding import MOVES, decode, viterbi

LENGTHS = np.array([1, 2, 3, 5, 9, 17, 30])


def potentials_of(kind, scale, equal, types, seed):
    """Potentials of a head in torch, and what numpy is given for the same."""
    torch.manual_seed(seed)
    labels = label_set([f"T{i}" for i in range(types)])
    K = len(labels)
    emissions_BWK = scale * torch.randn(len(LENGTHS), LENGTHS.max(), K)
    head = CRFHead(K, labels) if kind == "crf" else LinearHead(K, labels, decode=kind)
    head.emission.weight.data, head.emission.bias.data = torch.eye(K), torch.zeros(K)
    if kind == "crf":
        for scores in (head.start_K, head.trans_KK, head.end_K):
            torch.nn.init.normal_(scores, std=scale)
    if equal:
        emissions_BWK = emissions_BWK.round()
    mask_BW = torch.arange(int(LENGTHS.max())) < torch.from_numpy(LENGTHS)[:, None]
    links = decoding.links_of(graph.chain_scores(head), labels) if kind == "crf" else None
    with torch.no_grad():
        return head(emissions_BWK, mask_BW), (emissions_BWK.numpy(), LENGTHS, labels, graph.decoding_of(head), links)


@pytest.mark.parametrize("kind", ["greedy", "viterbi", "crf"])
@pytest.mark.parametrize(("scale", "equal"), [(1.0, False), (1.0, True), (30.0, False), (1e4, False)])
@pytest.mark.parametrize("types", [1, 4])
def test_tags_and_confidences_are_those_of_torch(kind, scale, equal, types):
    if equal and kind == "viterbi":
        pytest.skip("a softmax rounds equal sums apart, and each library in a way of its own")
    for seed in range(3):
        potentials, given = potentials_of(kind, scale, equal, types, seed)
        labels = given[2]
        found = decode(*given)
        with torch.no_grad():
            expected_BW = potentials.decode()
        assert found.labels_BW.tolist() == expected_BW.tolist()
        for b, words in enumerate(LENGTHS.tolist()):
            labels_W = expected_BW[b, :words].tolist()
            spans = [(s.begin, s.end) for s in to_spans([labels[k] for k in labels_W])]
            sure = potentials.span_confidence(b, spans, labels_W) if spans else []
            assert found.span_confidence(b, spans) == pytest.approx(sure, abs=1e-4)


def test_a_large_batch_is_taken_in_parts(monkeypatch):
    _, given = potentials_of("crf", 1.0, False, 4, 0)
    whole = decode(*given).labels_BW
    assert given[0].size < MOVES
    monkeypatch.setattr("ner_lab.training.exported.decoding.MOVES", 1)
    assert decode(*given).labels_BW.tolist() == whole.tolist()


def test_no_sentences_and_no_words():
    zero_K = np.zeros(3, np.float32)
    for shape in ((0, 4, 3), (2, 0, 3)):
        found = viterbi(
            np.zeros(shape, np.float32), np.zeros(shape[0], int), zero_K, np.zeros((3, 3), np.float32), zero_K
        )
        assert found.shape == shape[:2]
