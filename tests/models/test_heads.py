"""Heads that label words independently, and what all heads have in common."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest
import torch
from hydra.utils import instantiate
from omegaconf import OmegaConf

from ner_lab import conf
from ner_lab.models.cosine import CosineHead
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.models.crf.scheme import allowed_transitions
from ner_lab.models.head import Head
from ner_lab.models.independent import IndependentPotentials
from ner_lab.models.linear import LinearHead
from ner_lab.tags import label_set

LABELS = label_set(["PER", "LOC"])
CONFIGS = sorted((Path(conf.__path__[0]) / "model" / "head").glob("*.yaml"))


def ragged(lengths: list[int]) -> torch.Tensor:
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


@pytest.fixture(params=CONFIGS, ids=lambda path: path.stem)
def head(request: pytest.FixtureRequest) -> Head:
    torch.manual_seed(0)
    return instantiate(OmegaConf.load(request.param), width=8, labels=LABELS)


def test_the_configs_are_there() -> None:
    assert {path.stem for path in CONFIGS} >= {"linear", "crf", "cosine"}


def test_every_head_keeps_the_contract(head: Head) -> None:
    hidden_BWD, mask_BW = torch.randn(3, 6, 8, requires_grad=True), ragged([6, 2, 0])
    p = head(hidden_BWD, mask_BW)
    assert p.mask_BW.equal(mask_BW)
    best_BW = p.decode()
    assert best_BW.shape == (3, 6) and best_BW.dtype == torch.long and not best_BW[~mask_BW].any()
    gold_BW = torch.zeros(3, 6, dtype=torch.long)
    nll_B = p.nll_B(gold_BW)
    assert nll_B.shape == (3,) and nll_B[2] == 0 and (nll_B[:2] > 0).all()
    torch.testing.assert_close(p.log_probs_BWK.exp().sum(2)[mask_BW], torch.ones(8))
    assert p.log_probs_BWK is p.log_probs_BWK  # computed once
    nll_B.sum().backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in head.parameters())
    for confidence in p.span_confidence(0, [(0, 1), (0, 6), (5, 6)], [1, 2, 2, 2, 2, 1]):
        assert 0 < confidence < 1
    assert p.span_confidence(2, [], []) == []


def test_confidences_of_a_batch_are_one_copy_back(head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands on a GPU is asked for once: here it is overwritten after the first sentence."""
    hidden_BWD, mask_BW, spans, labels_W = torch.randn(3, 6, 8), ragged([6, 2, 4]), [(0, 2)], [1, 2, 0, 0, 0, 0]
    with torch.no_grad():
        first, again = head(hidden_BWD, mask_BW), head(hidden_BWD, mask_BW.clone())
        expected = [first.span_confidence(b, spans, labels_W) for b in range(3)]
        monkeypatch.setattr(torch.Tensor, "cpu", lambda tensor: tensor.clone())
        assert again.span_confidence(0, spans, labels_W) == expected[0]
        for tensor in vars(again).values():
            if isinstance(tensor, torch.Tensor):
                tensor.zero_()
        assert [again.span_confidence(b, spans, labels_W) for b in (1, 2)] == expected[1:]


def test_every_head_learns_a_toy_task(head: Head) -> None:
    gold_BW = torch.tensor([[1, 2, 0, 3], [0, 3, 4, 4]])
    hidden_BWD = torch.randn(2, 4, 8)
    optimizer = torch.optim.Adam(head.parameters(), 0.1)
    for _ in range(80):
        optimizer.zero_grad()
        head(hidden_BWD, ragged([4, 4])).nll_B(gold_BW).sum().backward()
        optimizer.step()
    assert head(hidden_BWD, ragged([4, 4])).decode().equal(gold_BW)


def test_every_head_computes_in_float32_under_autocast(head: Head) -> None:
    hidden_BWD = torch.randn(1, 5, 8)
    plain = head(hidden_BWD, ragged([5])).log_probs_BWK
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert head(hidden_BWD, ragged([5])).log_probs_BWK.equal(plain)
    assert head(hidden_BWD.bfloat16(), ragged([5])).log_probs_BWK.dtype == torch.float32
    assert head.double()(hidden_BWD.double(), ragged([5])).log_probs_BWK.dtype == torch.float64


