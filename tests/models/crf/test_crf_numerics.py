"""The CRF in float32 against float64: extremes, long sentences, many labels, autocast, padding."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ner_lab.models.crf import potentials
from ner_lab.models.crf.chain import mixing_steps
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.models.crf.log_messages import LogMessages
from ner_lab.models.crf.potentials import CRFPotentials
from ner_lab.models.crf.probability_messages import ProbabilityMessages
from ner_lab.models.crf.scan_messages import ScanMessages
from ner_lab.models.crf.scheme import allowed_transitions
from ner_lab.tags import label_set

LABELS = label_set(["PER", "LOC"])


def potentials_of(
    labels: tuple[str, ...], emissions_BWK: Tensor, links: list[Tensor], mask_BW: Tensor
) -> CRFPotentials:
    start, follow = allowed_transitions(labels)
    start_K = torch.where(start, links[0], -torch.inf)
    trans_KK = torch.where(follow, links[1], -torch.inf)
    return CRFPotentials(emissions_BWK, mask_BW, start_K, trans_KK, links[2], labels, mixing_steps(start, follow))


def random_leaves(labels: tuple[str, ...], B: int, W: int, emissions: float, links: float) -> list[Tensor]:
    torch.manual_seed(0)
    K = len(labels)
    return [torch.randn(B, W, K) * emissions, torch.randn(K) * links, torch.randn(K, K) * links, torch.randn(K) * links]


def compare(labels: tuple[str, ...], leaves: list[Tensor], mask_BW: Tensor, rtol: float, atol: float) -> CRFPotentials:
    """float32 against float64 in log space: NLL of a middling path, marginals, focal's gradient; all finite.

    `atol` is in parts of the largest number of each compared tensor, or of 1.
    """
    exact = [leaf.double().requires_grad_() for leaf in leaves]
    ours = [leaf.clone().requires_grad_() for leaf in leaves]
    p64, p32 = (potentials_of(labels, leaf[0], leaf[1:], mask_BW) for leaf in (exact, ours))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(potentials, "choose_messages", lambda chain, steps: LogMessages)
        assert isinstance(p64._messages, LogMessages)
    gold_BW = p64.k_best(3)[0][:, -1]
    results = []
    for p, leaf in ((p64, exact), (p32, ours)):
        nll_B, log_probs_BWK = p.nll_B(gold_BW), p.log_probs_BWK
        gold_BW1 = gold_BW[..., None]
        log_gold_BW = log_probs_BWK.gather(2, gold_BW1)[..., 0]
        focal = (-log_gold_BW * (1 - log_gold_BW.exp()).clamp(min=1e-6) ** 0.5)[mask_BW].sum()
        gradients = [*torch.autograd.grad(nll_B.sum(), leaf, retain_graph=True), *torch.autograd.grad(focal, leaf)]
        assert all(gradient.isfinite().all() for gradient in gradients)
        results.append([nll_B, *gradients])
    for theirs, mine in zip(*results, strict=True):
        torch.testing.assert_close(
            mine,
            theirs.float(),
            rtol=rtol,
            atol=atol * max(1.0, theirs.detach().abs().max().item() if theirs.numel() else 0),
        )
    marginals_BWK = p32.log_probs_BWK
    assert (marginals_BWK <= 0).all()
    assert ((marginals_BWK == -torch.inf) == (p64.log_probs_BWK == -torch.inf)).all()
    feasible_BWK = (marginals_BWK > -torch.inf) & mask_BW[..., None]
    torch.testing.assert_close(
        marginals_BWK[feasible_BWK], p64.log_probs_BWK[feasible_BWK].float(), rtol=max(rtol, 1e-5), atol=10 * atol
    )
    torch.testing.assert_close(marginals_BWK.exp().sum(2), torch.ones(mask_BW.shape), rtol=1e-5, atol=1e-5)
    return p32


def ragged(lengths: list[int]) -> Tensor:
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


@pytest.mark.parametrize("lengths", [[1], [1, 1, 0], [512, 300, 1, 0], [4096]], ids=str)
def test_lengths(lengths: list[int]) -> None:
    p = compare(LABELS, random_leaves(LABELS, len(lengths), max(lengths), 2.0, 1.0), ragged(lengths), 1e-5, 1e-5)
    assert isinstance(p._messages, ProbabilityMessages)


@pytest.mark.parametrize(
    "labels", [("O",), ("O", "B-PER"), label_set([f"T{i}" for i in range(66)])], ids=lambda labels: f"K{len(labels)}"
)
def test_label_counts(labels: tuple[str, ...]) -> None:
    assert len(labels) in (1, 2, 133)
    compare(labels, random_leaves(labels, 2, 24, 2.0, 1.0), ragged([24, 17]), 1e-5, 1e-5)


@pytest.mark.parametrize("way", [ProbabilityMessages, LogMessages, ScanMessages])
def test_a_label_that_cannot_occur(way: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """`I-B` without `B-B`, as a small training set may have it: -inf at every word, and finite gradients."""
    monkeypatch.setattr(potentials, "choose_messages", lambda chain, steps: way)
    labels = ("O", "B-A", "I-A", "I-B")
    p = compare(labels, random_leaves(labels, 2, 9, 2.0, 1.0), ragged([9, 4]), 1e-5, 1e-5)
    assert (p.log_probs_BWK[p.mask_BW][:, 3] == -torch.inf).all()


@pytest.mark.parametrize(("scale", "way"), [(10.0, ProbabilityMessages), (1e2, LogMessages), (1e4, LogMessages)])
def test_large_potentials_beside_forbidden_transitions(scale: float, way: type) -> None:
    """Within 1e-4 of the scale of the gradients, and 1e-5 of the values, that float64 gives."""
    p = compare(LABELS, random_leaves(LABELS, 4, 30, scale, scale / 10), ragged([30, 29, 7, 1]), 1e-5, 1e-4)
    assert isinstance(p._messages, way)
    if way is ProbabilityMessages:
        assert p._messages.before_2BWK.dtype == torch.float64  # float32 is too narrow


def test_potentials_of_ten_thousand_that_fight_the_scheme() -> None:
    """Emissions want `I-PER` everywhere after `O`; only `B-PER I-PER ...` and `O O ...` compete."""
    emissions_BWK = torch.full((1, 6, 5), -1e4)
    emissions_BWK[:, :, 2] = 1e4
    emissions_BWK[:, 0] = torch.tensor([1e4, -1e4, 1e4, -1e4, -1e4])
    links = [torch.zeros(5), torch.zeros(5, 5), torch.zeros(5)]
    leaves = [leaf.requires_grad_() for leaf in (emissions_BWK, *links)]
    p = potentials_of(LABELS, leaves[0], leaves[1:], ragged([6]))
    # O first costs a B-PER at the second word, B-PER first the O that was wanted: equal, and nothing else is near.
    assert p.log_probs_BWK[0, 0].exp().tolist() == pytest.approx([0.5, 0.5, 0.0, 0.0, 0.0])
    assert p.log_probs_BWK[0, 5, 2].item() == pytest.approx(0)
    nll_B = p.nll_B(torch.tensor([[0, 1, 2, 2, 2, 2]]))
    assert nll_B.item() == pytest.approx(torch.tensor(2.0).log().item(), abs=1e-3)
    assert p.nll_B(torch.tensor([[0] * 6])).item() == pytest.approx(8e4, rel=1e-4)
    gradients = torch.autograd.grad(nll_B.sum() + p.log_probs_BWK[0, :, 0].sum(), leaves)
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert p.decode()[0, 2:].tolist() == [2, 2, 2, 2]


def test_probability_space_holds_up_to_its_limit() -> None:
    """Emissions just within the limit, made to starve a label whose only way in is then the only way on."""
    depth = potentials.SAFE_FALL[torch.float32] / 2 - 0.01
    emissions_BWK = torch.zeros(1, 40, 5)
    emissions_BWK[:, ::2, 1:] = -depth  # O, by far
    emissions_BWK[:, 1::2, [0, 1, 3, 4]] = -depth  # then I-PER, by far
    p = compare(LABELS, [emissions_BWK, torch.zeros(5), torch.zeros(5, 5), torch.zeros(5)], ragged([40]), 1e-5, 1e-5)
    assert isinstance(p._messages, ProbabilityMessages)


@pytest.mark.parametrize("way", [ProbabilityMessages, LogMessages, ScanMessages])
def test_every_way_agrees_in_float32(way: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(potentials, "choose_messages", lambda chain, steps: way)
    compare(LABELS, random_leaves(LABELS, 5, 100, 3.0, 1.0), ragged([100, 65, 64, 2, 0]), 1e-5, 1e-5)


@pytest.mark.parametrize("backend", ["native", "pytorch-crf"])
def test_bfloat16_autocast_changes_nothing(backend: str) -> None:
    torch.manual_seed(0)
    head, hidden_BWD, mask_BW = CRFHead(16, LABELS, backend), torch.randn(4, 50, 16) * 3, ragged([50, 20, 1, 0])
    results = []
    for enabled in (False, True):
        head.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            p = head(hidden_BWD, mask_BW)
            nll_B, best_BW = p.nll_B(torch.zeros(4, 50, dtype=torch.long)), p.decode()
            loss = nll_B.sum() + (p.log_probs_BWK[..., 0].sum() if backend == "native" else 0)
        loss.backward()
        assert nll_B.dtype == torch.float32
        results.append([nll_B.detach(), best_BW, *(parameter.grad.clone() for parameter in head.parameters())])
    for plain, autocast in zip(*results, strict=True):
        assert plain.equal(autocast)


def test_bfloat16_autocast_around_the_backward_pass_changes_nothing() -> None:
    results = []
    for enabled in (False, True):
        leaves = [leaf.requires_grad_() for leaf in random_leaves(LABELS, 3, 20, 2.0, 1.0)]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            p = potentials_of(LABELS, leaves[0], leaves[1:], ragged([20, 5, 1]))
            loss = p.nll_B(torch.zeros(3, 20, dtype=torch.long)).sum() + (p.log_probs_BWK[..., 0]).sum()
            results.append(torch.autograd.grad(loss, leaves))
    for plain, autocast in zip(*results, strict=True):
        assert plain.equal(autocast)


def test_bfloat16_hidden_states_are_scored_in_float32() -> None:
    head = CRFHead(16, LABELS)
    p = head(torch.randn(1, 3, 16).bfloat16(), ragged([3]))
    assert p.nll_B(torch.zeros(1, 3, dtype=torch.long)).dtype == p.log_probs_BWK.dtype == torch.float32


def test_reduced_matmul_precision_does_not_reach_the_recursion(monkeypatch: pytest.MonkeyPatch) -> None:
    """`float32_matmul_precision`, which Lightning recommends to lower, is highest inside and what it was outside."""
    seen = []
    for name in ("bmm", "einsum"):
        function = getattr(torch, name)

        def spy(*args: object, function: object = function, **kwargs: object) -> Tensor:
            seen.append(torch.get_float32_matmul_precision())
            return function(*args, **kwargs)

        monkeypatch.setattr(torch, name, spy)
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("medium")
        p = CRFHead(4, LABELS)(torch.randn(2, 5, 4), ragged([5, 3]))
        (p.nll_B(torch.zeros(2, 5, dtype=torch.long)).sum() + p.log_probs_BWK.exp()[..., 0].sum()).backward()
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision(before)
    assert seen and set(seen) == {"highest"}


@pytest.mark.parametrize("way", [ProbabilityMessages, LogMessages, ScanMessages])
def test_padding_changes_nothing(way: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither how much padding there is, nor what stands in it, nor who shares the batch."""
    monkeypatch.setattr(potentials, "choose_messages", lambda chain, steps: way)
    lengths = [9, 4, 1, 0]
    emissions_BWK, *links = (leaf.double() for leaf in random_leaves(LABELS, 4, 9, 2.0, 1.0))
    gold_BW = torch.zeros(4, 9, dtype=torch.long)
    together = potentials_of(LABELS, emissions_BWK, links, ragged(lengths))
    padded_BWK = torch.full((4, 15, 5), 1e30, dtype=torch.float64)
    padded_BWK[:, :9] = torch.where(ragged(lengths)[..., None], emissions_BWK, 1e30)
    wide = potentials_of(LABELS, padded_BWK, links, torch.arange(15) < torch.tensor(lengths)[:, None])
    torch.testing.assert_close(wide.nll_B(torch.full((4, 15), 4) * 0), together.nll_B(gold_BW), rtol=1e-12, atol=1e-12)
    assert wide.decode()[:, :9].equal(together.decode()) and not wide.decode()[:, 9:].any()
    for b, words in enumerate(lengths[:3]):
        alone = potentials_of(LABELS, emissions_BWK[b : b + 1, :words], links, ragged([words]))
        for p in (together, wide):
            torch.testing.assert_close(
                p.nll_B(torch.zeros_like(p.mask_BW).long())[b], alone.nll_B(gold_BW[:1, :words])[0]
            )
            torch.testing.assert_close(p.log_probs_BWK[b, :words], alone.log_probs_BWK[0], rtol=1e-12, atol=1e-12)


