"""The CRF against the enumeration of every label sequence, whichever way messages are passed."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ner_lab.models.crf import potentials
from ner_lab.models.crf.chain import Chain, mixing_steps
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.models.crf.log_messages import LogMessages
from ner_lab.models.crf.potentials import CRFPotentials
from ner_lab.models.crf.probability_messages import ProbabilityMessages
from ner_lab.models.crf.scan_messages import ScanMessages
from ner_lab.models.crf.scheme import allowed_transitions
from ner_lab.tags import label_set
from ner_lab.types import UserError

LENGTHS = [4, 1, 0, 3, 5, 2]
# The kernels of a GPU, which Triton interprets where there is none.
HAS_TRITON = find_spec("triton") is not None
if HAS_TRITON:
    from ner_lab.models.crf import kernel_messages
    from ner_lab.models.crf.kernel_messages import KernelMessages
else:
    KernelMessages = LogMessages
WAYS = [ProbabilityMessages, LogMessages, ScanMessages]
NEEDS_TRITON = pytest.mark.skipif(not HAS_TRITON, reason="needs triton: pip install triton")


@pytest.fixture(params=[*WAYS, pytest.param(KernelMessages, marks=NEEDS_TRITON)], ids=lambda way: way.__name__)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type:
    """Runs the test once for each way to pass messages."""
    monkeypatch.setattr(potentials, "choose_messages", lambda chain, steps: request.param)
    if HAS_TRITON and request.param is KernelMessages:  # as on a GPU, where they have the likelihood, too
        monkeypatch.setattr(potentials, "kernels_for", lambda emissions_BWK: kernel_messages)
    return request.param


def random_crf(types: int = 2, lengths: list[int] = LENGTHS, scale: float = 1.0, seed: int = 0) -> tuple[Tensor, ...]:
    """float64 leaves: emissions_BWK, start_K, trans_KK, end_K."""
    torch.manual_seed(seed)
    K = len(label_set([f"T{i}" for i in range(types)]))
    shapes = [(len(lengths), max(lengths), K), (K,), (K, K), (K,)]
    return tuple((torch.randn(shape, dtype=torch.float64) * scale).requires_grad_() for shape in shapes)


def potentials_of(leaves: tuple[Tensor, ...], lengths: list[int] = LENGTHS, turned: bool = False) -> CRFPotentials:
    emissions_BWK, start_K, trans_KK, end_K = leaves
    labels = label_set([f"T{i}" for i in range(len(start_K) // 2)])
    start, follow = allowed_transitions(labels)
    mask_BW = torch.arange(emissions_BWK.shape[1]) < torch.tensor(lengths)[:, None]
    start_K = torch.where(start, start_K, -torch.inf)
    trans_KK = torch.where(follow, trans_KK, -torch.inf)
    if turned:
        trans_KK = trans_KK.t().contiguous().t()
    return CRFPotentials(emissions_BWK, mask_BW, start_K, trans_KK, end_K, labels, mixing_steps(start, follow))


def enumerate_paths(p: CRFPotentials, b: int) -> tuple[Tensor, Tensor]:
    """All feasible label sequences of a sentence (paths_PW) and their scores_P, differentiable."""
    words, K = int(p.mask_BW[b].sum()), len(p.labels)
    paths_PW = torch.tensor(list(product(range(K), repeat=words))).view(-1, words)
    scores_P = p.start_K[paths_PW[:, 0]] + p.end_K[paths_PW[:, -1]]
    scores_P = scores_P + p.emissions_BWK[b, torch.arange(words), paths_PW].sum(1)
    scores_P = scores_P + p.trans_KK[paths_PW[:, :-1], paths_PW[:, 1:]].sum(1)
    feasible_P = scores_P > -torch.inf
    return paths_PW[feasible_P], scores_P[feasible_P]


def enumerated_log_marginals(p: CRFPotentials, b: int) -> Tensor:
    paths_PW, scores_P = enumerate_paths(p, b)
    rows = []
    for labels_P in paths_PW.T:
        groups = [scores_P[labels_P == k] for k in range(len(p.labels))]
        rows.append(torch.stack([group.logsumexp(0) for group in groups]))
    return torch.stack(rows) - scores_P.logsumexp(0)


def random_gold(p: CRFPotentials, seed: int = 1) -> Tensor:
    torch.manual_seed(seed)
    labels_BW = torch.zeros(p.mask_BW.shape, dtype=torch.long)
    for b, words in enumerate(p.mask_BW.sum(1).tolist()):
        if words:
            paths_PW, _ = enumerate_paths(p, b)
            labels_BW[b, :words] = paths_PW[torch.randint(len(paths_PW), ())]
    return labels_BW


def test_likelihood_and_its_gradients(way: type) -> None:
    leaves = random_crf()
    p = potentials_of(leaves)
    labels_BW, weight_B = random_gold(p), torch.arange(1.0, 1 + len(LENGTHS), dtype=torch.float64)
    expected_B = torch.zeros(len(LENGTHS), dtype=torch.float64)
    for b, words in enumerate(LENGTHS):
        if words:
            paths_PW, scores_P = enumerate_paths(p, b)
            gold = scores_P[(paths_PW == labels_BW[b, :words]).all(1)]
            expected_B[b] = scores_P.logsumexp(0) - gold[0]
    nll_B = p.nll_B(labels_BW)
    torch.testing.assert_close(nll_B, expected_B, rtol=1e-12, atol=1e-12)
    ours = torch.autograd.grad((nll_B * weight_B).sum(), leaves, retain_graph=True)
    theirs = torch.autograd.grad((expected_B * weight_B).sum(), leaves)
    torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-10)


def test_marginals_and_their_gradients(way: type) -> None:
    leaves = random_crf()
    p = potentials_of(leaves)
    weight_BWK = torch.randn(p.emissions_BWK.shape, dtype=torch.float64)
    ours = theirs = torch.zeros((), dtype=torch.float64)
    for b, words in enumerate(LENGTHS):
        if words:
            expected_WK, log_probs_WK = enumerated_log_marginals(p, b), p.log_probs_BWK[b, :words]
            torch.testing.assert_close(log_probs_WK, expected_WK, rtol=1e-11, atol=1e-11)  # -inf where infeasible
            feasible_WK = expected_WK > -torch.inf
            assert bool(feasible_WK.all()) == (words == 0) or not feasible_WK[0].all()
            # A function of marginals that is not linear, as focal is.
            for log_probs, add in ((log_probs_WK, "ours"), (expected_WK, "theirs")):
                chosen = torch.where(feasible_WK, log_probs, 0)
                value = (weight_BWK[b, :words] * (1 - chosen.exp()) ** 2 * chosen).sum()
                ours, theirs = (ours + value, theirs) if add == "ours" else (ours, theirs + value)
    torch.testing.assert_close(
        torch.autograd.grad(ours, leaves, retain_graph=True),
        torch.autograd.grad(theirs, leaves),
        rtol=1e-10,
        atol=1e-10,
    )


def test_best_paths(way: type) -> None:
    p = potentials_of(random_crf(seed=3))
    best_BW = p.decode()
    labels_BNW, log_probs_BN = p.k_best(40)
    for b, words in enumerate(LENGTHS):
        assert not best_BW[b, words:].any() and not labels_BNW[b, :, words:].any()
        if not words:
            assert log_probs_BN[b, 0] == 0 and (log_probs_BN[b, 1:] == -torch.inf).all()
            continue
        paths_PW, scores_P = enumerate_paths(p, b)
        order_P = scores_P.argsort(descending=True)[:40]
        count = len(order_P)
        assert best_BW[b, :words].tolist() == paths_PW[order_P[0]].tolist()
        assert labels_BNW[b, :count, :words].tolist() == paths_PW[order_P].tolist()
        torch.testing.assert_close(log_probs_BN[b, :count], scores_P.log_softmax(0)[order_P].detach())
        assert (log_probs_BN[b, count:] == -torch.inf).all()


def test_span_confidence(way: type) -> None:
    p = potentials_of(random_crf(seed=4))
    for b, words in enumerate(LENGTHS):
        if not words:
            continue
        paths_PW, scores_P = enumerate_paths(p, b)
        probs_P = scores_P.softmax(0)
        for labels_W in paths_PW[:: max(1, len(paths_PW) // 7)]:
            spans = [(i, j) for i in range(words) for j in range(i + 1, words + 1) if labels_W[j - 1] > 0]
            for (begin, end), ours in zip(spans, p.span_confidence(b, spans, labels_W.tolist()), strict=True):
                holds_P = (paths_PW[:, begin:end] == labels_W[begin:end]).all(1)
                if end < words:
                    inside = p.labels.index("I-" + p.labels[labels_W[end - 1]][2:])
                    holds_P &= paths_PW[:, end] != inside
                assert ours == pytest.approx(float(probs_P[holds_P].detach().sum()), abs=1e-12)


@settings(max_examples=40)
@given(
    way=st.sampled_from(WAYS),
    types=st.integers(0, 2),
    lengths=st.lists(st.integers(0, 4), min_size=1, max_size=4),
    scale=st.sampled_from([0.1, 1.0, 10.0]),
    seed=st.integers(0, 2**31),
)
def test_any_shape(way: type, types: int, lengths: list[int], scale: float, seed: int) -> None:
    leaves = random_crf(types, [*lengths, 1], scale, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(potentials, "choose_messages", lambda chain, steps: way)
        p = potentials_of(leaves, [*lengths, 1])
        gold_BW = random_gold(p, seed)
        nll_B, log_probs_BWK = p.nll_B(gold_BW), p.log_probs_BWK
    for b, words in enumerate(lengths):
        if not words:
            assert nll_B[b] == 0
            continue
        paths_PW, scores_P = enumerate_paths(p, b)
        gold_P = (paths_PW == gold_BW[b, :words]).all(1)
        torch.testing.assert_close(nll_B[b], -scores_P.log_softmax(0)[gold_P][0], rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(log_probs_BWK[b, :words], enumerated_log_marginals(p, b), rtol=1e-9, atol=1e-9)
    assert p.decode().tolist() == p.k_best(1)[0][:, 0].tolist()


@pytest.mark.seconds
@pytest.mark.parametrize("quantity", ["nll", "marginals"])
def test_gradcheck(way: type, quantity: str) -> None:
    lengths = [3, 0, 2]
    leaves = random_crf(1, lengths)
    gold_BW = random_gold(potentials_of(leaves, lengths))

    def value(*leaves: Tensor) -> Tensor:
        p = potentials_of(leaves, lengths)
        return p.nll_B(gold_BW) if quantity == "nll" else p.log_probs_BWK.exp()

    # A kernel is interpreted here, a second or more a call: it is asked along random directions alone.
    assert torch.autograd.gradcheck(value, leaves, fast_mode=way is KernelMessages)


def test_how_transitions_lie_in_memory_does_not_matter(way: type) -> None:
    found = []
    for turned in (False, True):
        leaves = random_crf()
        potentials_ = potentials_of(leaves, turned=turned)
        labels_BW = potentials_.decode()
        nll = potentials_.nll_B(labels_BW).sum() + potentials_.log_probs_BWK[..., 0].sum()
        found.append((nll, *torch.autograd.grad(nll, leaves)))
    torch.testing.assert_close(found[0], found[1], atol=1e-9, rtol=0)


def test_is_never_differentiated_twice() -> None:
    leaves = random_crf()
    p = potentials_of(leaves)
    for value in (p.nll_B(random_gold(p)), p.log_probs_BWK.exp() ** 2):
        with pytest.raises(RuntimeError, match="cannot be differentiated again"):
            torch.autograd.grad(value.sum(), leaves[:1], create_graph=True)


@pytest.mark.seconds
def test_one_pass_of_messages_serves_likelihood_and_marginals(way: type, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    run = way._run
    monkeypatch.setattr(way, "_run", lambda self: runs.append(1) or run(self))
    p = potentials_of(random_crf())
    (p.nll_B(random_gold(p)).sum() + p.log_probs_BWK.exp().sum()).backward()
    p.span_confidence(0, [(0, 1)], [1, 0, 0, 0])
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        ([0, 1, 4], "sentence 1 of the batch: word 2 is I-T1, which may not follow B-T0"),
        ([2, 0, 0], "sentence 1 of the batch: word 0 is I-T0, which may not begin a sentence"),
        ([0, 2, 0], "word 1 is I-T0, which may not follow O"),
    ],
)
def test_forbidden_gold_is_refused(gold: list[int], message: str) -> None:
    p = CRFHead(4, label_set(["T0", "T1"]))(torch.randn(2, 3, 4), torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(UserError, match=message):
        p.nll_B(torch.tensor([[0, 0, 0], gold]))


def test_forbidden_labels_in_the_padding_do_not_matter() -> None:
    mask_BW = torch.tensor([[True, True, False]])
    p = CRFHead(4, label_set(["T0", "T1"]))(torch.randn(1, 3, 4), mask_BW)
    assert p.nll_B(torch.tensor([[1, 2, 4]])).equal(p.nll_B(torch.tensor([[1, 2, -1]])))


def test_unknown_gold_is_infinitely_unlikely() -> None:
    p = CRFHead(4, label_set(["T0"]))(torch.randn(2, 2, 4), torch.ones(2, 2, dtype=torch.bool))
    nll_B = p.nll_B(torch.tensor([[-1, 2], [1, 2]]))
    assert nll_B[0] == torch.inf and nll_B[1].isfinite()


def test_an_infinitely_unlikely_sentence_teaches_nothing(way: type) -> None:
    """And leaves the gradient of the others as it is without it."""
    gold_BW = torch.tensor([[-1, 2], [1, 2]])
    leaves = random_crf(types=1, lengths=[2, 2])
    potentials_of(leaves, [2, 2]).nll_B(gold_BW).sum().backward()
    alone = tuple(leaf.detach()[1:] if leaf.dim() == 3 else leaf.detach() for leaf in leaves)
    for leaf in alone:
        leaf.requires_grad_()
    potentials_of(alone, [2]).nll_B(gold_BW[1:]).sum().backward()
    assert leaves[0].grad is not None and not leaves[0].grad[0].any()
    torch.testing.assert_close(leaves[0].grad[1:], alone[0].grad)
    for both, one in zip(leaves[1:], alone[1:], strict=True):
        torch.testing.assert_close(both.grad, one.grad)


def test_k_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="k is at least 1, not 0"):
        potentials_of(random_crf()).k_best(0)


@pytest.mark.parametrize("place", ["start", "transitions", "end"])
def test_the_spread_takes_in_every_potential(place: str) -> None:
    """It bounds what a probability can fall by, so that the recursion knows when float32 is not enough."""
    links = {"start": torch.zeros(3), "transitions": torch.zeros(3, 3), "end": torch.zeros(3)}
    links[place].view(-1)[1] = -50.0
    links["start"][2] = -torch.inf  # what is forbidden counts for nothing
    emissions_BWK = torch.tensor([[[0.0, -3.0, 0.0], [0.0, 0.0, -7.0]]])
    chain = Chain.of(emissions_BWK, torch.ones(1, 2, dtype=torch.bool), *links.values())
    assert float(chain.spread()) == 57


def test_mixing_steps() -> None:
    assert mixing_steps(*allowed_transitions(label_set(["A", "B"]))) == 2
    assert mixing_steps(*allowed_transitions(["O"])) == 1
    assert mixing_steps(*allowed_transitions(["O", "B-A", "I-B"])) == 1  # I-B cannot occur
    alternating_KK = torch.tensor([[False, True], [True, False]])
    assert mixing_steps(torch.tensor([True, True]), alternating_KK) is None
