"""The encoder as CUDA graphs: on a GPU its hundreds of small kernels take less time than launching them one by one.

Batches are padded to few shapes. For each the forward and the backward pass are recorded once and replayed afterwards
(PyTorch's "CUDA graphs"), with dropout drawn anew in each replay. What comes before and after the encoder stays as it
is. A shape is tried before it is used: without dropout its states and gradients must be those of the plain model, with
dropout they must differ from draw to draw and be the same for the same seed. Whatever goes wrong means the plain model,
and one line in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ner_lab.models.encoder.kernels.packing import FIRST_POSITION

ROWS = 8  # a batch is padded to a multiple of this
LENGTHS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512)  # and to one of these
MOST_SHAPES = 24  # each keeps its activations
WARM_UPS = 3  # passes before a recording, in which libraries choose their algorithms

_log = logging.getLogger(__name__)


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    return "" if hasattr(torch.cuda, "CUDAGraph") else f"torch {torch.__version__} has no CUDA graphs"


def padded(input_ids_RS: Tensor, attention_mask_RS: Tensor, pad_id: int = 0) -> tuple[Tensor, Tensor] | None:
    """Ids and mask in one of few shapes, or None of a batch that is longer than all of them.

    A row that was added attends to its first position: a softmax over nothing would be no number.
    """
    R, S = input_ids_RS.shape
    length = next((length for length in LENGTHS if length >= S), None)
    if length is None:
        return None
    more = (0, length - S, 0, -R % ROWS)
    ids_RS = functional.pad(input_ids_RS, more, value=pad_id)
    mask_RS = functional.pad(attention_mask_RS, more)
    mask_RS[R:, 0] = 1
    return ids_RS, mask_RS


class Graphs:
    """The recordings of a model; see `read`.

    Args:
        model: of `transformers`, on a GPU.
        record: makes a recording from a function and its inputs; on machines without a GPU tests give another.
    """

    def __init__(self, model: Any, record: Callable[..., Any] | None = None) -> None:
        self.model = model
        self.record = record or Recording
        self.recordings: dict[tuple[Any, ...], Any] = {}
        self.places: tuple[int, ...] = ()
        self.given_up = model.config.model_type not in FIRST_POSITION

    def read(self, input_ids_RS: Tensor, attention_mask_RS: Tensor) -> Tensor | None:
        """`hidden_RSD` as the model gives it where the mask is 1; None where it has to be asked itself."""
        if self.given_up or self._several_devices() or (given := padded(input_ids_RS, attention_mask_RS)) is None:
            return None
        training = self.model.training and torch.is_grad_enabled()
        if training and any(getattr(part, "gradient_checkpointing", False) for part in self.model.modules()):
            return None
        if input_ids_RS.is_cuda and input_ids_RS.device.index != torch.cuda.current_device():
            return None  # recordings are made on the current one
        device = input_ids_RS.device.type
        dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else None
        shape = (*given[0].shape, training, dtype, torch.is_inference_mode_enabled())
        self._forget_moved()
        if shape not in self.recordings:
            if len(self.recordings) >= MOST_SHAPES:
                return None
            self._try(shape, given)
            if self.given_up:
                return None
        R, S = input_ids_RS.shape
        return self.recordings[shape](*given)[:R, :S]

    def _several_devices(self) -> bool:
        """Where gradients are shared between processes, the model itself is asked."""
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            self.given_up = True
            _log.warning("the encoder runs without CUDA graphs, which are for training on a single device")
        return self.given_up

    def _forget_moved(self) -> None:
        """A recording reads weights where they were; a model that was moved to another device and back has others."""
        places = tuple(parameter.data_ptr() for parameter in self.model.parameters())
        if places != self.places:
            self.recordings.clear()
            self.places = places

    def _try(self, shape: tuple[Any, ...], given: tuple[Tensor, Tensor]) -> None:
        _, _, training, dtype, _ = shape
        state = torch.random.get_rng_state()
        state_of_gpu = torch.cuda.get_rng_state() if given[0].is_cuda else None
        try:
            with torch.autocast(given[0].device.type, dtype, enabled=dtype is not None, cache_enabled=False):
                found = self.record(self.model, given, training)
                if wrong := differences(self.model, found, given, training, self.record):
                    raise ArithmeticError(wrong)
            self.recordings[shape] = found
        except Exception as error:  # a driver and a compiler are behind it
            self.given_up = True
            self.recordings.clear()
            said = " ".join(str(error).split())[:300]
            _log.warning("the encoder runs without CUDA graphs, as the recording of %s failed: %s", shape[:2], said)
        finally:  # the same dropout as without a recording in this step
            torch.random.set_rng_state(state)
            if state_of_gpu is not None:
                torch.cuda.set_rng_state(state_of_gpu)


class Recording:
    """A forward pass, and in training a backward pass, of a model for one shape."""

    def __init__(self, model: Any, given: tuple[Tensor, Tensor], training: bool) -> None:
        self.parameters = [p for p in model.parameters() if p.requires_grad] if training else []
        self.given = (given[0].clone(), given[1].clone())
        self.training = training
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                hidden_RSD = plain(model, *self.given, training)
                if training:
                    torch.autograd.grad(hidden_RSD.sum(), self.parameters, allow_unused=True)
                del hidden_RSD
        torch.cuda.current_stream().wait_stream(side)
        self.forward_graph, self.backward_graph = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        # Other threads go on meanwhile: the one that pins batches does.
        with torch.cuda.graph(self.forward_graph, capture_error_mode="thread_local"):
            self.hidden_RSD = plain(model, *self.given, training)
        if training:
            self.cotangent_RSD = torch.zeros_like(self.hidden_RSD)
            pool = self.forward_graph.pool()
            with torch.cuda.graph(self.backward_graph, pool=pool, capture_error_mode="thread_local"):
                gradients = torch.autograd.grad(self.hidden_RSD, self.parameters, self.cotangent_RSD, allow_unused=True)
                self.used = [gradient is not None for gradient in gradients]
                self.gradients_N = flat(gradients)
            self.hidden_RSD = self.hidden_RSD.detach()

    def __call__(self, *given: Tensor) -> Tensor:
        if self.training:
            return _Replay.apply(self, *given, *self.parameters)
        return self.forward(*given).clone()

    def forward(self, *given: Tensor) -> Tensor:
        for own, new in zip(self.given, given, strict=True):
            own.copy_(new)
        self.forward_graph.replay()
        return self.hidden_RSD

    def backward(self, cotangent_RSD: Tensor) -> tuple[Tensor | None, ...]:
        self.cotangent_RSD.copy_(cotangent_RSD)
        self.backward_graph.replay()
        # The next replay writes over them; one copy of all costs one launch, a copy of each a hundred.
        return apart(self.gradients_N.clone(), self.parameters, self.used)


class _Replay(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, recording: Any, ids_RS: Tensor, mask_RS: Tensor, *parameters: Tensor) -> Tensor:
        ctx.recording = recording
        return recording.forward(ids_RS, mask_RS).clone()

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor) -> Any:
        return None, None, None, *ctx.recording.backward(cotangents[0])


def flat(gradients: Sequence[Tensor | None]) -> Tensor:
    """All gradients in a row, without those that are None."""
    return torch.cat([gradient.reshape(-1) for gradient in gradients if gradient is not None])


def apart(gradients_N: Tensor, parameters: Sequence[Tensor], used: Sequence[bool]) -> tuple[Tensor | None, ...]:
    """The inverse of `flat`: one for each parameter, None for those that are not `used`."""
    sizes = [parameter.numel() for parameter, one in zip(parameters, used, strict=True) if one]
    parts = iter(gradients_N.split(sizes))
    return tuple(
        next(parts).view(parameter.shape) if one else None for parameter, one in zip(parameters, used, strict=True)
    )


def plain(model: Any, ids_RS: Tensor, mask_RS: Tensor, training: bool) -> Tensor:
    """`hidden_RSD` of the model itself; its mask has four axes, at which transformers does not look, as it would have
    to wait for the device to see whether there is any padding."""
    with torch.set_grad_enabled(training):
        return model(input_ids=ids_RS, attention_mask=mask_RS[:, None, None, :].bool()).last_hidden_state


def differences(
    model: Any, recording: Any, given: tuple[Tensor, Tensor], training: bool, record: Callable[..., Any]
) -> str:
    """What is wrong with a recording; "" for nothing."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    real_RS1 = given[1][..., None]
    was = model.training
    model.eval()
    try:
        exact = record(model, given, training) if training else recording
        found, expected = exact(*given) * real_RS1, plain(model, *given, training) * real_RS1
        if not _close(found, expected):
            return "its states are not those of the model"
        if training:
            weight_RSD = torch.linspace(-1, 1, expected.shape[-1], device=expected.device).to(expected.dtype)
            gradients = [
                torch.autograd.grad((states * weight_RSD).sum(), parameters, allow_unused=True)
                for states in (found, expected)
            ]
            largest = max(float(gradient.float().norm()) for gradient in gradients[1] if gradient is not None)
            for own, other in zip(*gradients, strict=True):
                if (own is None) != (other is None) or (own is not None and not _close(own, other, largest)):
                    return "its gradients are not those of the model"
    finally:
        model.train(was)
    if not training:
        return ""
    draws = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        draws.append(recording(*given).detach() * real_RS1)
    if not torch.equal(draws[0], draws[1]):
        return "the same seed drops other states"
    if _drops(model) and torch.equal(draws[0], draws[2]):
        return "another seed drops the same states"
    return "" if bool(draws[0].isfinite().all()) else "its states are not finite"


def _drops(model: Any) -> bool:
    return any(isinstance(part, torch.nn.Dropout) and part.p > 0 for part in model.modules())


def _close(found: Tensor, expected: Tensor, scale: float = 0.0) -> bool:
    """Equal up to the rounding of bfloat16, as a whole: single numbers may be nothing but rounding, and so may be whole
    gradients that are small beside others (that of the keys' bias is 0 in exact numbers)."""
    found, expected = found.float(), expected.float()
    return bool((found - expected).norm() <= 0.03 * expected.norm() + 0.01 * scale + 1e-6)
