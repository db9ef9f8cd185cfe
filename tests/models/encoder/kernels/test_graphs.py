"""CUDA graphs of the encoder: which shapes there are, and what goes wrong. In the place of a recording stands the
function itself; test_recording.py has the recordings, and tests/test_gpu.py what only a GPU can show."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.utils import prune
from transformers import AutoModel

from ner_lab.models.encoder.kernels import graphs as module
from ner_lab.models.encoder.kernels import recording
from ner_lab.models.encoder.kernels.encoder_graphs import MOST_READ, EncoderGraphs
from ner_lab.models.encoder.kernels.graphs import MOST_SHAPES
from ner_lab.models.encoder.kernels.padded_shapes import LENGTHS, ROWS, padded, padded_size

BERTS = ["bert", "distilbert", "roberta"]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shape is recorded when it is first met."""
    monkeypatch.setattr(module, "PATIENCE", 0)


class Eager:
    """In the place of a recording: the function itself, which is called where a graph would be replayed."""

    made = 0

    def __init__(self, function: Any, given: Any, weights: Any, shared: Any) -> None:
        self.function, self.weights, self.shapes = function, weights, [one.shape for one in given]
        torch.manual_seed(recording.SEED)
        self.before: Any = self._pass(function, given)
        type(self).made += 1

    def passed(self, given: Any) -> tuple[Tensor, Any]:
        return self._pass(self, given)

    def _pass(self, function: Any, given: Any) -> tuple[Tensor, Any]:
        output = function(*given)
        if not self.weights:
            return output, ()
        return output.detach(), recording.backward(output, self.weights, recording.trial_cotangent(output))

    def __call__(self, *given: Tensor) -> Tensor:
        assert [one.shape for one in given] == self.shapes
        return self.function(*given)


