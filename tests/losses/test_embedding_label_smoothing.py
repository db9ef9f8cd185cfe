"""Smoothing by similarity: targets, sources, introspection, and the known failures of the published variant."""

from __future__ import annotations

import math

import pytest
import torch
from loss_setting import LABELS, VECTORS_KD, GivenPotentials, K, built_head, gradients, set_up, value, words
from torch import Tensor

from ner_lab.losses.cross_entropy import CrossEntropy
from ner_lab.losses.embedding_label_smoothing import EmbeddingLabelSmoothing
from ner_lab.losses.similarity import LearnedSimilarity
from ner_lab.models.linear import LinearHead
from ner_lab.tags import label_set

SOURCES = ("structure", "label_text", "confusion", "learned", "original")


def expected_targets(similarity: list[list[float]], y: int, epsilon: float, alpha: float, taking: list[int]):
    """q of one word, by the formula."""
    power = {k: math.exp(alpha * similarity[y][k]) for k in taking}
    share = epsilon if taking else 0.0
    return [(1 - share) * (k == y) + share * power.get(k, 0) / (sum(power.values()) or 1) for k in range(K)]


@pytest.mark.parametrize("source", SOURCES)
def test_targets(source):
    loss = set_up(lambda: EmbeddingLabelSmoothing(source, epsilon=0.3, alpha=2.5))
    feasible = [[0, 1, 2, 3, 4, 5, 6], [0, 1, 3, 5], [3]]
    labels = [2, 5, 3]
    feasible_NK = torch.zeros(3, K, dtype=torch.float64)
    for row, ks in enumerate(feasible):
        feasible_NK[row, ks] = 1
    q_NK = loss.targets(torch.tensor(labels), feasible_NK)
    for row, (y, ks) in enumerate(zip(labels, feasible, strict=True)):
        taking = [k for k in ks if source == "original" or k != y]
        assert q_NK[row].tolist() == pytest.approx(expected_targets(loss.similarity_KK().tolist(), y, 0.3, 2.5, taking))


def test_structure_counts_shared_parts():
    S = set_up(lambda: EmbeddingLabelSmoothing("structure")).similarity_KK()
    at = {label: i for i, label in enumerate(LABELS)}
    torch.testing.assert_close(S.diagonal(), torch.ones(K, dtype=torch.float64))
    assert not S[at["O"], 1:].any() and torch.equal(S, S.T)
    row = {label: float(S[at["B-PER"], at[label]]) for label in LABELS}
    assert row["I-PER"] == row["B-LOC"] == row["B-ORG"] == pytest.approx(2 / 3)
    assert row["I-LOC"] == row["I-ORG"] == pytest.approx(1 / 3)


def test_label_text_is_the_cosine_of_the_given_vectors():
    S = set_up(lambda: EmbeddingLabelSmoothing("label_text")).similarity_KK()
    a, b = VECTORS_KD[2].double(), VECTORS_KD[5].double()
    assert float(S[2, 5]) == pytest.approx(float(a @ b / (a.norm() * b.norm())), abs=1e-6)


