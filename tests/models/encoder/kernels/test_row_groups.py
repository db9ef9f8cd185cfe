"""Groups of rows: every row once, the cheapest split, and the same hidden states as one padded call."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.models.encoder.encoder import Encoder
from ner_lab.models.encoder.kernels.rewrites import read_rows
from ner_lab.models.encoder.kernels.row_groups import row_groups


def cost(groups, length_R, overhead, power):
    return sum(len(group) * length_R[group].max() ** power + overhead for group in groups)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(0, 40), st.sampled_from([1, 2]))
def test_every_row_once_and_no_split_of_the_sorted_rows_is_cheaper(lengths, overhead, power):
    length_R = np.array(lengths)
    groups = row_groups(length_R, overhead, power)
    assert sorted(row for group in groups for row in group) == list(range(len(lengths)))
    order = np.argsort(-length_R, kind="stable")
    for cuts in product([False, True], repeat=len(lengths) - 1):
        edges = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), len(lengths)]
        split = [order[a:b] for a, b in pairwise(edges)]
        assert cost(groups, length_R, overhead, power) <= cost(split, length_R, overhead, power)


def test_rows_of_a_random_batch_pad_little():
    random = np.random.default_rng(0)
    real = padded = 0
    for _ in range(50):
        length_R = np.clip(random.lognormal(2.8, 0.6, 32), 3, 160).astype(np.int64)
        real += length_R.sum()
        padded += sum(len(group) * length_R[group].max() for group in row_groups(length_R))
    assert padded < 1.2 * real


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "deberta-v2"])
def test_groups_give_the_hidden_states_and_gradients_of_one_padded_call(encoder_folder, architecture):
    encoder = Encoder(str(encoder_folder(architecture)), kernels=["packing"]).eval().double()
    ids_RS = torch.randint(10, 60, (6, 50), generator=torch.Generator().manual_seed(0))
    lengths = torch.tensor([50, 3, 4, 47, 9, 5])
    mask_RS = (torch.arange(50) < lengths[:, None]).long()
    assert len(row_groups(lengths.numpy())) > 1
    results = []
    padded = lambda model, i, m: model(input_ids=i, attention_mask=m).last_hidden_state  # noqa: E731
    grouped = lambda *rows: read_rows(*rows, ["packing"])  # noqa: E731
    for read in (grouped, padded):
        encoder.zero_grad()
        hidden_RSD = read(encoder.model, ids_RS, mask_RS) * mask_RS[..., None]
        hidden_RSD.square().sum().backward()
        results.append((hidden_RSD.detach(), [p.grad.clone() for p in encoder.parameters() if p.grad is not None]))
    assert torch.allclose(results[0][0], results[1][0], atol=1e-9)
    for a, b in zip(results[0][1], results[1][1], strict=True):
        assert torch.allclose(a, b, atol=1e-8)
