"""CUDA graphs: on a GPU hundreds of small kernels take less time replayed than launched one by one.

Tensors are padded to few shapes. For each shape the forward and the backward pass of a function are recorded once and
replayed afterwards (PyTorch's "CUDA graphs"), with dropout drawn anew in each replay. A recording is tried before it is
used (`graph_trial`). Whatever goes wrong means the plain function, and one line in the log.
"""

from __future__ import annotations

import logging
import operator
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import torch
from torch import Tensor, nn

from ner_lab.models.encoder.kernels.graph_trial import differences
from ner_lab.models.encoder.kernels.recording import Recording, Shared

MOST_SHAPES = 24
NO_MORE = f"for further shapes, as {MOST_SHAPES} are the most, or memory is short"
# Batches of a shape that are only read before it is recorded, which takes as long as several. Training records at once:
# what it learns must not depend on which shapes were met before, or a resumed run would learn something else.
PATIENCE = 2
ROOM = 0.25  # of the memory that a process may have of a GPU, which must be free for one more shape
IN_VAIN = 3  # recordings in a row that are made for a single step

_log = logging.getLogger(__name__)
_ONE_RECORDS = Lock()  # of all models: what waits for a device is an error in the whole process meanwhile
_mode = operator.attrgetter("training")


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    return "" if hasattr(torch.cuda, "CUDAGraph") else f"torch {torch.__version__} has no CUDA graphs"


