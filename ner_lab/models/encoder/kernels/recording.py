"""A recording: the operations of a forward and a backward pass for one shape, as two CUDA graphs."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

WARM_UPS = 2  # passes before a recording, in which libraries choose their algorithms


class Shared:
    """What the recordings of a function have in common, as no two of them are ever replayed at once.

    Attributes:
        pool: of the memory for what a pass computes; it holds the largest shape, not all of them one after the other.
        stream: in which all are recorded, as memory is shared within a stream alone. torch's own belongs to the device
            that recorded first in this process.
        gradients_N: all gradients in a row, of the last backward pass.
    """

    def __init__(self) -> None:
        self.pool: Any = None
        self.stream: Any = None
        self.gradients_N: Tensor | None = None
        self._turn: weakref.ref[Turn] | None = None

    def begin(self) -> Turn:
        turn = Turn()
        self._turn = weakref.ref(turn)
        return turn

    def waits(self) -> bool:
        """Whether there was a forward pass whose backward pass may still come."""
        return self._turn is not None and self._turn() is not None

    def end(self, turn: Turn) -> None:
        if self._turn is None or self._turn() is not turn:
            raise RuntimeError(
                "a replayed forward pass has one backward pass, before the next forward pass; for anything else set "
                "model.encoder.kernels=stock"
            )
        self._turn = None


class Turn:
    """A forward pass; autograd holds it until its backward pass cannot come any more."""


class Recording:
    """A forward pass, and with weights a backward pass, of a function for one shape.

    Args:
        function: see `Graphs`.
        given: its inputs.
        weights: by which it is differentiated; none where it is only read.
        shared: by all recordings of the function.
    """

    def __init__(
        self, function: Callable[..., Tensor], given: Sequence[Tensor], weights: Sequence[Tensor], shared: Shared
    ) -> None:
        self.weights, self.shared = list(weights), shared
        self.given = [one.clone() for one in given]
        used = self._warm_up(function)
        if shared.pool is None:
            shared.pool, shared.stream = torch.cuda.graph_pool_handle(), torch.cuda.Stream()
        self.used = [gradient is not None for gradient in used]
        if self.weights and shared.gradients_N is None:
            shared.gradients_N = flat(used)
        del used
        self.forward_graph, self.backward_graph = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        # Other threads go on meanwhile: the one that pins batches does.
        where: dict[str, Any] = {"pool": shared.pool, "stream": shared.stream, "capture_error_mode": "thread_local"}
        with torch.cuda.graph(self.forward_graph, **where):
            output = self._forward(function)
        if self.weights:
            assert shared.gradients_N is not None
            self.gradients_N = shared.gradients_N
            self.cotangent = torch.zeros_like(output)
            with torch.cuda.graph(self.backward_graph, **where):
                gradients = backward(output, self.weights, self.cotangent)
                if [gradient is not None for gradient in gradients] != self.used:
                    raise ArithmeticError("other weights are used than in the passes before")
                flat(gradients, out=self.gradients_N)
        self.output = output.detach()

    def _forward(self, function: Callable[..., Tensor]) -> Tensor:
        with torch.set_grad_enabled(bool(self.weights)):
            return function(*self.given)

    def _warm_up(self, function: Callable[..., Tensor]) -> Sequence[Tensor | None]:
        """The gradients. In the last pass whatever waits for the device is an error: nothing could replay that."""
        gradients: Sequence[Tensor | None] = ()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        strictness = torch.cuda.get_sync_debug_mode()
        try:
            with torch.cuda.stream(side):
                for number in range(WARM_UPS):
                    if number == WARM_UPS - 1:
                        _set_strictness("error")
                    output = self._forward(function)
                    if self.weights:
                        gradients = backward(output, self.weights, torch.ones_like(output))
                    del output
        finally:
            _set_strictness(strictness)
        torch.cuda.current_stream().wait_stream(side)
        return gradients

    def __call__(self, *given: Tensor) -> Tensor:
        if self.weights:
            return _Replay.apply(self, len(given), *given, *self.weights)
        return self.forward(given)

    def forward(self, given: Sequence[Tensor]) -> Tensor:
        for own, new in zip(self.given, given, strict=True):
            own.copy_(new)
        self.forward_graph.replay()
        return self.output.clone()

    def backward(self, cotangent: Tensor) -> tuple[Tensor | None, ...]:
        self.cotangent.copy_(cotangent)
        self.backward_graph.replay()
        # The next replay writes over them; one copy of all costs one launch, a copy of each a hundred.
        return apart(self.gradients_N.clone(), self.weights, self.used)


class _Replay(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, recording: Any, count: int, *tensors: Tensor) -> Tensor:
        ctx.recording, ctx.count = recording, count
        ctx.turn = recording.shared.begin()
        found: Tensor = recording.forward(tensors[:count])
        return found

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor) -> Any:
        ctx.recording.shared.end(ctx.turn)
        return None, None, *[None] * ctx.count, *ctx.recording.backward(cotangents[0])


def backward(output: Tensor, weights: Sequence[Tensor], cotangent: Tensor) -> Sequence[Tensor | None]:
    """The gradients as a plain step has them: autocast, meant for the way there, would round float32 products."""
    with torch.autocast(output.device.type, enabled=False):
        return torch.autograd.grad(output, weights, cotangent, allow_unused=True)


def _set_strictness(mode: int | str) -> None:
    """What is done about an operation that waits for the device."""
    with warnings.catch_warnings():  # torch says that it does not find all of them
        warnings.simplefilter("ignore")
        torch.cuda.set_sync_debug_mode(mode)


def flat(gradients: Sequence[Tensor | None], out: Tensor | None = None) -> Tensor:
    """All gradients in a row, without those that are None."""
    return torch.cat([gradient.reshape(-1) for gradient in gradients if gradient is not None], out=out)


def apart(gradients_N: Tensor, weights: Sequence[Tensor], used: Sequence[bool]) -> tuple[Tensor | None, ...]:
    """The inverse of `flat`: one for each weight, None for those that are not `used`."""
    sizes = [weight.numel() for weight, one in zip(weights, used, strict=True) if one]
    parts = iter(gradients_N.split(sizes))
    return tuple(next(parts).view(weight.shape) if one else None for weight, one in zip(weights, used, strict=True))
