"""A training step that is replayed from CUDA graphs is the step itself: on a CPU, with graphs that write operations
down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from ner_lab import losses, models
from ner_lab.data.collation import collate
from ner_lab.data.encode import SubwordEncoder
from ner_lab.models.crf import potentials
from ner_lab.models.crf.log_messages import LogMessages
from ner_lab.models.encoder.kernels import graph_trial, graphs, recording
from ner_lab.models.encoder.kernels.encoder_graphs import EncoderGraphs
from ner_lab.models.encoder.kernels.padded_shapes import padded_size
from ner_lab.tags import label_set
from ner_lab.training import tagger as module
from ner_lab.training.replayed_step import ReplayedStep, padded_batch
from ner_lab.training.tagger import Tagger
from ner_lab.types import Batch, Sentence

pytestmark = pytest.mark.usefixtures("fake_cuda_graphs")
LABELS = label_set(("PER", "LOC"))
HEADS: dict[str, Callable[..., Any]] = {
    "linear": models.LinearHead,
    "cosine": models.CosineHead,
    "crf": models.CRFHead,
}
BUDGET = 30  # operations around the graphs; on a GPU, which looks at losses every 20 steps, six fewer


def one_hot(labels_N: Tensor, num_classes: int) -> Tensor:
    """torch's own asks on a CPU, and there alone, whether a label is negative."""
    return (labels_N[:, None] == torch.arange(num_classes)).long()


