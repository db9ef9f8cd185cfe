"""A recording: the operations of a forward and a backward pass for one shape, as two CUDA graphs."""

from __future__ import annotations

import operator
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

WARM_UPS = 2  # passes before the first recording of a function, in which libraries choose their algorithms; later one
SEED = 2_718_281_828  # of the pass that a recording is compared with; nobody else's


class Shared:
    """What the recordings of a function have in common, as no two of them are ever replayed at once.

    Args:
        stream: of recordings before these; libraries keep memory for each stream that they have met.

    Attributes:
        pool: of the memory for what a pass computes; it holds the largest shape, not all of them one after the other.
        size: of the pool, in bytes.
        stream: in which all are recorded, as memory is shared within a stream alone. torch's own belongs to the device
            that recorded first in this process.
        gradients: of the last backward pass.
    """

    def __init__(self, stream: Any = None) -> None:
        self.pool: Any = None
        self.size = 0
        self.stream = stream
        self.gradients: Gradients | None = None
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


class Gradients:
    """All gradients of a backward pass in a row, and as `grad` of their weights.

    Autograd would add up those of each weight by itself, and clipping would look at each: on a GPU, hundreds of
    launches for what is one. As `grad` they are overwritten by the next first backward pass, and hooks that are
    registered after a recording are not called: what needs either sets model.encoder.kernels=stock.

    Attributes:
        found_N, found: what a replay writes, in a row and for each weight.
        kept_N: what the weights have, from all backward passes since they had none.

    Args:
        weights: those that a pass may use, all of one type of numbers.
        found: the gradients of such a pass, None for a weight that it did not use.
    """

    def __init__(self, weights: Sequence[Tensor], found: Sequence[Tensor | None]) -> None:
        if len({weight.dtype for weight in weights}) > 1:
            raise ArithmeticError("weights are of several types of numbers")
        if any(weight._backward_hooks or getattr(weight, "_post_accumulate_grad_hooks", None) for weight in weights):
            raise ArithmeticError("hooks wait for the gradients of weights")
        self.used = [gradient is not None for gradient in found]
        self.weights = [weight for weight, used in zip(weights, self.used, strict=True) if used]
        real = [gradient for gradient in found if gradient is not None]
        self.found_N = torch.cat([gradient.reshape(-1) for gradient in real])
        self.kept_N = torch.empty_like(self.found_N)
        self.found, self._kept = (apart(row_N, self.weights) for row_N in (self.found_N, self.kept_N))
        # Autograd asks for the backward pass for its sake; a weight would be asked to take the gradient, too.
        self.anchor = torch.zeros((), device=self.found_N.device, requires_grad=True)

    def hand_over(self) -> None:
        """Adds those that were found to those that the weights have."""
        if all(weight.grad is None for weight in self.weights):
            self.kept_N.copy_(self.found_N)
            for weight, part in zip(self.weights, self._kept, strict=True):
                weight.grad = part
        elif self.are_all_of(self.weights):
            self.kept_N.add_(self.found_N)
        else:
            for weight, part in zip(self.weights, self.found, strict=True):
                weight.grad = part.clone() if weight.grad is None else weight.grad + part

    def are_all_of(self, weights: Sequence[Tensor]) -> bool:
        """Whether these weights have no other gradients than those in `kept_N`."""
        grads = [weight.grad for weight in weights if weight.grad is not None]
        return len(grads) == len(self._kept) and all(map(operator.is_, grads, self._kept))


class Turn:
    """A forward pass; autograd holds it until its backward pass cannot come any more."""


