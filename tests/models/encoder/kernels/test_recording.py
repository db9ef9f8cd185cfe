"""A recording replays what the model computes: on a CPU, with CUDA graphs that write operations down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import AutoModel

from ner_lab.models.encoder.kernels import graphs as graphs_module
from ner_lab.models.encoder.kernels import recording
from ner_lab.models.encoder.kernels.encoder_graphs import EncoderGraphs, plain
from ner_lab.models.encoder.kernels.graphs import Graphs
from ner_lab.models.encoder.kernels.padded_shapes import padded, padded_size
from ner_lab.models.encoder.kernels.recording import apart

pytestmark = pytest.mark.usefixtures("fake_cuda_graphs")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shape is recorded when it is first met."""
    monkeypatch.setattr(graphs_module, "PATIENCE", 0)


@pytest.fixture
def model(encoder_folder: Callable[[str], Path]) -> Any:
    return AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32").train()


def batch(*lengths: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    ids_RS = torch.randint(10, 60, (len(lengths), max(lengths)), generator=torch.Generator().manual_seed(seed))
    return ids_RS, (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()


def filled_up(ids_RS: Tensor, mask_RS: Tensor) -> tuple[Tensor, Tensor]:
    size = padded_size(*ids_RS.shape)
    assert size is not None
    return padded(ids_RS, mask_RS, size, 0)


def step(model: Any, states_RSD: Tensor) -> list[Tensor]:
    model.zero_grad()
    states_RSD.square().sum().backward()
    return [states_RSD.detach(), *(p.grad.clone() for p in model.parameters() if p.grad is not None)]


def test_replays_are_bit_equal_to_the_model_with_the_same_dropout(model: Any) -> None:
    graphs = EncoderGraphs(model)
    for lengths, seed in (((5, 9), 1), ((3, 4, 32), 2), ((4,) * 9, 3), ((5, 9), 4)):
        ids_RS, mask_RS = batch(*lengths, seed=seed)
        R, S = ids_RS.shape
        torch.manual_seed(seed)
        replayed = step(model, graphs.read(ids_RS, mask_RS))
        torch.manual_seed(seed)
        expected = step(model, plain(model, *filled_up(ids_RS, mask_RS))[:R, :S])
        assert len(replayed) == len(expected) and all(map(torch.equal, replayed, expected))
    assert len(graphs.graphs.recordings) == 2 and not graphs.graphs.given_up


def test_training_records_at_once_and_what_is_read_after_some_batches(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is learned must not depend on which shapes were met before; what is read is the same to the bit."""
    monkeypatch.setattr(graphs_module, "PATIENCE", 2)
    graphs, given = EncoderGraphs(model), batch(5, 9)
    step(model, graphs.read(*given))
    assert len(graphs.graphs.recordings) == 1
    model.eval()
    with torch.no_grad():
        read = [graphs.read(*given) for _ in range(4)]
    assert len(graphs.graphs.recordings) == 2 and all(torch.equal(states_RSD, read[0]) for states_RSD in read)


def test_gradients_add_up_as_autograd_adds_them_up(model: Any) -> None:
    """Of several passes, of passes that are not replayed, and of a weight that somebody gave one."""
    graphs, weights = EncoderGraphs(model), list(model.parameters())
    many = [batch(5, 9, seed=seed) for seed in range(3)]

    def passes(read: Callable[..., Tensor]) -> list[Tensor]:
        found = []
        for begin in ("none", "one", "zero"):
            model.zero_grad(set_to_none=begin != "zero")
            if begin == "one":
                weights[0].grad = torch.ones_like(weights[0])
            for seed, given in enumerate(many):
                torch.manual_seed(seed)
                plainly = begin == "one" and seed == 1
                states_RSD = plain(model, *filled_up(*given))[:2, :9] if plainly else read(*given)
                states_RSD.square().sum().backward()
            found += [weight.grad.clone() for weight in weights if weight.grad is not None]
        return found

    own, expected = passes(graphs.read), passes(lambda *given: plain(model, *filled_up(*given))[:2, :9])
    assert len(own) == len(expected) and all(map(torch.equal, own, expected))


def test_weights_with_hooks_are_left_to_autograd(model: Any, caplog: pytest.LogCaptureFixture) -> None:
    weight = next(model.parameters())
    for watch in (weight.register_hook, weight.register_post_accumulate_grad_hook):
        caplog.clear()
        handle = watch(lambda tensor: None)
        with caplog.at_level(logging.WARNING):
            assert EncoderGraphs(model).read(*batch(4, 6)) is None
        assert "hooks wait for the gradients" in caplog.text
        handle.remove()
    assert EncoderGraphs(model).read(*batch(4, 6)) is not None


def test_a_replay_reads_the_weights_of_its_moment(model: Any) -> None:
    graphs, given = EncoderGraphs(model), batch(5, 9)
    before = graphs.read(*given).detach()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(1.5)
    torch.manual_seed(0)
    after = graphs.read(*given).detach()
    torch.manual_seed(0)
    assert not torch.equal(before, after) and torch.equal(after, plain(model, *filled_up(*given))[:2, :9])
    assert len(graphs.graphs.recordings) == 1


def test_shapes_share_the_room_for_their_gradients(model: Any) -> None:
    graphs = EncoderGraphs(model)
    for rows in (5, 9):
        graphs.read(*batch(*[3] * rows))
    first, second = graphs.graphs.recordings.values()
    assert first.gradients is second.gradients


def test_two_forward_passes_before_a_backward_pass_are_not_mixed_up(model: Any) -> None:
    """As of a loss that compares two draws of dropout: a replay would write over what the first one needs."""
    graphs, given = EncoderGraphs(model), batch(5, 9)
    graphs.read(*given)  # recorded
    torch.manual_seed(0)
    first = graphs.read(*given)
    assert graphs.read(*given) is None
    assert graphs.read(*batch(30)) is None
    replayed = step(model, first)
    torch.manual_seed(0)
    expected = step(model, plain(model, *filled_up(*given))[:2, :9])
    assert all(map(torch.equal, replayed, expected))
    assert graphs.read(*given) is not None


def test_threads_that_share_a_model_do_not_get_each_others_states(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    graphs, many = EncoderGraphs(model.eval()), [batch(5, 9, seed=seed) for seed in range(8)]
    with torch.no_grad():
        expected = [graphs.read(*given) for given in many]
        real = torch.cuda.CUDAGraph.replay
        monkeypatch.setattr(torch.cuda.CUDAGraph, "replay", lambda self: (time.sleep(0.01), real(self)))

        def read(given: tuple[Tensor, Tensor]) -> Tensor | None:
            with torch.no_grad():  # a thread has a mode of its own
                return graphs.read(*given)

        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(read, many))
    assert all(map(torch.equal, found, expected))


def test_a_second_backward_pass_is_refused(model: Any) -> None:
    states_RSD = EncoderGraphs(model).read(*batch(5, 9))
    states_RSD.sum().backward(retain_graph=True)
    with pytest.raises(RuntimeError, match=r"has one backward pass.*kernels=stock"):
        states_RSD.sum().backward()


@pytest.mark.parametrize("question", [lambda x: x.sum().item(), lambda x: x[x > 0]])
def test_a_function_that_waits_for_the_device_is_not_recorded(question, caplog: pytest.LogCaptureFixture) -> None:
    module = torch.nn.Linear(3, 2)

    def asking(x: Tensor) -> Tensor:
        found = module(x)
        question(found)
        return found

    graphs = Graphs("it runs", module, asking)
    with caplog.at_level(logging.WARNING):
        assert graphs.call((2, 3), lambda: [torch.ones(2, 3)]) is None
    assert "it runs without CUDA graphs" in caplog.text and "synchronizing" in caplog.text


def test_all_that_can_fail_means_the_model_itself(
    model: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUDA error: out of luck")

    stages: dict[str, tuple[Any, str]] = {
        "warm-up": (recording.Recording, "_warm_up"),
        "capture": (torch.cuda, "graph"),
        "backward capture": (torch, "zeros_like"),
        "first replay": (torch.cuda.CUDAGraph, "replay"),
        "first backward": (recording, "apart"),
    }
    for stage, (owner, name) in stages.items():
        caplog.clear()
        with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
            patch.setattr(owner, name, failing)
            graphs = EncoderGraphs(model)
            assert graphs.read(*batch(4, 6)) is None, stage
        assert graphs.read(*batch(4, 6)) is None and graphs.graphs.recordings == {}
        (line,) = [record.getMessage() for record in caplog.records]
        assert "without CUDA graphs" in line and "out of luck" in line


def test_after_a_pass_that_failed_nobody_gets_its_memory_too_early(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[Any] = []
    monkeypatch.setattr(type(torch.cuda.Stream()), "wait_stream", lambda one, other: waited.append((one, other)))

    def failing(*_: Any) -> None:
        raise RuntimeError("CUDA out of memory")

    monkeypatch.setattr(recording.Recording, "_forward", failing)
    assert EncoderGraphs(model).read(*batch(4, 6)) is None
    (there, back) = waited
    assert there[0] is back[1], "the stream of the pass waits for the current one, and that for it"


def test_only_a_training_forbids_all_threads_to_wait_for_the_device(
    model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_mode, modes = torch.cuda.set_sync_debug_mode, list[Any]()
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", lambda mode: (modes.append(mode), set_mode(mode)))
    with torch.no_grad():
        assert EncoderGraphs(model.eval()).read(*batch(4, 6)) is not None
    assert "error" not in modes
    assert EncoderGraphs(model.train()).read(*batch(4, 6)) is not None
    assert "error" in modes


def test_gradients_in_a_row_come_apart_in_the_shapes_of_their_weights() -> None:
    weights = [torch.zeros(2, 3), torch.zeros(()), torch.zeros(0, 2), torch.zeros(4)]
    found = apart(torch.arange(11.0), weights)
    assert [one.shape for one in found] == [one.shape for one in weights]
    assert torch.cat([one.reshape(-1) for one in found]).tolist() == list(range(11))


def test_gradients_in_evaluation_mode_are_those_of_the_model_itself(model: Any) -> None:
    """A recording for reading has none, and would leave the encoder as it is without a word."""
    model.eval()
    graphs = EncoderGraphs(model)
    for _ in range(3):
        assert graphs.read(*batch(4, 6)) is None
    with torch.no_grad():
        assert graphs.read(*batch(4, 6)) is not None


def test_reading_between_a_forward_and_its_backward_pass_leaves_that_alone(model: Any) -> None:
    graphs = EncoderGraphs(model)
    loss = graphs.read(*batch(4, 6)).sum()
    model.eval()
    with torch.no_grad():
        assert graphs.read(*batch(5, 3)) is None
        loss.backward()
        assert graphs.read(*batch(5, 3)) is not None


def test_products_of_the_backward_pass_are_not_rounded(model: Any) -> None:
    """A plain step leaves autocast before its backward pass."""
    weight = torch.randn(4, 4, requires_grad=True)
    given = torch.randn(3, 4)

    def function() -> Tensor:
        with torch.autocast("cpu", enabled=False):
            return given @ weight

    expected = torch.autograd.grad(function(), weight, torch.ones(3, 4) / 3)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        (found,) = recording.backward(function(), [weight], torch.ones(3, 4) / 3)
    assert found is not None and found.equal(expected)
