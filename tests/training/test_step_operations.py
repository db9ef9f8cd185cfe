"""What a training step asks of a device around its encoder: few operations, and never an answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from fake_cuda_graphs import waits
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from ner_lab.models.between import Nothing
from ner_lab.models.crf import CRFHead
from ner_lab.models.encoder.pooling import POOLINGS
from ner_lab.tags import label_set
from ner_lab.training import tagger as module
from ner_lab.training.tagger import Tagger
from ner_lab.types import Batch, UserError, words_of

CONF = Path(__file__).parents[2] / "conf"
LOSSES = sorted(path.stem for path in (CONF / "loss").glob("*.yaml"))
LABELS = label_set(("PER", "LOC"))
WIDTH = 6
LENGTHS = (3, 1, 5)
BUDGET = {"linear": 175, "cosine": 220}  # operations, forward and backward: the dearest loss, and a little room
DEFAULT = 95  # of the linear head with nll


def one_hot(labels_N: Tensor, num_classes: int) -> Tensor:
    """torch's own asks on a CPU, and there alone, whether a label is negative."""
    return (labels_N[:, None] == torch.arange(num_classes)).long()


class Operations(TorchDispatchMode):
    """Counts what is dispatched, and keeps what would wait for a GPU."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.waits: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.removeprefix("aten::")
        self.counts[name] += 1
        if waits(func, args, kwargs):
            self.waits.append(name)
        return func(*args, **(kwargs or {}))


class Subwords(nn.Module):
    """In the place of an encoder: states of subwords, pooled as an encoder pools them."""

    def __init__(self, pooling: str) -> None:
        super().__init__()
        self.hidden_PD = nn.Parameter(torch.randn(2 * sum(LENGTHS), WIDTH))
        self.pool = POOLINGS[pooling]

    def forward(self, batch: Batch) -> Tensor:
        return self.pool(self.hidden_PD, batch.begin_BW, batch.end_BW, batch.subwords) * batch.mask_BW.unsqueeze(-1)


def batch() -> Batch:
    mask_BW = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    word_N = mask_BW.flatten().nonzero()[:, 0]
    begin_BW = torch.zeros(mask_BW.shape, dtype=torch.long)
    begin_BW[mask_BW] = torch.arange(len(word_N)) * 2
    labels_BW = torch.full(mask_BW.shape, -1).masked_fill(mask_BW, 0)
    ids_RS = torch.zeros(1, 1, dtype=torch.long)
    return Batch(
        ids_RS, ids_RS, begin_BW, begin_BW + 2 * mask_BW, mask_BW, torch.arange(len(LENGTHS)),
        labels_BW=labels_BW, step_words=len(word_N), word_N=word_N, subwords=2 * len(word_N),
    )  # fmt: skip


def tagger(loss: str, head: str, pooling: str) -> Tagger:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        cfg = compose("train", [f"loss={loss}", f"model/head={head}"])
    made = instantiate(cfg.loss)
    made.setup(LABELS, torch.tensor([50, 5, 4, 3, 2]), torch.randn(len(LABELS), 4), WIDTH)
    found = Tagger(
        Subwords(pooling), Nothing(WIDTH), instantiate(cfg.model.head, width=WIDTH, labels=LABELS), made, LABELS
    )
    found._trainer = SimpleNamespace(  # type: ignore[assignment]
        log_every_n_steps=10, accumulate_grad_batches=1, world_size=1, global_step=0, current_epoch=0
    )
    return found.train()


@pytest.mark.parametrize("pooling", ["first", "mean"])
@pytest.mark.parametrize("head", BUDGET)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_step_stays_in_its_budget_and_never_waits(
    loss: str, head: str, pooling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(module.CHECK_EVERY, "cpu", 20)
    monkeypatch.setattr(nn.functional, "one_hot", one_hot)
    trained, given = tagger(loss, head, pooling), batch()
    with Operations() as asked:
        trained.training_step(given, 0).backward()
    assert asked.waits == []
    budget = DEFAULT if (loss, head) == ("nll", "linear") else BUDGET[head]
    assert sum(asked.counts.values()) <= budget, asked.counts


def test_an_operation_that_waits_is_seen() -> None:
    values = torch.arange(4.0)
    with Operations() as asked:
        values[values > 1].sum().item()
        torch.repeat_interleave(torch.tensor([1, 2]))
    assert {"_local_scalar_dense", "repeat_interleave"} < set(asked.waits)
    with Operations() as asked:
        torch.repeat_interleave(torch.tensor([1, 2]), output_size=3)
    assert asked.waits == []


def test_forbidden_gold_has_no_likelihood_where_nobody_waits_to_refuse_it() -> None:
    """What a GPU says of it; the loss is infinite, and training ends with a message about that."""
    labels = label_set(("PER",))
    potentials = CRFHead(WIDTH, labels)(torch.randn(1, 2, WIDTH), torch.ones(1, 2, dtype=torch.bool))
    with pytest.raises(UserError, match="forbids"):
        potentials.nll_B(torch.tensor([[0, labels.index("I-PER")]]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tensor, "is_cuda", property(lambda self: True))
        gold_B = potentials._gold_B(torch.tensor([[0, labels.index("I-PER")]]))
    assert gold_B.tolist() == [-torch.inf]


@pytest.mark.parametrize("shape", [(), (4,)])
def test_words_are_the_same_with_and_without_their_positions(shape: tuple[int, ...]) -> None:
    given = batch()
    values = torch.randn(*given.mask_BW.shape, *shape)
    assert torch.equal(words_of(values, given.mask_BW), values[given.mask_BW.clone()])