class Graphs:
    """The recordings of a function of tensors and of a module's weights, one for each shape; see `call`.

    Args:
        name: what the function computes, for the log.
        module: it has the weights and the dropout.
        function: tensors to a tensor, by operations that depend on nothing but the shapes; in training it can be
            differentiated by the weights.
        record: makes a recording; on machines without a GPU tests give another.
    """

    def __init__(
        self, name: str, module: nn.Module, function: Callable[..., Tensor], record: Callable[..., Any] | None = None
    ) -> None:
        self.name, self.module, self.function = name, module, function
        self.record = record or Recording
        self.recordings: dict[tuple[Any, ...], Any] = {}
        self.met: Counter[tuple[Any, ...]] = Counter()
        self.shared = Shared()
        self._look()
        self.recomputes = any(getattr(part, "gradient_checkpointing", False) for part in module.modules())
        self.state: tuple[Any, ...] = ()
        self.stream: Any = None
        self.given_up = False
        self.refused: set[tuple[Any, ...]] = set()  # shapes that the memory has not had room for
        self.replayed = self.in_vain = 0  # since the last change; changes before there was a replay, in a row
        self._said: set[str] = set()
        self._one_at_a_time = Lock()

    def _look(self) -> None:
        """For what the module has; to do so in every step takes longer than to launch it."""
        self.modules = list(self.module.modules())
        self.dropouts = [part for part in self.modules if isinstance(part, nn.modules.dropout._DropoutNd)]
        self.held = _held(self.modules)
        self.parameters = list(self.module.parameters())

    def call(self, size: tuple[int, ...], fill_up: Callable[[], Sequence[Tensor]]) -> Tensor | None:
        """The function's value, replayed where it is worth while; None where the function has to be asked itself.

        Threads may share a model: they take turns, since all replays of a shape read and write the same memory.

        Args:
            size: decides the shape of all inputs.
            fill_up: gives the inputs in that shape; only asked where they are used.
        """
        with self._one_at_a_time:
            return self._call(size, fill_up)

    def _call(self, size: tuple[int, ...], fill_up: Callable[[], Sequence[Tensor]]) -> Tensor | None:
        if self.given_up or self._several_devices():
            return None
        self._forget_changed()
        if self.given_up:
            return None
        training = self.module.training and torch.is_grad_enabled()
        if not training and torch.is_grad_enabled() and any(parameter.requires_grad for parameter in self.parameters):
            return None  # in evaluation mode, and gradients are wanted all the same: a recording that is read has none
        if training and self.recomputes:
            self.say("as gradient checkpointing computes activations anew")
            return None
        if self.shared.waits():  # a second forward pass before the backward pass of the first: it would write over that
            return None
        device = self.parameters[0].device
        if device.type == "cuda" and device.index != torch.cuda.current_device():
            self.say("which are made on the current device alone: call torch.cuda.set_device")
            return None
        dtype = torch.get_autocast_dtype(device.type) if torch.is_autocast_enabled(device.type) else None
        stream = torch.cuda.current_stream() if device.type == "cuda" else None
        if self.recordings and stream != self.stream:  # a replay would not wait for those in the first one
            self.say("in another stream than the one of the first recording")
            return None
        modes = tuple(map(_mode, self.modules))  # parts of a model in training may be in evaluation mode
        key = (size, training, dtype, torch.is_inference_mode_enabled(), modes)
        if key not in self.recordings:
            if len(self.recordings) >= MOST_SHAPES or key in self.refused or not _has_room(device, self.shared.size):
                self.say(NO_MORE)
                return None
            self.met[key] += 1
            if not training and self.met[key] <= PATIENCE:
                return self._once(key, fill_up)
        given = fill_up()
        if key not in self.recordings and not self._try(key, given, training, dtype):
            return None
        self.stream = stream
        self.replayed += 1
        found: Tensor = self.recordings[key](*given)
        return found

    def _once(self, key: tuple[Any, ...], fill_up: Callable[[], Sequence[Tensor]]) -> Tensor | None:
        try:
            return self.function(*fill_up())
        except Exception as error:
            self._failed("a pass", key, error)
            return None

    def _failed(self, what: str, key: tuple[Any, ...], error: Exception) -> None:
        if isinstance(error, torch.cuda.OutOfMemoryError):  # smaller shapes may go on
            self.refused.add(key)
            self.say(NO_MORE)
        else:
            self.give_up(f"as {what} of {key[0]} failed: {' '.join(str(error).split())[:300]}")

    def give_up(self, why: str) -> None:
        self.given_up = True
        self.forget()
        self.say(why)

    def say(self, why: str) -> None:
        """Once each."""
        if why not in self._said:
            self._said.add(why)
            _log.warning("%s without CUDA graphs, %s", self.name, why)

    def forget(self) -> None:
        """Gives back the memory of all recordings."""
        self.recordings.clear()
        self.refused.clear()
        self.shared = Shared(self.shared.stream)

    def _several_devices(self) -> bool:
        """Where gradients are shared between processes, the function itself is asked."""
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            self.give_up("which are for a single device")
        return self.given_up

    def _forget_changed(self) -> None:
        """A recording reads weights where they were, and drops as much as then; a model that was moved to another
        device and back, or given other weights, has others. One that learns more weights than before has other
        gradients."""
        if not all(names.get(name) is one for names, name, one in self.held):
            self._changed()
            self._look()
        state = (
            tuple([(parameter.data_ptr(), parameter.requires_grad) for parameter in self.parameters]),
            tuple([part.p for part in self.dropouts]),
        )
        if state != self.state:
            self._changed()
            self.state = state

    def _changed(self) -> None:
        self.in_vain = self.in_vain + 1 if self.recordings and self.replayed <= 1 else 0
        self.replayed = 0
        self.forget()
        if self.in_vain == IN_VAIN:
            self.give_up("as its weights, parts or dropout change from step to step")

    def _try(self, key: tuple[Any, ...], given: Sequence[Tensor], training: bool, dtype: torch.dtype | None) -> bool:
        weights = [parameter for parameter in self.parameters if parameter.requires_grad] if training else []
        state = torch.random.get_rng_state()
        state_of_gpu = torch.cuda.get_rng_state() if given[0].is_cuda else None
        stream = torch.cuda.current_stream() if given[0].is_cuda else None
        try:
            on = given[0].device.type
            with _ONE_RECORDS, torch.autocast(on, dtype, enabled=dtype is not None, cache_enabled=False):
                found = self.record(self.function, given, weights, self.shared)
                if wrong := differences(self.module, self.function, found, given, weights, self.record):
                    raise ArithmeticError(wrong)
            self.recordings[key] = found
        except Exception as error:  # a driver and a compiler are behind it
            self._failed("the recording", key, error)
        finally:  # the same dropout as without a recording in this step
            torch.random.set_rng_state(state)
            if state_of_gpu is not None and stream is not None:
                torch.cuda.set_rng_state(state_of_gpu)
                torch.cuda.set_stream(stream)  # torch leaves its own behind where the end of a recording fails
        return key in self.recordings


def _held(modules: Sequence[nn.Module]) -> list[tuple[dict[str, Any], str, Any]]:
    """Where each parameter, buffer and part stands."""
    places = [names for part in modules for names in (part._parameters, part._buffers, part._modules)]
    return [(names, name, one) for names in places for name, one in names.items() if one is not None]


def _has_room(device: torch.device, recorded: int) -> bool:
    """Recordings keep their memory: what trains without them must still fit.

    Args:
        device: of the recordings.
        recorded: bytes that they have, and nobody else can use.
    """
    if device.type != "cuda":
        return True
    free, total = torch.cuda.mem_get_info(device)
    # By which a sweep shares a GPU out; torch has not always told it.
    share_of = getattr(torch.cuda, "get_per_process_memory_fraction", lambda device: 1.0)
    limit = share_of(device) * total
    reserved = torch.cuda.memory_reserved(device)
    unused = max(0, reserved - torch.cuda.memory_allocated(device) - recorded)
    return bool(min(free, limit - reserved) + unused >= ROOM * limit)