def batch(*lengths: int) -> tuple[Tensor, Tensor]:
    ids_RS = torch.randint(10, 60, (len(lengths), max(lengths)), generator=torch.Generator().manual_seed(0))
    return ids_RS, (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()


def bert(encoder_folder: Callable[[str], Path], training: bool = False) -> Any:
    return AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32").train(training)


@drawn(st.lists(st.integers(1, 512), min_size=1, max_size=40), st.sampled_from([512, 500, 90]))
def test_a_batch_is_padded_to_one_of_few_shapes(lengths: list[int], longest: int) -> None:
    ids_RS, mask_RS = batch(*(min(length, longest) for length in lengths))
    R, S = ids_RS.shape
    size = padded_size(R, S, longest)
    assert size is not None
    more_ids_RS, more_mask_RS = padded(ids_RS, mask_RS, size, 7)
    assert more_ids_RS.shape == size
    assert more_ids_RS.shape == more_mask_RS.shape
    assert more_ids_RS.shape[0] % ROWS == 0 and more_ids_RS.shape[1] in (*LENGTHS, longest)
    assert more_ids_RS.shape[1] <= longest and 0 <= more_ids_RS.shape[0] - R < max(ROWS, R / 7)
    assert torch.equal(more_ids_RS[:R, :S], ids_RS) and torch.equal(more_mask_RS[:R, :S], mask_RS)
    assert not more_mask_RS[:R, S:].any() and (more_mask_RS.sum(1) > 0).all() and (more_ids_RS[:, S:] == 7).all()


def test_large_batches_have_few_numbers_of_rows() -> None:
    assert len({padded_size(rows, 20) for rows in range(1, 65)}) == 8
    assert len({padded_size(rows, 20) for rows in range(1024, 2048)}) == 9
    assert all(rows <= padded_size(rows, 20)[0] < 1.15 * rows + ROWS for rows in range(1, 5000))


def test_what_is_only_read_is_recorded_where_launching_takes_longest(encoder_folder) -> None:
    """Batches as large as the memory allows differ in shape from one to the next."""
    graphs = EncoderGraphs(bert(encoder_folder, training=True), Eager)
    large = batch(*[30] * (MOST_READ // 30 + 1))
    with torch.no_grad():
        assert graphs.read(*large) is None and graphs.read(*batch(30)) is not None
    assert graphs.read(*large) is not None


def test_a_longer_batch_is_read_by_the_model_itself() -> None:
    assert padded_size(1, 513) is None and padded_size(1, 100, longest=90) is None


@pytest.mark.parametrize("architecture", BERTS)
def test_a_batch_as_long_as_the_encoder_allows_is_not_padded_beyond(
    architecture: str, encoder_folder: Callable[[str], Path]
) -> None:
    """An embedding of a position that there is not would end a process on a GPU."""
    model = AutoModel.from_pretrained(encoder_folder(architecture), dtype="float32").eval()
    longest = EncoderGraphs(model).longest
    assert longest not in LENGTHS or longest == 64
    with torch.no_grad():
        assert EncoderGraphs(model, Eager).read(*batch(longest)).shape[:2] == (1, longest)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("architecture", BERTS)
def test_states_and_gradients_are_those_of_the_model(
    architecture: str, training: bool, encoder_folder: Callable[[str], Path]
) -> None:
    model = AutoModel.from_pretrained(encoder_folder(architecture), dtype="float32").eval()
    if training:
        for part in model.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        model.train()
    graphs = EncoderGraphs(model, Eager)
    ids_RS, mask_RS = batch(5, 50, 3)
    found = []
    with torch.set_grad_enabled(training):
        for states_RSD in (
            graphs.read(ids_RS, mask_RS),
            model(input_ids=ids_RS, attention_mask=mask_RS).last_hidden_state,
        ):
            real_RSD = states_RSD * mask_RS[..., None]
            model.zero_grad()
            if training:
                real_RSD.square().sum().backward()
            found.append((real_RSD.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]))
    torch.testing.assert_close(found[0], found[1], rtol=1e-4, atol=1e-4)
    assert not graphs.graphs.given_up


def test_why_a_model_is_not_recorded_is_said_once(
    encoder_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = AutoModel.from_pretrained(encoder_folder("deberta-v2"), dtype="float32")
    saves_memory, short = bert(encoder_folder, training=True), bert(encoder_folder)
    saves_memory.gradient_checkpointing_enable()
    monkeypatch.setattr(module, "_has_room", lambda device, recorded: False)
    with caplog.at_level(logging.WARNING):
        for model, why in (
            (other, "as it is none of bert, "),
            (saves_memory, "as gradient checkpointing "),
            (short, "for further shapes, "),
        ):
            caplog.clear()
            recordings = EncoderGraphs(model, Eager)
            with torch.set_grad_enabled(model is saves_memory):
                assert [recordings.read(*batch(5, 3)) for _ in range(3)] == [None] * 3
            (line,) = caplog.messages
            assert line.startswith(f"the encoder runs without CUDA graphs, {why}")


def test_a_shape_is_recorded_once_and_anew_when_the_weights_have_moved(encoder_folder) -> None:
    model = bert(encoder_folder)
    graphs = EncoderGraphs(model, Eager)
    Eager.made = 0
    with torch.no_grad():
        for lengths in ((5, 9), (12, 3, 1), (32,)):
            graphs.read(*batch(*lengths))
        assert Eager.made == 1 and len(graphs.graphs.recordings) == 1
        graphs.read(*batch(*[3] * 9))
        assert Eager.made == 2
        model.embeddings.word_embeddings.weight.data = model.embeddings.word_embeddings.weight.data.clone()
        graphs.read(*batch(*[3] * 9))
    assert Eager.made == 3 and len(graphs.graphs.recordings) == 1


@pytest.mark.parametrize("change", ["weights", "dropout", "mode", "part", "pruned"])
def test_a_recording_is_of_the_weights_dropout_and_modes_that_the_model_has(encoder_folder, change: str) -> None:
    model = bert(encoder_folder, training=True)
    graphs = EncoderGraphs(model, Eager)
    Eager.made = 0
    assert graphs.read(*batch(4, 6)) is not None and graphs.read(*batch(4, 6)) is not None
    made, (before,) = Eager.made, graphs.graphs.recordings.values()
    if change == "weights":
        model.load_state_dict({name: value.clone() for name, value in model.state_dict().items()}, assign=True)
    elif change == "dropout":
        model.embeddings.dropout.p = 0.5
    elif change == "part":
        model.embeddings.LayerNorm = copy.deepcopy(model.embeddings.LayerNorm)
    elif change == "pruned":
        prune.l1_unstructured(model.embeddings.word_embeddings, "weight", amount=0.5)
    else:
        model.embeddings.eval()
    assert graphs.read(*batch(4, 6)) is not None
    assert Eager.made > made
    assert (before in graphs.graphs.recordings.values()) == (change == "mode")
    learned = {id(parameter) for parameter in model.parameters()}
    assert {id(weight) for weight in list(graphs.graphs.recordings.values())[-1].weights} == learned
    if change == "mode":  # and back, as a validation in between does
        model.embeddings.train()
        made = Eager.made
        graphs.read(*batch(4, 6))
        assert Eager.made == made


def test_weights_that_are_trained_later_get_their_gradient(encoder_folder) -> None:
    """As gradual unfreezing does; a recording has the gradients of those that were trained when it was made."""
    model = bert(encoder_folder, training=True)
    model.embeddings.requires_grad_(False)
    graphs = EncoderGraphs(model, Eager)
    assert graphs.read(*batch(4, 6)) is not None
    (before,) = graphs.graphs.recordings.values()
    model.embeddings.requires_grad_(True)
    assert graphs.read(*batch(4, 6)) is not None
    assert before not in graphs.graphs.recordings.values()


def test_a_shape_that_is_rare_is_not_recorded(encoder_folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 2)
    graphs = EncoderGraphs(bert(encoder_folder), Eager)
    with torch.no_grad():
        many = (4,) * 9
        for lengths, recorded in (((3,), 0), ((5, 9), 0), (many, 0), ((7,), 1), ((4, 4), 1), (many, 1), (many, 2)):
            assert graphs.read(*batch(*lengths)).shape[:2] == (len(lengths), max(lengths))
            assert len(graphs.graphs.recordings) == recorded


@pytest.mark.seconds
def test_there_are_never_many(encoder_folder) -> None:
    graphs = EncoderGraphs(bert(encoder_folder), Eager)
    with torch.no_grad():
        for rows in range(1, 32 * MOST_SHAPES, 8):
            graphs.read(*batch(*[3] * rows))
    assert len(graphs.graphs.recordings) == MOST_SHAPES


def test_without_room_for_it_a_shape_is_not_recorded(encoder_folder, monkeypatch: pytest.MonkeyPatch) -> None:
    graphs = EncoderGraphs(bert(encoder_folder), Eager)
    with torch.no_grad():
        assert graphs.read(*batch(3)) is not None
        monkeypatch.setattr(module, "_has_room", lambda device, recorded: False)
        assert graphs.read(*batch(*[3] * 9)) is None and graphs.read(*batch(3)) is not None
    assert not graphs.graphs.given_up


def test_a_shape_that_the_memory_has_no_room_for_costs_no_other_its_recording(
    encoder_folder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Large(Eager):
        made = 0

        def __init__(self, function: Any, given: Any, weights: Any, shared: Any) -> None:
            if len(given[0]) > ROWS:
                raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
            super().__init__(function, given, weights, shared)

    graphs = EncoderGraphs(bert(encoder_folder, training=True), Large)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert graphs.read(*batch(3)) is not None and graphs.read(*batch(*[3] * (ROWS + 1))) is None
    assert Large.made == 1 and len(caplog.messages) == 1 and "memory is short" in caplog.messages[0]


@pytest.mark.parametrize(
    ("share", "free", "reserved", "allocated", "recorded", "room"),
    [
        (1.0, 30, 60, 60, 0, True),
        (1.0, 10, 60, 40, 0, True),  # of what it has, it uses a part
        (1.0, 10, 60, 40, 20, False),  # but that part is the recordings'
        (0.45, 50, 44, 44, 0, False),  # the rest of the GPU is for other trials of a sweep
        (0.45, 50, 30, 30, 0, True),
        (1.0, 10, 30, 30, 0, False),  # others have taken it
    ],
)
def test_what_room_is(
    monkeypatch: pytest.MonkeyPatch, share: float, free: int, reserved: int, allocated: int, recorded: int, room: bool
) -> None:
    for name, value in {
        "mem_get_info": (free, 100),
        "get_per_process_memory_fraction": share,
        "memory_reserved": reserved,
        "memory_allocated": allocated,
    }.items():
        monkeypatch.setattr(torch.cuda, name, lambda device, value=value: value)
    assert module._has_room(torch.device("cuda", 0), recorded) is room


def test_a_buffer_that_is_replaced_has_no_recording(encoder_folder) -> None:
    model = bert(encoder_folder)
    graphs = EncoderGraphs(model, Eager)
    Eager.made = 0
    with torch.no_grad():
        for _ in range(2):
            graphs.read(*batch(5))
        model.embeddings.token_type_ids = model.embeddings.token_type_ids.clone()
        for _ in range(2):
            graphs.read(*batch(5))
    assert Eager.made == 2


def test_what_changes_from_step_to_step_is_not_recorded_again_and_again(encoder_folder, caplog) -> None:
    model = bert(encoder_folder)
    dropouts = [part for part in model.modules() if isinstance(part, torch.nn.Dropout)]
    graphs = EncoderGraphs(model, Eager)
    Eager.made = 0

    def steps(count: int, each: int) -> None:
        for step in range(count):
            dropouts[0].p = 0.01 * (step + 1) * each
            for _ in range(each):
                graphs.read(*batch(5))

    with torch.no_grad(), caplog.at_level(logging.WARNING):
        steps(10, each=3)  # of epochs
        assert Eager.made == 10 and not caplog.messages
        steps(10, each=1)
    assert Eager.made < 15 and len(caplog.messages) == 1 and "change from step to step" in caplog.messages[0]


def test_what_is_frozen_drops_nothing_after_a_trial_either(encoder_folder) -> None:
    model = bert(encoder_folder, training=True)
    model.embeddings.eval()
    modes = [part.training for part in model.modules()]
    assert EncoderGraphs(model, Eager).read(*batch(4, 6)) is not None
    assert [part.training for part in model.modules()] == modes


class Wrong(Eager):
    def __call__(self, *given: Tensor) -> Tensor:
        return 1.2 * super().__call__(*given)


class WrongGradient(Eager):
    def __call__(self, *given: Tensor) -> Tensor:
        states_RSD = super().__call__(*given)
        return states_RSD.detach() + 2 * (states_RSD - states_RSD.detach())


class Frozen(Eager):
    """Whose dropout was recorded once and for all."""

    def __call__(self, *given: Tensor) -> Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return super().__call__(*given)


class Reordered(Eager):
    """Which draws its dropout in another order than the model."""

    def __call__(self, *given: Tensor) -> Tensor:
        torch.rand(())
        return super().__call__(*given)


def test_dropout_may_be_drawn_in_another_order(encoder_folder) -> None:
    graphs = EncoderGraphs(bert(encoder_folder, training=True), Reordered)
    Eager.made = Reordered.made = 0
    assert graphs.read(*batch(4, 6)) is not None
    assert Reordered.made == 2  # as it is, and without dropout
    graphs = EncoderGraphs(bert(encoder_folder, training=True), Eager)
    assert graphs.read(*batch(4, 6)) is not None
    assert Eager.made == 1


class Broken(Eager):
    def __init__(self, *given: Any) -> None:
        raise RuntimeError("CUDA error:\noperation not permitted when stream is capturing")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (Wrong, "it says something else"),
        (WrongGradient, "its gradients are others"),
        (Frozen, "another seed drops the same"),
        (Broken, "CUDA error: operation not permitted"),
    ],
)
def test_what_goes_wrong_means_the_model_itself_and_a_line(record, said, encoder_folder, caplog) -> None:
    model = bert(encoder_folder, training=True)
    graphs = EncoderGraphs(model, record)
    torch.manual_seed(7)
    state = torch.random.get_rng_state()
    with caplog.at_level(logging.WARNING):
        assert graphs.read(*batch(4, 6)) is None
        assert torch.equal(torch.random.get_rng_state(), state) and model.training
        assert graphs.read(*batch(4, 6)) is None
    (line,) = [record.getMessage() for record in caplog.records]
    assert "without CUDA graphs" in line and said in line and "\n" not in line


def test_models_whose_mask_is_another_are_read_by_themselves(encoder_folder) -> None:
    model = AutoModel.from_pretrained(encoder_folder("deberta-v2"), dtype="float32").eval()
    assert EncoderGraphs(model, Eager).read(*batch(4, 6)) is None
