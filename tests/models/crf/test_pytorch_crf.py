"""The CRF against pytorch-crf, and through it."""

from __future__ import annotations

import pytest
import torch
import torchcrf
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_lab.losses.cross_entropy import CrossEntropy
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.tags import label_set
from ner_lab.types import UserError

LABELS = label_set(["PER", "LOC", "ORG"])


def heads(seed: int, scale: float = 1.0) -> tuple[CRFHead, CRFHead]:
    """The same parameters behind both backends."""
    torch.manual_seed(seed)
    native, library = CRFHead(8, LABELS), CRFHead(8, LABELS, backend="pytorch-crf")
    for parameter in native.parameters():
        torch.nn.init.normal_(parameter, std=scale)
    library.load_state_dict(native.state_dict())
    return native, library


@settings(max_examples=25)
@given(
    lengths=st.lists(st.integers(0, 40), min_size=1, max_size=6),
    seed=st.integers(0, 2**31),
    scale=st.sampled_from([0.3, 1.0, 5.0]),
)
def test_both_backends_agree(lengths: list[int], seed: int, scale: float) -> None:
    """Ragged batches, empty sentences among them, in float64: values, gradients, best paths."""
    native, library = (head.double() for head in heads(seed, scale))
    W = max(lengths)
    hidden_BWD, mask_BW = torch.randn(len(lengths), W, 8).double(), torch.arange(W) < torch.tensor(lengths)[:, None]
    gold_BW = native(torch.randn(len(lengths), W, 8).double(), mask_BW).decode()  # some feasible sequence
    results = []
    for head in (native, library):
        p = head(hidden_BWD, mask_BW)
        nll_B = p.nll_B(gold_BW)
        (nll_B * torch.arange(1.0, 1 + len(lengths))).sum().backward()
        # Where no sentence has two words the library leaves the transitions without a gradient, and native gives 0.
        gradients = [parameter.grad for parameter in head.parameters()]
        pairs = zip(gradients, head.parameters(), strict=True)
        results.append([nll_B, *(torch.zeros_like(leaf) if gradient is None else gradient for gradient, leaf in pairs)])
        assert p.decode().equal(native(hidden_BWD, mask_BW).decode())
    torch.testing.assert_close(results[0], results[1], rtol=1e-9, atol=1e-9)


def test_native_agrees_with_the_library_without_constraints() -> None:
    """`torchcrf.CRF` as its users have it, float32."""
    torch.manual_seed(0)
    crf = torchcrf.CRF(4, batch_first=True)
    native = CRFHead(4, ["O", "B-A", "B-B", "B-C"])  # IOB2 forbids nothing among these
    native.load_state_dict(
        {
            "emission.weight": torch.eye(4),
            "emission.bias": torch.zeros(4),
            "start_K": crf.start_transitions,
            "trans_KK": crf.transitions,
            "end_K": crf.end_transitions,
        }
    )
    emissions_BWK, gold_BW = torch.randn(3, 20, 4), torch.randint(4, (3, 20))
    mask_BW = torch.arange(20) < torch.tensor([20, 11, 1])[:, None]
    p = native(emissions_BWK, mask_BW)
    theirs_B = -crf(emissions_BWK, gold_BW, mask_BW, reduction="none")
    torch.testing.assert_close(p.nll_B(gold_BW), theirs_B, rtol=1e-5, atol=1e-5)
    for ours, theirs in zip(p.decode(), crf.decode(emissions_BWK, mask_BW), strict=True):
        assert ours[: len(theirs)].tolist() == theirs


def test_losses_on_marginals_are_refused_by_name_in_training_only() -> None:
    native, library = heads(0)
    hidden_BWD, mask_BW = torch.randn(2, 5, 8), torch.ones(2, 5, dtype=torch.bool)
    gold_BW = torch.zeros(2, 5, dtype=torch.long)
    with pytest.raises(UserError, match=r"model\.head\.backend=pytorch-crf has no token marginals"):
        CrossEntropy()(library(hidden_BWD, mask_BW), gold_BW)
    with torch.no_grad():
        p = library(hidden_BWD, mask_BW)
        assert p.log_probs_BWK.equal(native(hidden_BWD, mask_BW).log_probs_BWK)
    p = library(hidden_BWD, mask_BW)
    spans, labels_W = [(0, 2), (3, 4)], [1, 2, 0, 3, 0]
    assert p.span_confidence(0, spans, labels_W) == native(hidden_BWD, mask_BW).span_confidence(0, spans, labels_W)
    assert p.k_best(3)[0].equal(native(hidden_BWD, mask_BW).k_best(3)[0])


def test_forbidden_and_unknown_gold_through_the_library() -> None:
    _, library = heads(0)
    p = library(torch.randn(2, 3, 8), torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(UserError, match="sentence 0 of the batch: word 1 is I-LOC"):
        p.nll_B(torch.tensor([[0, LABELS.index("I-LOC"), 0], [0, 0, 0]]))
    nll_B = p.nll_B(torch.tensor([[0, -1, 0], [0, 0, 0]]))
    assert nll_B[0] == torch.inf and nll_B[1].isfinite()


def test_the_library_is_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    for name in ("forward", "decode"):
        method = getattr(torchcrf.CRF, name)
        monkeypatch.setattr(
            torchcrf.CRF, name, lambda *a, name=name, method=method, **k: calls.append(name) or method(*a, **k)
        )
    hidden_BWD, mask_BW = torch.randn(1, 3, 8), torch.ones(1, 3, dtype=torch.bool)
    for head in heads(0):
        p = head(hidden_BWD, mask_BW)
        p.nll_B(torch.zeros(1, 3, dtype=torch.long))
        p.decode()
    assert calls == ["forward", "decode"]