def test_padding_gets_no_gradient() -> None:
    mask_BW = ragged([5, 2, 0])
    emissions_BWK, *links = random_leaves(LABELS, 3, 5, 1.0, 1.0)
    emissions_BWK.requires_grad_()
    p = potentials_of(LABELS, emissions_BWK, links, mask_BW)
    (p.nll_B(torch.zeros(3, 5, dtype=torch.long)).sum() + p.log_probs_BWK.exp()[..., 0].sum()).backward()
    assert emissions_BWK.grad is not None
    assert not emissions_BWK.grad[~mask_BW].any() and emissions_BWK.grad[mask_BW].any(1).all()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (2, 0), (2, 3)], ids=str)
@pytest.mark.parametrize("backend", ["native", "pytorch-crf"])
def test_no_words_at_all(shape: tuple[int, int], backend: str) -> None:
    head, hidden_BWD = CRFHead(4, LABELS, backend), torch.randn(*shape, 4, requires_grad=True)
    p = head(hidden_BWD, torch.zeros(shape, dtype=torch.bool))
    nll_B = p.nll_B(torch.zeros(shape, dtype=torch.long))
    assert nll_B.tolist() == [0.0] * shape[0]
    nll_B.sum().backward()
    assert hidden_BWD.grad is not None and not hidden_BWD.grad.any()
    assert p.decode().shape == shape and p.k_best(2)[0].shape == (shape[0], 2, shape[1])


@pytest.mark.parametrize("lost", [0.0, 1e3])
def test_long_sentences_decode_as_float64_does(lost: float) -> None:
    """4096 words in float32: no path is better by more than 1e-2 nats, even where the best one loses 1e3 a word."""
    emissions_BWK, *links = random_leaves(LABELS, 2, 4096, 5.0, 2.0)
    emissions_BWK[:, ::2, LABELS.index("I-PER")] += lost  # I-PER and I-LOC in turns, which the scheme forbids
    emissions_BWK[:, 1::2, LABELS.index("I-LOC")] += lost
    mask_BW = ragged([4096, 4000])
    p32 = potentials_of(LABELS, emissions_BWK, links, mask_BW)
    p64 = potentials_of(LABELS, emissions_BWK.double(), [link.double() for link in links], mask_BW)
    difference_B = p64.nll_B(p32.decode()) - p64.nll_B(p64.decode())
    assert (difference_B.abs() < 1e-2).all()
