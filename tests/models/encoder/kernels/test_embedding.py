"""Embeddings that keep their gradient's memory have torch's gradients, to the bit, whoever holds earlier ones."""

from __future__ import annotations

import copy
import pickle
import threading
import time

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from ner_lab.models import Encoder
from ner_lab.models.encoder.kernels import embedding
from ner_lab.models.encoder.kernels.embedding import Embedding, replace_embedding

V, E = 7, 3
KEPT = pytest.mark.skipif(bool(embedding.lacks("embedding")), reason="this torch cannot say who holds a tensor")


@pytest.fixture(autouse=True)
def every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "LARGE", 0)


def pair(padding: int | None = None, **settings) -> tuple[nn.Embedding, nn.Embedding]:
    """One of torch's and one of ours, with equal weights."""
    plain = nn.Embedding(V, E, padding_idx=padding, **settings)
    replace_embedding(nn.Sequential(ours := copy.deepcopy(plain)))
    return plain, ours


def passed(table: nn.Embedding, ids: Tensor, seed: int = 0) -> Tensor:
    vectors = table(ids)
    vectors.backward(torch.randn(vectors.shape, generator=torch.Generator().manual_seed(seed)))
    return vectors.detach()


@KEPT
@given(
    steps=st.lists(st.lists(st.integers(0, V - 1), max_size=9), min_size=1, max_size=4),
    padding=st.sampled_from([None, 0, V - 1]),
    every=st.integers(1, 3),
    scale=st.sampled_from([1.0, 0.5, float("nan")]),
)
def test_steps_are_those_of_torch(steps: list[list[int]], padding: int | None, every: int, scale: float) -> None:
    """Gradients that are accumulated, scaled in place, and set free as by an optimizer."""
    plain, ours = pair(padding)
    assert type(ours) is Embedding
    for step, ids in enumerate(steps):
        found = []
        for table in (plain, ours):
            vectors = passed(table, torch.tensor([ids], dtype=torch.long), step)
            found.append((vectors, table.weight.grad.clone()))
            table.weight.grad *= scale
            if step % every == 0:
                table.zero_grad()
        assert torch.equal(found[0][0], found[1][0])
        torch.testing.assert_close(found[0][1], found[1][1], rtol=0, atol=0, equal_nan=True)


@KEPT
def test_a_single_word_is_looked_up() -> None:
    plain, ours = pair()
    assert passed(plain, torch.tensor(3)).equal(passed(ours, torch.tensor(3)))
    assert plain.weight.grad.equal(ours.weight.grad)


@KEPT
def test_memory_is_kept_and_a_gradient_that_somebody_holds_stays() -> None:
    _, ours = pair()
    ids = torch.tensor([[1, 2, 2]])
    passed(ours, ids)
    place, first = ours.weight.grad.data_ptr(), ours.weight.grad.clone()
    held = ours.weight.grad
    ours.zero_grad()
    passed(ours, ids, seed=1)
    assert ours.weight.grad.data_ptr() != place and torch.equal(held, first)
    del held
    ours.zero_grad()
    for seed in (1, 2):
        passed(ours, ids, seed)
        assert ours.weight.grad.data_ptr() == place
        ours.zero_grad()
    assert torch.autograd.grad(ours(ids).sum(), ours.weight)[0].sum() == 3 * E


@KEPT
def test_weights_may_change_between_the_passes() -> None:
    ids, found = torch.tensor([[1, 2, 2]]), []
    for table in pair():
        vectors = table(ids)
        with torch.no_grad():
            table.weight.mul_(2)
        vectors.square().sum().backward()
        found.append(table.weight.grad)
    assert torch.equal(*found)


@KEPT
def test_only_plain_large_tables_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    for settings in ({"sparse": True}, {"max_norm": 1.0}, {"scale_grad_by_freq": True}):
        assert type(pair(**settings)[1]) is nn.Embedding
    monkeypatch.setattr(embedding, "LARGE", 4 * V * E)
    assert type(pair()[1]) is nn.Embedding


@KEPT
def test_what_is_not_trained_is_looked_up_as_by_torch() -> None:
    _, ours = pair()
    ids = torch.tensor([[1, 2]])
    with torch.no_grad():
        assert ours(ids).grad_fn is None
    ours.requires_grad_(False)
    assert ours(ids).grad_fn is None
    assert copy.deepcopy(ours)(ids).shape == (1, 2, E)


@KEPT
def test_an_encoder_has_it_where_it_is_named() -> None:
    kinds = {
        name: type(Encoder("tiny", kernels=name).model.embeddings.word_embeddings) for name in ("stock", "embedding")
    }
    assert kinds == {"stock": nn.Embedding, "embedding": Embedding}


@KEPT
def test_threads_that_share_a_table_have_gradients_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, like, given = embedding.GradientMemory(), torch.ones(4), []
    assert memory.zeros_like(like).sum() == 0  # its memory is there, and nobody holds it
    counted = embedding._holders

    def slowly(x: Tensor) -> int:
        found = counted(x)
        time.sleep(0.1)  # in which the other thread would count the same
        return found

    monkeypatch.setattr(embedding, "_holders", slowly)
    threads = [threading.Thread(target=lambda: given.append(memory.zeros_like(like))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({gradient.data_ptr() for gradient in given}) == 2


@KEPT
def test_a_copy_has_memory_of_its_own() -> None:
    _, table = pair()
    passed(table, torch.tensor([[1, 2]]))
    for other in (copy.deepcopy(table), pickle.loads(pickle.dumps(table))):
        assert other.memory is not table.memory and other.memory._kept is None
        assert other.weight.equal(table.weight)