@pytest.fixture(autouse=True)
def as_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CRF asks its potentials for nothing, and a tagger takes a batch to be on the device."""
    monkeypatch.setattr(potentials, "choose_messages", lambda chain, steps: LogMessages)
    monkeypatch.setattr(potentials, "_answers_at_once", lambda tensor: False)
    monkeypatch.setattr(module, "_on_gpu", lambda batch: True)
    monkeypatch.setattr(graphs, "PATIENCE", 0)
    monkeypatch.setattr(torch.nn.functional, "one_hot", one_hot)


def tagger(head: str = "linear", between: Any = models.Nothing, loss: Any = None, dropout: float = 0.1) -> Tagger:
    torch.manual_seed(0)
    encoder = models.Encoder("tiny", kernels=["graphs"], dropout=dropout)
    layer = between(encoder.width)
    made = Tagger(encoder, layer, HEADS[head](layer.width, LABELS), loss or losses.NLL(), LABELS, dropout)
    made._trainer = SimpleNamespace(  # type: ignore[assignment]
        log_every_n_steps=0, accumulate_grad_batches=1, world_size=1, global_step=0, current_epoch=0
    )
    return made.train()


def batch(made: Tagger, *lengths: int) -> Batch:
    words = ["Ada", "was", "in", "Oslo", "unbelievably"]
    tags = ["B-PER", "O", "O", "B-LOC", "I-LOC"]
    rows = [
        Sentence(tuple(words[i % 5] for i in range(n)), tuple(tags[i % 5] for i in range(n)), origin=f"x:{n}")
        for n in lengths
    ]
    subwords = SubwordEncoder(made.encoder.tokenizer, made.encoder.max_subwords)
    return collate(subwords.encode(rows, LABELS), np.arange(len(rows)), subwords, step_words=sum(lengths))


def step(made: Tagger, loss: Tensor | None) -> list[Tensor]:
    assert loss is not None
    made.zero_grad()
    loss.backward()
    return [loss.detach(), *(p.grad.clone() for p in made.parameters() if p.grad is not None)]


def compound() -> losses.Compound:
    parts = {"nll": losses.NLL(), "set": losses.Dice(level="set", cross_entropy=0.5), "smooth": losses.LabelSmoothing()}
    return losses.Compound({name: {"weight": 0.5, "loss": loss} for name, loss in parts.items()})


CASES: list[tuple[Any, Callable[[], losses.Loss]]] = [(models.Nothing, losses.NLL), (models.MLP, losses.NLL)]
CASES += [(models.Nothing, loss) for loss in (losses.CrossEntropy, losses.Focal, losses.Dice, losses.Tversky)]
CASES += [(models.Nothing, losses.WeightedCrossEntropy), (models.Nothing, losses.LabelSmoothing)]
CASES += [(models.Nothing, partial(losses.Dice, level="set")), (models.Nothing, compound)]
SOURCES: tuple[Any, ...] = ("structure", "label_text", "learned", "original")
CASES += [(models.Nothing, partial(losses.EmbeddingLabelSmoothing, source)) for source in SOURCES]


@pytest.mark.seconds
@pytest.mark.parametrize(("between", "loss"), CASES)
@pytest.mark.parametrize("head", HEADS)
def test_loss_and_gradients_are_bit_equal_to_those_of_the_padded_batch(head: str, between: Any, loss: Any) -> None:
    made = tagger(head, between, loss())
    made.loss.setup(LABELS, torch.tensor([50, 5, 4, 3, 2]), torch.randn(len(LABELS), 8), made.head.width)
    made.loss.train()
    replayed = ReplayedStep(made)
    assert not ReplayedStep.unsuited(made)
    for seed, lengths in enumerate([(3, 1, 7), (5, 2), (20, 4, 0), (1,) * 9, (6, 6, 6)]):
        given = batch(made, *lengths)
        torch.manual_seed(seed)
        own = step(made, replayed.loss(given))
        own_logged = made.loss.logged
        torch.manual_seed(seed)
        size = padded_size(*given.input_ids_RS.shape)
        assert size is not None
        expected = step(made, replayed._of_padded(*padded_batch(given, size, 0))[0])
        assert len(own) == len(expected) and all(map(torch.equal, own, expected))
        assert own_logged.keys() == made.loss.logged.keys()
        assert all(torch.equal(value, made.loss.logged[name]) for name, value in own_logged.items())
    assert not replayed.graphs.given_up and 1 < len(replayed.graphs.recordings) < 5


@pytest.mark.parametrize("head", HEADS)
def test_padding_changes_nothing(head: str) -> None:
    made = tagger(head, dropout=0.0)
    replayed = ReplayedStep(made)
    for lengths in [(3, 1, 7), (20, 4, 0), (1,)]:
        given = batch(made, *lengths)
        own = step(made, replayed.loss(given))
        hidden = made(given)
        expected = step(made, made.loss(hidden[0], given.labels_BW, hidden[1]))
        torch.testing.assert_close(own, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("largest", [1e-3, 1e3])
def test_gradients_in_a_row_are_clipped_as_torch_clips_them(largest: float) -> None:
    made = tagger()
    made.trainer.precision = "bf16-mixed"
    step(made, made._replayed(batch(made, 3, 1, 7)))
    weights = [weight for weight in made.parameters() if weight.grad is not None]
    others = [torch.zeros_like(weight, requires_grad=True) for weight in weights]
    for other, weight in zip(others, weights, strict=True):
        other.grad = weight.grad.clone()
    torch.nn.utils.clip_grad_norm_(others, largest)
    before = weights[0].grad.clone()
    made.configure_gradient_clipping(torch.optim.AdamW(weights), largest)
    assert made._step is not None and made._step.gradients_N() is not None
    assert torch.equal(before, weights[0].grad) == (largest > 1)
    torch.testing.assert_close([weight.grad for weight in weights], [other.grad for other in others])
    weights[0].grad = before  # somebody's own: not in the row
    assert made._step.gradients_N() is None
    made.configure_gradient_clipping(torch.optim.AdamW(weights), largest)
    assert torch.stack([weight.grad.norm() for weight in weights]).norm() < 1.001 * largest


def test_a_sentence_of_several_rows_is_not_padded_to_a_shape() -> None:
    made = tagger()
    long = batch(made, 200, 2)
    assert len(long.input_ids_RS) > 2 and ReplayedStep(made).loss(long) is None


class Other(losses.NLL):
    """Nobody knows what it does."""


def test_only_what_says_so_is_replayed() -> None:
    assert ReplayedStep.unsuited(tagger()) == ""
    assert ReplayedStep.unsuited(tagger(loss=Other())) == "Other"
    gathers = losses.EmbeddingLabelSmoothing("confusion")
    assert ReplayedStep.unsuited(tagger(loss=gathers)) == "EmbeddingLabelSmoothing"
    for part in (Other(), gathers):
        compound = losses.Compound({"other": {"weight": 1, "loss": part}})
        assert ReplayedStep.unsuited(tagger(loss=compound)) == "Compound"
    assert ReplayedStep.unsuited(tagger(between=models.BiLSTM)) == "BiLSTM"
    made = tagger("crf")
    made.head = models.CRFHead(made.encoder.width, LABELS, backend="pytorch-crf")
    assert ReplayedStep.unsuited(made) == "CRFHead"


def test_what_is_not_replayed_is_said_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    pooled = tagger()
    pooled.encoder = models.Encoder("tiny", kernels=["graphs"], pooling="mean")
    with caplog.at_level(logging.WARNING):
        for made, part in ((pooled, "model.encoder.pooling=mean"), (tagger(loss=Other()), "Other")):
            caplog.clear()
            made._trainer = SimpleNamespace(world_size=1)
            assert [made._replayed(batch(made, 3, 1)) for _ in range(3)] == [None] * 3
            (line,) = caplog.messages
            assert line.startswith(f"head and loss run without CUDA graphs: {part} ")


def test_training_goes_on_without_where_anything_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUDA error: out of luck")

    stages: dict[str, tuple[Any, str]] = {
        "a pass before": (ReplayedStep, "_of_padded"),
        "warm-up": (recording.Recording, "_warm_up"),
        "capture": (torch.cuda, "graph"),
        "first replay": (torch.cuda.CUDAGraph, "replay"),
        "comparison": (graph_trial, "_close"),
    }
    for stage, (owner, name) in stages.items():
        caplog.clear()
        made = tagger()
        given = batch(made, 3, 1, 7)
        torch.manual_seed(3)
        potentials_, hidden_BWE = made(given)
        expected = step(made, made.loss(potentials_, given.labels_BW, hidden_BWE))
        with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
            patch.setattr(owner, name, failing)
            patch.setattr(graphs, "PATIENCE", int(stage == "a pass before"))
            torch.manual_seed(3)
            own = step(made, made.training_step(given, 0))
        assert len(own) == len(expected) and all(map(torch.equal, own, expected)), stage
        (line,) = [record.getMessage() for record in caplog.records]
        assert line.startswith("head and loss run without CUDA graphs") and "out of luck" in line


def test_all_recordings_are_forgotten_those_of_the_encoder_too() -> None:
    made = tagger()
    step(made, made.training_step(batch(made, 3, 1), 0))
    alone = EncoderGraphs(made.encoder.model)
    made.encoder._recordings.append(alone)
    alone.read(batch(made, 3, 1).input_ids_RS, batch(made, 3, 1).attention_mask_RS)
    assert alone.graphs.recordings and made._step is not None
    made.forget_recordings()
    assert not alone.graphs.recordings and made._step is None


class Operations(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        aliases = [one.alias_info for one in func._schema.returns if one.alias_info is not None]
        self.count += not aliases or any(alias.is_write for alias in aliases)  # a view launches nothing
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("loss", [losses.NLL, compound])
@pytest.mark.parametrize("head", HEADS)
def test_few_operations_are_left_around_the_graphs(head: str, loss: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tagger(head, loss=loss())
    made.loss.setup(LABELS, torch.tensor([50, 5, 4, 3, 2]))
    given = batch(made, 3, 1, 7)
    step(made, made.training_step(given, 0))
    monkeypatch.setattr(torch.cuda.CUDAGraph, "replay", lambda self: None)
    made.zero_grad()
    with Operations() as asked:
        made.training_step(given, 1).backward()
    assert 10 < asked.count <= BUDGET, asked.count


@pytest.mark.seconds
def test_a_run_is_replayed_and_resumed_bit_equal(
    train, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    steps: list[Tensor | None] = []
    real = ReplayedStep.loss
    monkeypatch.setattr(graphs, "PATIENCE", 2)  # the parts have recorded less at any step than the whole

    def counted(self: ReplayedStep, batch: Batch) -> Tensor | None:
        steps.append(real(self, batch))
        return steps[-1]

    monkeypatch.setattr(ReplayedStep, "loss", counted)
    common = (
        "model.encoder.kernels=[graphs]", "model.encoder.pooling=first", "data.size=48", "data.batch_size=8",
        "scheduler=constant", "trainer.precision=32-true", "trainer.accumulate_grad_batches=2",
    )  # fmt: skip
    whole = train(*common, "trainer.max_epochs=2", name="whole")
    train(*common, "trainer.max_epochs=1", name="parts")
    parts = train(*common, "trainer.max_epochs=2", name="parts", resume=True)
    states = [
        torch.load(result.folder / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
        for result in (whole, parts)
    ]
    assert states[0].keys() == states[1].keys()
    assert all(torch.equal(weights, states[1][name]) for name, weights in states[0].items())
    assert len(steps) == 24 and all(loss is not None for loss in steps)
    assert "without CUDA graphs" not in caplog.text