def test_confusion_is_a_moving_average_of_the_models_probabilities():
    loss = set_up(lambda: EmbeddingLabelSmoothing("confusion", momentum=0.75))
    torch.testing.assert_close(loss.similarity_KK(), torch.eye(K, dtype=torch.float64))
    probs_NK = torch.rand(3, K, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    probs_NK /= probs_NK.sum(1, keepdim=True)
    loss.word_losses(probs_NK.log(), torch.tensor([1, 4, 1]))
    loss.update()
    C = torch.eye(K, dtype=torch.float64)
    C[1] = 0.75 * C[1] + 0.25 * (probs_NK[0] + probs_NK[2]) / 2
    C[4] = 0.75 * C[4] + 0.25 * probs_NK[1]
    torch.testing.assert_close(loss.state_dict()["similarity.confusion_KK"], C)
    S = loss.similarity_KK().tolist()
    for y in range(K):
        for k in range(K):
            assert S[y][k] == pytest.approx(sum(math.sqrt(C[y, j] * C[k, j]) for j in range(K)))


def test_learned_vectors_train_on_hidden_states_without_training_the_model():
    loss = set_up(lambda: EmbeddingLabelSmoothing("learned", epsilon=0.0))
    head, batch = built_head(LinearHead), words([4, 1, 3])
    expected, model_slopes = gradients(set_up(CrossEntropy), head, batch)
    actual, slopes = gradients(loss, head, batch)
    torch.testing.assert_close(actual, expected)
    for slope, model_slope in zip(slopes, model_slopes, strict=False):
        torch.testing.assert_close(slope, model_slope)
    assert all(slope.any() for slope in slopes[len(model_slopes) :])
    # and they do learn: their cross-entropy falls
    optimizer = torch.optim.Adam(loss.parameters(), lr=0.05)
    curve = []
    for _ in range(100):
        optimizer.zero_grad()
        value(loss, head, batch).backward()
        optimizer.step()
        curve.append(float(loss.logged["label_vectors"]))
    assert curve[-1] < 0.2 * curve[0]


def test_label_vectors_classify_by_scaled_dot_products():
    torch.manual_seed(0)
    similarity = LearnedSimilarity(size=3, dim=4, width=5)
    hidden_ND, labels = torch.randn(2, 5), [2, 0]
    projected_NE = hidden_ND @ similarity.projection.weight.T + similarity.projection.bias
    losses = []
    for n, label in enumerate(labels):
        scores = [float(sum(projected_NE[n] * similarity.vectors_KE[k])) / 2 for k in range(3)]  # 2 is the root of E
        losses.append(math.log(sum(map(math.exp, scores))) - scores[label])
    found = similarity.cross_entropy(hidden_ND, torch.tensor(labels))
    assert float(found) == pytest.approx(sum(losses) / 2, rel=1e-5)
    assert float(similarity.cross_entropy(hidden_ND[:0], torch.tensor([], dtype=torch.long))) == 0


def test_learned_needs_the_hidden_states():
    loss, batch = set_up(lambda: EmbeddingLabelSmoothing("learned")), words([2])
    with pytest.raises(ValueError, match="source=learned needs the hidden states"):
        loss(built_head(LinearHead)(batch.hidden_BWD, batch.mask_BW), batch.labels_BW)


@pytest.mark.parametrize("source", SOURCES)
def test_only_original_trains_its_similarity_through_the_smoothing(source):
    loss = set_up(lambda: EmbeddingLabelSmoothing(source, epsilon=0.5))
    assert loss.targets(torch.tensor([1]), torch.ones(1, K, dtype=torch.float64)).requires_grad == (
        source == "original"
    )


@pytest.mark.parametrize("source", SOURCES)
def test_effective_epsilon_is_what_leaves_the_gold_label(source):
    loss = set_up(lambda: EmbeddingLabelSmoothing(source))
    q_KK = loss.targets(torch.arange(K), torch.ones(K, K, dtype=torch.float64)).detach()
    torch.testing.assert_close(loss.effective_epsilon_K(), 1 - q_KK.diagonal())
    if source != "original":
        torch.testing.assert_close(loss.effective_epsilon_K(), torch.full((K,), 0.1, dtype=torch.float64))
    labels_BW = torch.tensor([[0, 1, 2, 0], [3, 0, -1, -1]])
    hidden_BWD = torch.randn(2, 4, 5, dtype=torch.float64)
    loss(GivenPotentials(torch.randn(2, 4, K, dtype=torch.float64), labels_BW >= 0), labels_BW, hidden_BWD)
    torch.testing.assert_close(
        loss.logged["effective_epsilon"], loss.effective_epsilon_K()[labels_BW[labels_BW >= 0]].mean()
    )


def with_vectors(vectors: dict[str, list[float]]) -> EmbeddingLabelSmoothing:
    loss = EmbeddingLabelSmoothing("label_text")
    loss.setup(tuple(vectors), torch.ones(len(vectors)), torch.tensor(list(vectors.values())))
    return loss


def test_collapse_is_between_labels_of_different_type():
    loss = with_vectors({"O": [0.0, 1], "B-PER": [1.0, 0], "I-PER": [1.0, 0], "B-LOC": [1.0, 0.1], "I-LOC": [-1.0, 0]})
    near = 1 / math.sqrt(1.01)
    assert loss.collapsed_pairs() == [
        ("B-PER", "B-LOC", pytest.approx(near)),
        ("I-PER", "B-LOC", pytest.approx(near)),
    ]
    assert loss.collapsed_pairs(0.999) == []
    loss.word_losses(torch.zeros(1, 5).log_softmax(1), torch.tensor([0]))
    assert float(loss.logged["max_similarity"]) == pytest.approx(near)
    assert ("O", "B-PER", pytest.approx(0)) in loss.collapsed_pairs(-0.5)


# ---- the published variant ------------------------------------------------------------------------------------------

NINE = label_set(("PER", "LOC", "ORG", "MISC"))


def original(alpha: float, seed: int) -> EmbeddingLabelSmoothing:
    torch.manual_seed(seed)
    loss = EmbeddingLabelSmoothing("original", alpha=alpha)
    loss.setup(NINE, torch.ones(9))
    return loss


def test_original_is_the_softmax_of_cosines_over_all_labels():
    loss = original(10.0, seed=0)
    (vectors_KE,) = loss.parameters()
    assert vectors_KE.shape == (9, 32)
    unit_KE = vectors_KE / vectors_KE.norm(dim=1, keepdim=True)
    torch.testing.assert_close(loss.targets(torch.arange(9), torch.ones(9, 9)), (10 * unit_KE @ unit_KE.T).softmax(1))


def test_original_with_alpha_10_barely_smooths():
    """0.17 % of a target leaves the gold label at initialisation, on average; no draw reaches 1 %."""
    epsilons = [float(original(10.0, seed).effective_epsilon_K().mean()) for seed in range(300)]
    assert sum(epsilons) / 300 == pytest.approx(0.0017, abs=0.0002)
    assert max(epsilons) < 0.01


def train_original(alpha: float) -> tuple[EmbeddingLabelSmoothing, float]:
    """Learn to label words of well-separated hidden states; the loss, and the accuracy at the end."""
    loss = original(alpha, seed=0)
    head = LinearHead(16, NINE, decode="greedy")  # neighbours are drawn without a scheme
    directions_KD = 2 * torch.randn(9, 16)
    optimizer = torch.optim.Adam([*head.parameters(), *loss.parameters()], lr=0.05)

    def batch() -> tuple[Tensor, Tensor]:
        labels_BW = torch.multinomial(torch.tensor([0.6] + [0.05] * 8), 64, replacement=True)[None]
        return directions_KD[labels_BW] + 0.5 * torch.randn(1, 64, 16), labels_BW

    mask_BW = torch.ones(1, 64, dtype=torch.bool)
    for _ in range(150):
        hidden_BWD, labels_BW = batch()
        optimizer.zero_grad()
        loss(head(hidden_BWD, mask_BW), labels_BW).backward()
        optimizer.step()
    hidden_BWD, labels_BW = batch()
    return loss, float((head(hidden_BWD, mask_BW).decode() == labels_BW).float().mean())


def test_original_with_alpha_1_merges_labels():
    """Its vectors lower the loss by growing alike: labels of different type end at cosine 1, and the tagger fails."""
    loss, accuracy = train_original(alpha=1.0)
    assert len(loss.collapsed_pairs(0.99)) >= 5
    assert loss.effective_epsilon_K().mean() > 0.7
    assert accuracy < 0.8


def test_original_with_alpha_10_keeps_labels_apart():
    loss, accuracy = train_original(alpha=10.0)
    assert loss.collapsed_pairs(0.5) == []
    assert accuracy > 0.95