class Recording:
    """A forward pass, and with weights a backward pass, of a function for one shape.

    Args:
        function: see `Graphs`.
        given: its inputs.
        weights: by which it is differentiated; none where it is only read.
        shared: by all recordings of the function.

    Attributes:
        before: the output and the gradients of the pass before the recording, from `SEED`; None once it was compared.
    """

    def __init__(
        self, function: Callable[..., Tensor], given: Sequence[Tensor], weights: Sequence[Tensor], shared: Shared
    ) -> None:
        self.weights, self.shared = list(weights), shared
        self.given = [one.clone() for one in given]
        self.before: tuple[Tensor, Sequence[Tensor | None]] | None = self._warm_up(function)
        if shared.pool is None:
            shared.pool, shared.stream = torch.cuda.graph_pool_handle(), shared.stream or torch.cuda.Stream()
        if self.weights and shared.gradients is None:
            shared.gradients = Gradients(self.weights, self.before[1])
        self.gradients = shared.gradients if self.weights else None
        self.forward_graph, self.backward_graph = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        with self._recorded(self.forward_graph):
            output = self._forward(function)
        if self.gradients is not None:
            self.cotangent = torch.zeros_like(output)
            with self._recorded(self.backward_graph):
                found = backward(output, self.weights, self.cotangent)
                if [gradient is not None for gradient in found] != self.gradients.used:
                    raise ArithmeticError("other weights are used than in the passes before")
                # A kernel for many; torch.cat took 0.3 of a step's 3.4 ms on an H200.
                torch._foreach_copy_(self.gradients.found, [gradient for gradient in found if gradient is not None])
        self.output = output.detach()

    @contextmanager
    def _recorded(self, graph: Any) -> Iterator[None]:
        """Other threads go on meanwhile: the one that pins batches does."""
        pool, stream = self.shared.pool, self.shared.stream
        with torch.cuda.graph(graph, pool=pool, stream=stream, capture_error_mode="thread_local"):
            before = torch.cuda.memory_reserved()
            yield
            self.shared.size += torch.cuda.memory_reserved() - before

    def _forward(self, function: Callable[..., Tensor]) -> Tensor:
        with torch.set_grad_enabled(bool(self.weights)):
            return function(*self.given)

    def _warm_up(self, function: Callable[..., Tensor]) -> tuple[Tensor, Sequence[Tensor | None]]:
        """In the last pass of a training whatever waits for the device is an error: nothing could replay that. It is
        one in all threads, and others may wait while a model is only read."""
        gradients: Sequence[Tensor | None] = ()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        strictness = torch.cuda.get_sync_debug_mode()
        passes = WARM_UPS if self.shared.pool is None else 1
        try:
            with torch.cuda.stream(side):
                for number in range(passes):
                    seed(SEED)
                    if self.weights and number == passes - 1:
                        _set_strictness("error")
                    output = self._forward(function)
                    if self.weights:
                        gradients = backward(output, self.weights, trial_cotangent(output))
                    found = output.detach()
                    del output
        finally:
            _set_strictness(strictness)
            torch.cuda.current_stream().wait_stream(side)  # also where a pass failed: others may get its memory
        return found, gradients

    def __call__(self, *given: Tensor) -> Tensor:
        if self.gradients is None:
            return self.forward(given)
        found: Tensor = _Replay.apply(self, self.gradients.anchor, *given)
        return found

    def forward(self, given: Sequence[Tensor]) -> Tensor:
        for own, new in zip(self.given, given, strict=True):
            own.copy_(new)
        self.forward_graph.replay()
        return self.output.clone()

    def backward(self, cotangent: Tensor) -> Gradients:
        assert self.gradients is not None
        self.cotangent.copy_(cotangent)
        self.backward_graph.replay()
        return self.gradients

    def passed(self, given: Sequence[Tensor]) -> tuple[Tensor, Sequence[Tensor | None]]:
        """A pass as that of `before`: its output and gradients, which nobody is given."""
        output = self.forward(given)
        if self.gradients is None:
            return output, ()
        parts = iter(self.backward(trial_cotangent(output)).found)
        return output, [next(parts) if used else None for used in self.gradients.used]


class _Replay(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, recording: Any, anchor: Tensor, *given: Tensor) -> Tensor:
        ctx.recording, ctx.count = recording, len(given)
        ctx.turn = recording.shared.begin()
        found: Tensor = recording.forward(given)
        return found

    @staticmethod
    def backward(ctx: Any, *cotangents: Tensor) -> Any:
        ctx.recording.shared.end(ctx.turn)
        ctx.recording.backward(cotangents[0]).hand_over()
        return None, None, *[None] * ctx.count


def seed(number: int) -> None:
    """Of the current device and the CPU: others of this machine may be somebody else's."""
    torch.default_generator.manual_seed(number)
    if torch.cuda.is_available():
        torch.cuda.manual_seed(number)


def trial_cotangent(output: Tensor) -> Tensor:
    """A gradient to begin with that tells the last axis of an output apart."""
    if not output.dim():
        return torch.ones_like(output)
    return torch.linspace(-1, 1, output.shape[-1], device=output.device).to(output.dtype).expand_as(output)


def backward(output: Tensor, weights: Sequence[Tensor], cotangent: Tensor) -> Sequence[Tensor | None]:
    """The gradients as a plain step has them: autocast, meant for the way there, would round float32 products."""
    with torch.autocast(output.device.type, enabled=False):
        return torch.autograd.grad(output, weights, cotangent, allow_unused=True)


def _set_strictness(mode: int | str) -> None:
    """What is done about an operation that waits for the device."""
    with warnings.catch_warnings():  # torch says that it does not find all of them
        warnings.simplefilter("ignore")
        torch.cuda.set_sync_debug_mode(mode)


def apart(gradients_N: Tensor, weights: Sequence[Tensor]) -> list[Tensor]:
    """A part of the row for each weight, in its shape."""
    parts = gradients_N.split([weight.numel() for weight in weights])
    return [part.view(weight.shape) for part, weight in zip(parts, weights, strict=True)]
