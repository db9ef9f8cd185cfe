"""What only a GPU can show: graphs and kernels as they run there. Everywhere else each test is skipped, and says so."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from omegaconf import OmegaConf

from ner_lab.models import Encoder
from ner_lab.models.crf import kernel_trial
from ner_lab.models.encoder.kernels import graphs
from ner_lab.training.replayed_step import ReplayedStep
from ner_lab.types import Batch, UserError

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch sees no GPU here")
CUDA = torch.device("cuda")
MINILM = os.environ.get("NER_LAB_MINILM", "minilm")  # see benchmarks/gpu.py


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "PATIENCE", 0)


def batch(*lengths: int) -> Batch:
    S = max(lengths)
    mask_RS = (torch.arange(S) < torch.tensor(lengths)[:, None]).long()
    ids_RS = torch.randint(10, 60, mask_RS.shape, generator=torch.Generator().manual_seed(0))
    begin_BW = torch.arange(len(lengths))[:, None] * S
    one = torch.ones(len(lengths), 1, dtype=torch.bool)
    return Batch(ids_RS, mask_RS, begin_BW, begin_BW + 1, one, torch.arange(len(lengths))).to(CUDA)


@pytest.mark.parametrize("labels", [2, 9, 33, 64])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_kernels_of_the_crf_are_taken(labels: int, dtype: torch.dtype) -> None:
    kernels = kernel_trial.kernels_for(torch.zeros(1, 1, labels, device=CUDA, dtype=dtype))
    assert kernels is not None
    assert kernel_trial.differences(kernels, *kernel_trial._potentials(CUDA, dtype, labels)) == []


@pytest.mark.parametrize("training", [True, False])
def test_the_encoder_is_replayed_and_says_what_the_model_says(training: bool) -> None:
    encoder = Encoder(MINILM, dropout=0.0).to(CUDA).train(training)
    stock = Encoder(MINILM, dropout=0.0, kernels="stock").to(CUDA).train(training)
    found = []
    for one in (encoder, stock):
        with torch.set_grad_enabled(training), torch.autocast("cuda", torch.bfloat16):
            states_BWD = one(batch(5, 40, 17)).float()
        if training:
            states_BWD.square().sum().backward()
        found.append((states_BWD.detach(), [p.grad.norm() for p in one.parameters() if p.grad is not None]))
    (found_graphs,) = encoder._recordings
    assert not found_graphs.graphs.given_up and len(found_graphs.graphs.recordings) == 1 and stock._recordings == []
    torch.testing.assert_close(found[0][0], found[1][0], rtol=0.05, atol=0.05)
    for own, other in zip(found[0][1], found[1][1], strict=True):
        assert (own - other).abs() <= 0.05 * other + 0.05


def test_dropout_of_a_replay_is_new_with_each_seed() -> None:
    encoder = Encoder(MINILM).to(CUDA).train()
    states = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        states.append(encoder(batch(9, 9)).detach())
    assert torch.equal(states[0], states[1]) and not torch.equal(states[0], states[2])


@pytest.mark.parametrize(
    ("head", "loss"),
    [("linear", "nll"), ("crf", "nll"), ("linear", "embedding_label_smoothing"), ("crf", "compound")],
)
def test_a_run_learns_as_it_does_without_kernels(
    train, head: str, loss: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, replayed = ReplayedStep.loss, []

    def watched(self, batch):
        found = real(self, batch)
        replayed.append(found is not None)  # not the loss: one that is alive makes the next recording fail
        return found

    monkeypatch.setattr(ReplayedStep, "loss", watched)
    common = (
        "trainer=gpu",
        f"model.encoder.name={MINILM}",
        "model.encoder.pooling=first",
        f"model/head={head}",
        f"loss={loss}",
        "trainer.max_epochs=3",
        "data.batch_size=8",
    )
    fast = train(*common, name="fast")
    stock = train(*common, "model.encoder.kernels=stock", name="stock")
    assert "without CUDA graphs" not in caplog.text and "without kernels" not in caplog.text
    assert replayed and all(replayed)
    assert abs(fast.metrics["dev"]["f1"] - stock.metrics["dev"]["f1"]) < 0.15
    assert "graphs" in json.loads((fast.folder / "environment.json").read_text())["kernels"]


def test_a_resumed_run_ends_with_the_weights_of_an_unbroken_one(train, monkeypatch: pytest.MonkeyPatch) -> None:
    common = (
        "trainer=gpu", f"model.encoder.name={MINILM}", "model.encoder.pooling=first", "data.size=64",
        "data.batch_size=8", "scheduler=constant",
    )  # fmt: skip
    whole = train(*common, "trainer.max_epochs=2", name="whole")
    train(*common, "trainer.max_epochs=1", name="parts")
    parts = train(*common, "trainer.max_epochs=2", name="parts", resume=True)
    states = [
        torch.load(result.folder / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]
        for result in (whole, parts)
    ]
    for name, weights in states[0].items():
        torch.testing.assert_close(weights, states[1][name], msg=lambda text, n=name: f"{n}: {text}")


def test_a_loss_that_is_no_number_is_named_some_steps_later(train) -> None:
    with pytest.raises(UserError, match=r"the loss is (nan|inf) at step \d+ \(epoch 0, batch \d+"):
        train("trainer=gpu", "optimizer=sgd", "optimizer.lr=1e30", "trainer.gradient_clip_val=null")


def test_precision_is_bfloat16_by_default(train) -> None:
    result = train("trainer=gpu", "trainer.max_steps=2")
    assert OmegaConf.load(Path(result.folder) / "config.yaml").trainer.precision == "auto"
    wanted = "bf16-mixed" if torch.cuda.is_bf16_supported(including_emulation=False) else "32-true"
    assert json.loads((result.folder / "environment.json").read_text())["precision"] == wanted
