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
from ner_lab.models.encoder.kernels.packing import FIRST_POSITION
from ner_lab.models.encoder.kernels.padded_shapes import limits, padded, padded_size
from ner_lab.models.encoder.kernels.recording import Recording, Shared

MOST_SHAPES = 24
# Batches of a shape that are only read before it is recorded, which takes as long as several. Training records at once:
# what it learns must not depend on which shapes were met before, or a resumed run would learn something else.
PATIENCE = 2
# Subwords of a batch that is only read: for more of them computing takes longer than launching, and where batches are
# as large as the memory allows, hardly any two have one shape.
MOST_READ = 8192
ROOM = 0.25  # of a GPU's memory that must be free for one more shape

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
        self.full = self.given_up = False
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
            return None  # recordings are made on the current one
        dtype = torch.get_autocast_dtype(device.type) if torch.is_autocast_enabled(device.type) else None
        stream = torch.cuda.current_stream() if device.type == "cuda" else None
        if self.recordings and stream != self.stream:  # a replay would not wait for those in the first one
            self.say("in another stream than the one of the first recording")
            return None
        modes = tuple(map(_mode, self.modules))  # parts of a model in training may be in evaluation mode
        key = (size, training, dtype, torch.is_inference_mode_enabled(), modes)
        if key not in self.recordings:
            self.full = self.full or len(self.recordings) >= MOST_SHAPES or not _has_room(device)
            if self.full:
                self.say(f"for further shapes, as {MOST_SHAPES} are the most, or memory is short")
                return None
            self.met[key] += 1
            if not training and self.met[key] <= PATIENCE:
                return self._once(size, fill_up)
        given = fill_up()
        if key not in self.recordings and not self._try(key, given, training, dtype):
            return None
        self.stream = stream
        found: Tensor = self.recordings[key](*given)
        return found

    def _once(self, size: tuple[int, ...], fill_up: Callable[[], Sequence[Tensor]]) -> Tensor | None:
        try:
            return self.function(*fill_up())
        except Exception as error:  # such as too little memory for the larger shape
            self.give_up(f"as a pass of {size} failed: {' '.join(str(error).split())[:300]}")
            return None

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
        self.shared, self.full = Shared(), False

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
            self.forget()
            self._look()
        state = (
            tuple([(parameter.data_ptr(), parameter.requires_grad) for parameter in self.parameters]),
            tuple([part.p for part in self.dropouts]),
        )
        if state != self.state:
            self.forget()
            self.state = state

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
            self.give_up(f"as the recording of {key[0]} failed: {' '.join(str(error).split())[:300]}")
        finally:  # the same dropout as without a recording in this step
            torch.random.set_rng_state(state)
            if state_of_gpu is not None and stream is not None:
                torch.cuda.set_rng_state(state_of_gpu)
                torch.cuda.set_stream(stream)  # torch leaves its own behind where the end of a recording fails
        return not self.given_up


def _held(modules: Sequence[nn.Module]) -> list[tuple[dict[str, Any], str, Any]]:
    """Where each parameter and part stands."""
    places = [names for part in modules for names in (part._parameters, part._modules)]
    return [(names, name, one) for names in places for name, one in names.items() if one is not None]


def _has_room(device: torch.device) -> bool:
    """Recordings keep their memory: what trains without them must still fit."""
    if device.type != "cuda":
        return True
    free, total = torch.cuda.mem_get_info(device)
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return bool(free + unused >= ROOM * total)


class EncoderGraphs:
    """The recordings of an encoder's model; see `read`.

    Args:
        model: of `transformers`, on a GPU.
        record: see `Graphs`.
    """

    def __init__(self, model: Any, record: Callable[..., Any] | None = None) -> None:
        self.pad_id, self.longest = limits(model)
        self.graphs = Graphs("the encoder runs", model, lambda ids_RS, mask_RS: plain(model, ids_RS, mask_RS), record)

    def read(self, input_ids_RS: Tensor, attention_mask_RS: Tensor) -> Tensor | None:
        """`hidden_RSD` as the model gives it where the mask is 1; None where it has to be asked itself."""
        if self.graphs.given_up:
            return None
        if not self.longest:
            self.graphs.give_up(f"as it is none of {', '.join(FIRST_POSITION)}")
            return None
        R, S = input_ids_RS.shape
        if R * S > MOST_READ and not (self.graphs.module.training and torch.is_grad_enabled()):
            return None
        if (size := padded_size(R, S, self.longest)) is None:
            return None
        hidden_RSD = self.graphs.call(size, lambda: padded(input_ids_RS, attention_mask_RS, size, self.pad_id))
        return None if hidden_RSD is None else hidden_RSD[:R, :S]


def plain(model: Any, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
    """`hidden_RSD` of the model itself, 0 on padding; its mask has four axes, at which transformers does not look, as
    it would have to wait for the device to see whether there is any padding."""
    hidden_RSD = model(input_ids=ids_RS, attention_mask=mask_RS[:, None, None, :].bool()).last_hidden_state
    return hidden_RSD * mask_RS[..., None].to(hidden_RSD.dtype)