@pytest.mark.parametrize("seed", range(3))
def test_viterbi_is_the_best_allowed_sequence(seed: int) -> None:
    torch.manual_seed(seed)
    head = LinearHead(8, LABELS, decode="viterbi")
    lengths = [5, 1, 0, 3]
    p = head(torch.randn(4, 5, 8) * 3, ragged(lengths))
    start, follow = allowed_transitions(LABELS)
    best_BW = p.decode()
    for b, words in enumerate(lengths):
        allowed = (
            path
            for path in product(range(5), repeat=words)
            if words == 0 or (start[path[0]] and all(follow[i][j] for i, j in pairwise(path)))
        )
        score = p.log_probs_BWK[b]
        best = max(allowed, key=lambda path: sum(score[t, k].item() for t, k in enumerate(path)))
        assert best_BW[b].tolist() == [*best, *[0] * (5 - words)]


def test_greedy_takes_each_word_alone() -> None:
    torch.manual_seed(0)
    p = LinearHead(8, LABELS, decode="greedy")(torch.randn(2, 5, 8) * 3, ragged([5, 3]))
    expected_BW = torch.where(ragged([5, 3]), p.log_probs_BWK.argmax(2), 0)
    assert p.decode().equal(expected_BW)
    start, follow = allowed_transitions(LABELS)
    path = expected_BW[0].tolist()
    # The case above breaks the scheme, so that it tells greedy from Viterbi.
    assert not (start[path[0]] and all(follow[i][j] for i, j in pairwise(path)))
    assert IndependentPotentials(p.emissions_BWK, p.mask_BW, LABELS).decode().equal(expected_BW)  # without asking


def test_independent_likelihood_and_confidence_by_hand() -> None:
    torch.manual_seed(0)
    p = LinearHead(8, LABELS)(torch.randn(2, 3, 8), ragged([3, 2]))
    probs = p.log_probs_BWK.exp().tolist()
    expected = -sum(p.log_probs_BWK[1, t, k].item() for t, k in enumerate([1, 2]))
    assert p.nll_B(torch.tensor([[0, 0, 0], [1, 2, 4]]))[1].item() == pytest.approx(expected)
    assert p.nll_B(torch.tensor([[0, -1, 0], [1, 2, -1]])).isinf().tolist() == [True, False]
    inside, other = p.span_confidence(0, [(0, 2), (2, 3)], [1, 2, 3])
    assert inside == pytest.approx(probs[0][0][1] * probs[0][1][2] * (1 - probs[0][2][2]), rel=1e-5)
    assert other == pytest.approx(probs[0][2][3], rel=1e-5)  # no next word


def test_cosine_knows_directions_only() -> None:
    torch.manual_seed(0)
    head, hidden_BWD = CosineHead(8, LABELS, scale=5.0), torch.randn(1, 4, 8)
    p = head(hidden_BWD, ragged([4]))
    torch.testing.assert_close(head(hidden_BWD * 100, ragged([4])).log_probs_BWK, p.log_probs_BWK)
    cosines = torch.nn.functional.cosine_similarity(hidden_BWD[0, :, None], head.vectors_KD, dim=-1)
    torch.testing.assert_close(p.log_probs_BWK[0], (5 * cosines).log_softmax(1))
    zero_BWD = torch.zeros(1, 4, 8, requires_grad=True)
    head(zero_BWD, ragged([4])).nll_B(torch.zeros(1, 4, dtype=torch.long)).sum().backward()
    assert zero_BWD.grad is not None and zero_BWD.grad.isfinite().all()
    assert head.log_scale.requires_grad and not CosineHead(8, LABELS, learn_scale=False).log_scale.requires_grad


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LinearHead(8, LABELS, decode="beam"), "decode is 'greedy' or 'viterbi', not 'beam'"),
        (lambda: CosineHead(8, LABELS, decode="beam"), "decode is 'greedy' or 'viterbi', not 'beam'"),
        (lambda: CosineHead(8, LABELS, scale=0), "scale is a number above 0, not 0"),
        (lambda: CosineHead(8, LABELS, scale=float("nan")), "scale is a number above 0, not nan"),
        (lambda: CRFHead(8, LABELS, backend="torchcrf"), "backend is 'native' or 'pytorch-crf', not 'torchcrf'"),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
