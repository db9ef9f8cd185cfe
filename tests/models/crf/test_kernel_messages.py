"""The CRF's kernels, which Triton interprets where there is no GPU: equal to the plain recursions, and tried first.

test_crf.py has the laws that they obey beside the other ways to pass messages.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

if "NER_LAB_NEEDS_TRITON" not in os.environ:  # where it is set, its absence is a failure
    pytest.importorskip("triton", reason="needs triton: pip install triton")

from ner_lab.models.crf import kernel_likelihood, kernel_messages, kernel_trial
from ner_lab.models.crf.decode import viterbi
from ner_lab.models.crf.kernel_trial import _potentials, differences, gradient_differences, kernels_for

CPU = torch.device("cpu")


@pytest.mark.seconds
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("labels", [1, 2, 3, 9, 16, 17, 33, 64])
def test_they_say_what_the_plain_recursions_say(labels: int, dtype: torch.dtype) -> None:
    assert differences(kernel_messages, *_potentials(CPU, dtype, labels)) == []
    assert gradient_differences(*_potentials(CPU, dtype, labels)) == []


@pytest.mark.seconds
@settings(max_examples=10)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=3), st.integers(1, 6), st.floats(0, 1e4), st.integers(0, 9))
def test_of_any_length_and_spread(lengths: list[int], labels: int, scale: float, seed: int) -> None:
    random = torch.Generator().manual_seed(seed)
    words = max(1, *lengths)
    emissions_BWK = torch.randn(len(lengths), words, labels, generator=random, dtype=torch.float64) * scale
    shapes = (labels,), (labels, labels), (labels,)
    links = [torch.randn(shape, generator=random, dtype=torch.float64) for shape in shapes]
    mask_BW = torch.arange(words) < torch.tensor(lengths)[:, None]
    assert differences(kernel_messages, emissions_BWK, mask_BW, *links) == []
    assert gradient_differences(emissions_BWK, mask_BW, *links) == []


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
@pytest.mark.parametrize("where", [0, 2])
def test_a_loss_of_what_is_no_number_is_none_either(number: float, where: int) -> None:
    """Or a training that has gone astray would go on."""
    emissions_BWK, mask_BW, *links = _potentials(CPU, torch.float32, 3)
    emissions_BWK[0, 1, where] = number
    labels_BW = torch.zeros(mask_BW.shape, dtype=torch.long)
    nll_B = kernel_likelihood.KernelPathNLL.apply(emissions_BWK, *links, labels_BW, mask_BW)
    assert nll_B[0].isnan() and nll_B[1:].isfinite().all()


def test_of_labels_with_equal_scores_the_same_ones_are_chosen() -> None:
    emissions_BWK = torch.randint(0, 2, (8, 30, 5), generator=torch.Generator().manual_seed(0)).float()
    mask_BW = torch.arange(30) < torch.tensor([30, 29, 17, 16, 9, 8, 1, 0])[:, None]
    links = torch.zeros(5), torch.zeros(5, 5), torch.zeros(5)
    assert torch.equal(kernel_messages.viterbi(emissions_BWK, mask_BW, *links), viterbi(emissions_BWK, mask_BW, *links))


def test_on_a_cpu_and_with_many_labels_nobody_takes_them() -> None:
    assert kernels_for(torch.zeros(1, 1, 3)) is None
    many = SimpleNamespace(is_cuda=True, shape=(1, 1, 65))
    assert kernels_for(many) is None


@pytest.mark.parametrize("shape", [(2**15, 2**10, 64), (2**19, 2, 64)])
def test_a_batch_whose_numbers_exceed_32_bits_goes_without(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages or, where sentences are short, pairs of labels."""
    monkeypatch.setattr(kernel_trial, "_tried", lambda *_: kernel_messages)
    assert kernels_for(SimpleNamespace(is_cuda=True, shape=shape, device=CPU, dtype=torch.float32)) is None
    few = SimpleNamespace(is_cuda=True, shape=(2**10, 2, 64), device=CPU, dtype=torch.float32)
    assert kernels_for(few) is kernel_messages


@pytest.mark.seconds
def test_every_launch_is_on_the_device_of_its_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    devices, real = [], torch.cuda.device_of
    monkeypatch.setattr(torch.cuda, "device_of", lambda tensor: devices.append(tensor.device) or real(tensor))
    assert differences(kernel_messages, *_potentials(CPU, torch.float32, 3)) == []
    assert devices == [CPU] * 4  # messages, their gradient, pairs and best paths
    assert gradient_differences(*_potentials(CPU, torch.float32, 3)) == []
    assert devices == [CPU] * 9


@pytest.mark.seconds
def test_a_trial_under_autocast_is_one_in_full_precision() -> None:
    """As of a prediction in bfloat16, which decodes first."""
    kernel_trial._tried.cache_clear()
    with torch.autocast("cpu", torch.bfloat16):
        assert kernel_trial._tried(CPU, torch.float32, 9) is kernel_messages
    kernel_trial._tried.cache_clear()


def broken(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    if what == "gradients of the loss":
        real = kernel_likelihood.KernelPathNLL.backward
        halved = lambda ctx, gradient_B: real(ctx, gradient_B / 2)  # noqa: E731
        monkeypatch.setattr(kernel_likelihood.KernelPathNLL, "backward", staticmethod(halved))
    elif what == "an error":
        monkeypatch.setattr(kernel_messages, "viterbi", lambda *_: 1 / 0)
    elif what == "best paths":
        monkeypatch.setattr(kernel_messages, "viterbi", lambda *given: viterbi(*given).flip(1))
    else:
        real = kernel_messages.KernelMessages.pull_back
        doubled = lambda self, weight_BWK: real(self, 2 * weight_BWK)  # noqa: E731
        monkeypatch.setattr(kernel_messages.KernelMessages, "pull_back", doubled)


@pytest.mark.seconds
@pytest.mark.parametrize("what", ["an error", "best paths", "gradients", "gradients of the loss"])
def test_kernels_that_say_something_else_are_left_alone(
    what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kernel_trial._tried.cache_clear()
    assert kernel_trial._tried(CPU, torch.float32, 3) is kernel_messages
    kernel_trial._tried.cache_clear()
    broken(monkeypatch, what)
    with caplog.at_level(logging.WARNING):
        assert kernel_trial._tried(CPU, torch.float32, 3) is None
        assert kernel_trial._tried(CPU, torch.float32, 3) is None
    (said,) = [record.getMessage() for record in caplog.records]
    assert "without kernels" in said and (what if what != "an error" else "division by zero") in said
    kernel_trial._tried.cache_clear()


@pytest.mark.seconds
def test_they_compile_for_the_cards_of_two_generations() -> None:
    """The interpreter takes what a compiler does not, such as a variable that changes its type in a loop."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    script = Path(__file__).parent / "compiled_kernels.py"
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    compiled = done.stdout.split()
    # To the compiler a variable that begins as another one does is that one, which the interpreter does not show.
    carried = {line.split(":")[0]: set(line.split(":")[3].split(",")) for line in compiled}
    assert carried["_nll"] == {"message", "state", "partition", "score", "t", "coming", "label", "came"}
    assert carried["_nll_gradients"] == {"pairs", "starts", "ends"}
    assert carried["_marginal_gradients"] == {"total", "t", "own", "coming", "there"}
    assert len(compiled) == len(set(compiled)) == 8 * 2 * 2
