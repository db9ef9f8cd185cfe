"""The tag scheme as tables, against the rule of the tags themselves and against Viterbi with a table."""

from __future__ import annotations

import random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_lab.models import WordDecoder
from ner_lab.models.crf.chain import mixing_steps
from ner_lab.models.crf.decode import viterbi
from ner_lab.models.crf.scheme import allowed_transitions, few_of_each_kind
from ner_lab.tags import allows, label_set, violations

LABELS = [f"{prefix}-{type_}" for type_ in "VWXYZ" for prefix in "BI"]
some_labels = st.lists(st.sampled_from(LABELS), unique=True).map(lambda labels: ["O", *labels])


@given(some_labels)
def test_tables_are_the_rule(labels: list[str]) -> None:
    start_K, follow_KK = allowed_transitions(labels)
    assert start_K.tolist() == [allows("O", label) for label in labels]
    assert follow_KK.tolist() == [[allows(before, after) for after in labels] for before in labels]


@given(some_labels)
def test_few_labels_mix_as_all(labels: list[str]) -> None:
    few = few_of_each_kind(labels)
    assert mixing_steps(*allowed_transitions(few)) == mixing_steps(*allowed_transitions(labels))


@settings(max_examples=50)
@given(some_labels, st.integers(0, 2**20), st.booleans())
def test_best_allowed_is_viterbi_with_the_table(labels: list[str], seed: int, ties: bool) -> None:
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.tensor([random.Random(seed).randint(0, 20) for _ in range(4)])
    mask_BW = torch.arange(20) < lengths[:, None]
    logits_BWK = torch.randn(4, 20, len(labels), generator=generator) * 3
    log_probs_BWK = (logits_BWK.round() if ties else logits_BWK).log_softmax(-1)
    start_K, follow_KK = allowed_transitions(labels)
    zero_K = torch.zeros(len(labels))
    expected_BW = viterbi(
        log_probs_BWK,
        mask_BW,
        zero_K.masked_fill(~start_K, -torch.inf),
        torch.zeros(follow_KK.shape).masked_fill(~follow_KK, -torch.inf),
        zero_K,
    )
    assert WordDecoder(labels, "viterbi")(log_probs_BWK, mask_BW).equal(expected_BW)


def test_viterbi_in_parts_is_viterbi(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    mask_BW = torch.arange(6) < torch.tensor([6, 0, 3, 1, 5])[:, None]
    scores = torch.randn(5, 6, 4), mask_BW, torch.randn(4), torch.randn(4, 4), torch.randn(4)
    whole_BW = viterbi(*scores)
    monkeypatch.setattr("ner_lab.models.crf.decode.MOVES", 40)
    assert viterbi(*scores).equal(whole_BW)


def test_five_thousand_types() -> None:
    labels = label_set([f"T{i}" for i in range(5000)])
    mask_BW = torch.ones(2, 3, dtype=torch.bool)
    log_probs_BWK = torch.randn(2, 3, len(labels)).log_softmax(-1)
    assert WordDecoder(labels, "greedy")(log_probs_BWK, mask_BW).equal(log_probs_BWK.argmax(2))
    for path in WordDecoder(labels, "viterbi")(log_probs_BWK, mask_BW).tolist():
        assert not violations([labels[k] for k in path])
